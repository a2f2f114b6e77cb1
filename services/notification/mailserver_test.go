package notification

import (
	"errors"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"
)

// mailServer is a real SMTP server whose answers the test scripts.
type mailServer struct {
	t    *testing.T
	addr string

	mu   sync.Mutex
	rcpt []error // answers to the next recipients; then all are accepted
	end  []error // answers to the next letters; then all are taken
	got  []Mail
}

var errHangUp = errors.New("hang up without an answer")

func startMail(t *testing.T, addr string) *mailServer {
	t.Helper()
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	s := &mailServer{t: t, addr: listener.Addr().String()}
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &mailSession{s, c}, nil }))
	server.Domain = "localhost"
	done := make(chan struct{})
	go func() { defer close(done); _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close(); <-done })
	return s
}

func (s *mailServer) pop(list *[]error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(*list) == 0 {
		return nil
	}
	err := (*list)[0]
	*list = (*list)[1:]
	return err
}

func (s *mailServer) letters() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.got...)
}

type mailSession struct {
	server *mailServer
	conn   *smtp.Conn
}

func (*mailSession) Reset()                                 {}
func (*mailSession) Logout() error                          { return nil }
func (*mailSession) Mail(string, *smtp.MailOptions) error   { return nil }
func (s *mailSession) Rcpt(string, *smtp.RcptOptions) error { return s.server.pop(&s.server.rcpt) }
func (s *mailSession) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	switch err := s.server.pop(&s.server.end); {
	case errors.Is(err, errHangUp):
		return errors.Join(s.conn.Close(), err)
	case err != nil:
		return err
	}
	m, err := readMail(content)
	if err != nil {
		s.server.t.Errorf("a letter cannot be read: %v\n%s", err, content)
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.got = append(s.server.got, m)
	return nil
}

func answer(code int) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "lan@dt.example is not welcome"}
}
