package notification

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"
)

// sessionTime bounds connecting and greeting, and once more giving one letter.
const sessionTime = 20 * time.Second

// server is the mail server that takes letters.
type server struct {
	options []mail.Option
	from    string // whom a letter shows as its sender
	replyTo string // "" for none
	bounces string // envelope sender in angle brackets: where what cannot be delivered comes back to
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
	m := mail.NewMsg()
	if err := m.From(c.From); err != nil {
		return nil, fmt.Errorf("notification: the sender %q: %w", c.From, err)
	}
	if c.ReplyTo != "" {
		if err := m.ReplyTo(c.ReplyTo); err != nil {
			return nil, fmt.Errorf("notification: the address for replies %q: %w", c.ReplyTo, err)
		}
	}
	if c.Bounces != "" {
		if err := m.EnvelopeFrom(c.Bounces); err != nil {
			return nil, fmt.Errorf("notification: the address for bounces %q: %w", c.Bounces, err)
		}
	}
	sender, err := m.GetSender(false)
	if err != nil {
		return nil, fmt.Errorf("notification: the sender %q: %w", c.From, err)
	}
	return &server{options: options, from: c.From, replyTo: c.ReplyTo, bounces: sender}, nil
}

// session is a connection to the server, over which letters go one after the other.
type session struct {
	*smtp.Client
	pipelines bool // RFC 2920: commands may be sent together
	used      bool
	broken    bool
}

func (s *server) dial(ctx context.Context, addr string) (*session, error) {
	host, port, err := splitAddr(addr)
	if err != nil {
		return nil, err
	}
	client, err := mail.NewClient(host, slices.Concat(s.options, []mail.Option{mail.WithPort(port)})...)
	if err != nil {
		return nil, err
	}
	c, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return nil, err
	}
	pipelines, _ := c.Extension("PIPELINING")
	return &session{Client: c, pipelines: pipelines}, nil
}

// quit ends a connection; the server has what it took already.
func (s *session) quit() {
	if !s.broken {
		if err := s.UpdateDeadline(time.Second); err == nil {
			_ = s.Quit()
		}
	}
	_ = s.Close()
}

// give offers a letter. It returns the stage at which that ended; a session that cannot go on is broken.
func (s *session) give(e envelope) (at stage, err error) {
	s.used = true
	if err := s.UpdateDeadline(sessionTime); err != nil {
		s.broken = true
		return stageSession, err
	}
	at, err = s.open(e)
	if err != nil {
		s.recover(err)
		return at, err
	}
	w := s.Text.DotWriter()
	if _, err := w.Write(e.content); err != nil {
		s.broken = true // without the line that ends the letter, whatever was sent is void
		return stageContent, err
	}
	if err := w.Close(); err != nil {
		s.broken = true
		return stageEnd, err
	}
	if _, _, err := s.Text.ReadResponse(250); err != nil {
		s.recover(err)
		return stageEnd, err
	}
	return stageEnd, nil
}

// command is what the server is told at a stage, and the answer that goes on.
type command struct {
	at   stage
	line string
	want int
}

func (s *session) sendTogether(commands []command) error {
	for _, c := range commands {
		_, _ = s.Text.W.WriteString(c.line + "\r\n") // Flush gives the error
	}
	return s.Text.W.Flush()
}

// open brings the server to wait for the letter.
func (s *session) open(e envelope) (stage, error) {
	commands := []command{{stageSender, "MAIL FROM:" + e.from, 250}, {stageRecipient, "RCPT TO:" + e.to, 25}, {stageData, "DATA", 354}}
	if s.pipelines {
		if err := s.sendTogether(commands); err != nil {
			return stageSender, err
		}
	}
	failed, first := stageSession, error(nil)
	for _, c := range commands {
		if !s.pipelines {
			if err := s.Text.PrintfLine("%s", c.line); err != nil {
				return c.at, err
			}
		}
		_, _, err := s.Text.ReadResponse(c.want)
		switch code, _ := codesOf(err); {
		case first == nil && err == nil:
		case first == nil:
			failed, first = c.at, err
			if !s.pipelines || code == 0 {
				return failed, first
			}
		case err == nil && c.at == stageData: // it waits for a letter to nobody, and is not given one
			s.broken = true
		case err != nil && code == 0: // the connection is lost, but what the server said before counts
			s.broken = true
			return failed, first
		}
	}
	if first != nil {
		return failed, first
	}
	return stageData, nil
}

// recover makes the session fit for the next letter after a refusal, or marks it as broken.
func (s *session) recover(err error) {
	if code, _ := codesOf(err); code == 0 || code == codeClosing || s.broken {
		s.broken = true
		return
	}
	s.broken = s.Reset() != nil
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

// oneLine refuses what would become a further command.
func oneLine(s string) error {
	if strings.ContainsAny(s, "\r\n") {
		return errors.New("an address of several lines")
	}
	return nil
}
