// Command smtpd is an SMTP server that answers for a letter, as one must, only once it is on disk to stay. It keeps who was
// sent which letter, so that measures and tests can tell what it took: nothing of it knows the platform.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	netmail "net/mail"
	"os"
	"time"

	"github.com/emersion/go-smtp"

	"khuevan/bench/letters"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address")
	log := flag.String("log", "", "file to which a line is added for each letter")
	content := flag.Bool("content", false, "keep the letters too, not only their ids and recipients")
	flag.Parse()
	if err := run(*listen, *log, *content); err != nil {
		fmt.Fprintln(os.Stderr, "smtpd:", err)
		os.Exit(1)
	}
}

func run(listen, log string, content bool) error {
	file, err := os.OpenFile(log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // whoever starts it names the file
	if err != nil {
		return err
	}
	k := &keeper{file: file, content: content, queue: make(chan taken, 256)}
	go k.run()
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{keeper: k}, nil }))
	server.Domain = "localhost"
	fmt.Println(listener.Addr())
	return server.Serve(listener)
}

// keeper writes letters that arrive at the same time together, and syncs once for them.
type keeper struct {
	file    *os.File
	content bool
	queue   chan taken
}

type taken struct {
	letters.Taken
	done chan error
}

func (k *keeper) run() {
	for first := range k.queue {
		group := []taken{first}
		for range len(k.queue) {
			group = append(group, <-k.queue)
		}
		err := k.write(group)
		for _, t := range group {
			t.done <- err
		}
	}
}

func (k *keeper) write(group []taken) error {
	w := bufio.NewWriterSize(k.file, 1<<20)
	for _, t := range group {
		line, err := json.Marshal(t.Taken)
		if err != nil {
			return err
		}
		_, _ = w.Write(append(line, '\n')) // Flush gives the error
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return k.file.Sync()
}

type session struct {
	keeper *keeper
	to     []string
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.to = nil }

// Logout implements smtp.Session.
func (*session) Logout() error { return nil }

// Mail implements smtp.Session.
func (*session) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = append(s.to, to)
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := netmail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "not a message"}
	}
	for _, to := range s.to {
		t := taken{Taken: letters.Taken{At: time.Now(), ID: m.Header.Get("Message-Id"), To: to}, done: make(chan error, 1)}
		if s.keeper.content {
			t.Content = content
		}
		s.keeper.queue <- t
		if err := <-t.done; err != nil {
			return err
		}
	}
	return nil
}
