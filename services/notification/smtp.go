package notification

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"khuevan/platform/clock"
)

// sessionTime bounds connecting and greeting, and once more giving one letter; both together stay below grace and
// below the time after which the bus delivers a fact again.
const sessionTime = 20 * time.Second

// server is the mail server that takes letters.
type server struct {
	options []mail.Option
	from    string
}

// newServer checks the settings; the address is given at each use, for the sink's is known only while it runs.
func newServer(c Config, helo string) (*server, error) {
	options := []mail.Option{mail.WithTimeout(sessionTime), mail.WithHELO(helo), mail.WithoutNoop(), mail.WithoutSMTPUTF8()}
	switch {
	case c.TLS == "none" || c.SinkDir != "":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	case c.TLS == "starttls" || c.TLS == "":
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	default:
		return nil, fmt.Errorf("notification: TLS is %q, want starttls or none", c.TLS)
	}
	if c.User != "" && c.SinkDir == "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(c.User), mail.WithPassword(c.Password))
	}
	if err := mail.NewMsg().From(c.From); err != nil {
		return nil, fmt.Errorf("notification: the sender %q: %w", c.From, err)
	}
	return &server{options: options, from: c.From}, nil
}

// envelope is a letter ready to be given to a server.
type envelope struct {
	from, to string // in angle brackets
	content  []byte
}

// write makes the letter. The same arguments make the same bytes.
func (s *server) write(to, messageID string, at time.Time, t text) (envelope, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent(), mail.WithEncoding(mail.EncodingB64))
	if err := m.From(s.from); err != nil {
		return envelope{}, fmt.Errorf("sender: %w", err)
	}
	if err := m.To(to); err != nil {
		return envelope{}, fmt.Errorf("recipient: %w", err)
	}
	m.Subject(t.Subject)
	m.SetMessageIDWithValue(strings.Trim(messageID, "<>"))
	m.SetDateWithValue(clock.Local(at))
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: keeps holiday answers away
	m.SetBodyString(mail.TypeTextPlain, t.Body)
	t.dress(m, messageID)
	sender, err := m.GetSender(false)
	if err != nil {
		return envelope{}, fmt.Errorf("sender: %w", err)
	}
	recipients, err := m.GetRecipients()
	if err != nil {
		return envelope{}, fmt.Errorf("recipient: %w", err)
	}
	var content bytes.Buffer
	if _, err := m.WriteTo(&content); err != nil {
		return envelope{}, fmt.Errorf("write the letter: %w", err)
	}
	return envelope{from: sender, to: recipients[0], content: content.Bytes()}, nil
}

// beginError says that the letter was not begun; the server was given nothing of it.
type beginError struct{ error }

func (e *beginError) Unwrap() error { return e.error }

// give offers a letter to the server at addr. Between the acceptance of the recipient and the letter itself it calls
// begin, and gives up with a *beginError when that fails. It returns the stage at which it ended.
func (s *server) give(ctx context.Context, addr string, e envelope, begin func() error) (stage, error) {
	host, port, err := splitAddr(addr)
	if err != nil {
		return stageSession, err
	}
	client, err := mail.NewClient(host, slices.Concat(s.options, []mail.Option{mail.WithPort(port)})...)
	if err != nil {
		return stageSession, err
	}
	session, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return stageSession, err
	}
	defer func() { _ = session.Close() }()
	if err := session.Mail(e.from); err != nil {
		return stageSender, err
	}
	if err := session.Rcpt(e.to); err != nil {
		return stageRecipient, err
	}
	if err := begin(); err != nil {
		return stageRecipient, &beginError{err}
	}
	if err := session.UpdateDeadline(sessionTime); err != nil {
		return stageData, err
	}
	w, err := session.Data()
	if err != nil {
		return stageData, err
	}
	if _, err := w.Write(e.content); err != nil {
		return stageContent, err
	}
	if err := w.Close(); err != nil {
		return stageEnd, err
	}
	_ = session.Quit() // the letter is the server's already
	return stageEnd, nil
}

func splitAddr(addr string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, fmt.Errorf("mail server %q: %w", addr, err)
	}
	port, err = strconv.Atoi(text)
	if err != nil || host == "" || port < 1 || port > 65535 {
		return "", 0, fmt.Errorf("mail server %q: want host:port", addr)
	}
	return host, port, nil
}
