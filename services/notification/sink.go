package notification

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	netmail "net/mail"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"khuevan/platform/keyring"
)

// sink is a mail server of this machine that keeps every letter as a file, so that the demo needs no real one.
// A letter is acknowledged only once it is on disk to stay, and lies there sealed under its addressee's key: whoever is
// erased takes her letters with her.
type sink struct {
	dir   string
	keys  *keyring.Ring // seals letters of ours; nil leaves them as they came
	once  sync.Once
	ready chan struct{} // closed once there is an address

	mu   sync.Mutex // one letter is stored at a time
	addr string
	last int // number of the last letter; 0 before it was looked up
}

func newSink(dir string) (*sink, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("mail sink: %w", err)
	}
	return &sink{dir: dir, ready: make(chan struct{})}, nil
}

// run takes letters until the context ends.
func (s *sink) run(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("mail sink: %w", err)
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &sinkSession{sink: s}, nil }))
	server.Domain, server.MaxMessageBytes, server.ReadTimeout, server.WriteTimeout = "localhost", 1<<20, sessionTime, sessionTime
	s.listensAt(listener.Addr().String())
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); err != nil && ctx.Err() == nil {
		return fmt.Errorf("mail sink: %w", err)
	}
	return nil
}

func (s *sink) listensAt(addr string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addr = addr
	s.once.Do(func() { close(s.ready) })
}

// address waits until the sink runs.
func (s *sink) address(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, sessionTime)
	defer cancel()
	select {
	case <-s.ready:
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.addr, nil
	case <-ctx.Done():
		return "", fmt.Errorf("the mail sink does not run: %w", ctx.Err())
	}
}

type sinkSession struct {
	sink *sink
}

func (*sinkSession) Reset()                               {}
func (*sinkSession) Logout() error                        { return nil }
func (*sinkSession) Mail(string, *smtp.MailOptions) error { return nil }
func (*sinkSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *sinkSession) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	return s.sink.store(content)
}

// store writes <n>-<message-id>.eml: under another name first, then renamed, both synced.
func (s *sink) store(content []byte) error {
	m, err := netmail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "not a message"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.last == 0 {
		names, err := s.names()
		if err != nil {
			return err
		}
		if len(names) > 0 {
			s.last = numberOf(names[len(names)-1])
		}
	}
	id := m.Header.Get("Message-Id")
	if content, err = s.seal(id, content); err != nil {
		return err
	}
	if err := writeSynced(s.dir, fmt.Sprintf("%06d-%s.eml", s.last+1, fileSafe(id)), content); err != nil {
		return err
	}
	s.last++
	return nil
}

func writeSynced(dir, name string, content []byte) (err error) {
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), filepath.Join(dir, name)); err != nil {
		return err
	}
	d, err := os.Open(dir) //nolint:gosec // our own directory
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// names lists the stored letters, oldest first.
func (s *sink) names() ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, fmt.Errorf("mail sink: %w", err)
	}
	var names []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".eml") && numberOf(e.Name()) > 0 {
			names = append(names, e.Name())
		}
	}
	slices.SortFunc(names, func(a, b string) int { return numberOf(a) - numberOf(b) })
	return names, nil
}

func numberOf(name string) int {
	digits, _, _ := strings.Cut(name, "-")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// fileSafe keeps of a Message-ID what a file's name may hold on every system.
func fileSafe(id string) string {
	safe := strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("@._-", c) {
			return c
		}
		return '-'
	}, strings.Trim(id, "<> "))
	return safe[:min(len(safe), 150)]
}

// most is how many letters are listed.
const most = 200

// list gives the letters to an address ("" for all), newest first.
func (s *sink) list(ctx context.Context, to string) ([]Mail, error) {
	names, err := s.names()
	if err != nil {
		return nil, err
	}
	slices.Reverse(names)
	found := []Mail{}
	for _, name := range names {
		if len(found) == most {
			break
		}
		content, err := os.ReadFile(filepath.Join(s.dir, name)) //nolint:gosec // listed a moment ago
		if err != nil {
			return nil, fmt.Errorf("mail sink: %w", err)
		}
		m, err := s.read(ctx, content)
		if errors.Is(err, keyring.ErrDestroyed) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("mail sink: %s: %w", name, err)
		}
		if to == "" || strings.EqualFold(m.To, to) {
			found = append(found, m)
		}
	}
	return found, nil
}

// readMail decodes a letter.
func readMail(content []byte) (Mail, error) {
	m, err := netmail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		return Mail{}, err
	}
	plain, calendar, err := partsOf(textproto.MIMEHeader(m.Header), m.Body)
	if err != nil {
		return Mail{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return Mail{}, err
	}
	at, err := m.Header.Date()
	if err != nil {
		at = time.Time{} // a letter of somebody who says no date
	}
	return Mail{At: at.UTC(), MessageID: m.Header.Get("Message-Id"), From: addressOf(m.Header.Get("From")),
		To: addressOf(m.Header.Get("To")), Subject: subject, Body: plain, Calendar: calendar, Unsubscribe: strings.Trim(m.Header.Get("List-Unsubscribe"), "<>")}, nil
}

func addressOf(header string) string {
	a, err := netmail.ParseAddress(header)
	if err != nil {
		return header
	}
	return a.Address
}
