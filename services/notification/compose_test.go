package notification

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	netmail "net/mail"
	"net/textproto"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestEveryLetterIsFitToBeSigned(t *testing.T) {
	s, err := newServer(Config{From: "Khuê Văn <khuevan@dt.example>", ReplyTo: "hoi@dt.example", Bounces: "tra-lai@dt.example"}, "dt.example")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		subject, body := rapid.String().Draw(t, "subject"), rapid.String().Draw(t, "body")
		if rapid.Bool().Draw(t, "long") {
			subject, body = strings.Repeat("An toàn thông tin ", 200), strings.Repeat(body+"x", 2000)
		}
		e, err := s.write(heading{to: "lan@dt.example", messageID: "<" + letterID + "@dt.example>", token: "T", at: morning}, text{Subject: subject, Body: body, Unsubscribe: "https://dt.example/u/1"})
		if err != nil {
			t.Fatal(err)
		}
		if e.from != "<tra-lai@dt.example>" || e.to != "<lan@dt.example>" {
			t.Fatalf("%+v", e)
		}
		for line := range bytes.SplitSeq(e.content, []byte("\r\n")) {
			if len(line) > 998 || bytes.ContainsAny(line, "\r\n") || bytes.ContainsFunc(line, func(r rune) bool { return r > 126 }) {
				t.Fatalf("a server would have to change this line: %q", line)
			}
		}
		m, err := netmail.ReadMessage(bytes.NewReader(e.content))
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"Message-Id": "<" + letterID + "@dt.example>", letterHeader: "T", "Auto-Submitted": "auto-generated",
			"Reply-To": "<hoi@dt.example>", "List-Unsubscribe": "<https://dt.example/u/1>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} {
			if got := m.Header.Get(name); got != want {
				t.Fatalf("%s: %q", name, got)
			}
		}
		if m.Header.Get("Date") == "" {
			t.Fatal("no date")
		}
	})
	for url, headers := range map[string]int{"": 0, "http://dt.example/u/1": 1, "https://dt.example/u/1": 2} { // one click is for https
		e, err := s.write(heading{to: "lan@dt.example", messageID: "<x@y>", at: morning}, text{Subject: "Thư", Body: "xin chào", Unsubscribe: url})
		if err != nil || bytes.Count(e.content, []byte("\r\nList-Unsubscribe")) != headers {
			t.Errorf("%q: %v\n%s", url, err, e.content)
		}
	}
}

// plainServer is a server without extensions that refuses the first recipient, speaks one line at a time, and fails the test when a
// command comes before the last one was answered.
func plainServer(t *testing.T) (addr string, done <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan string, 1)
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		conn, err := l.Accept()
		if err != nil {
			ended <- err.Error()
			return
		}
		ended <- speak(conn)
	}()
	return l.Addr().String(), ended
}

func speak(conn net.Conn) string {
	defer conn.Close() //nolint:errcheck // the test is over
	r := textproto.NewReader(bufio.NewReader(conn))
	say := func(line string) { fmt.Fprint(conn, line+"\r\n") }
	say("220 plain")
	recipients, letters := 0, 0
	for {
		line, err := r.ReadLine()
		if err != nil {
			return err.Error()
		}
		if r.R.Buffered() > 0 && !strings.HasPrefix(line, "DATA") {
			return "pipelined: " + line
		}
		switch word, _, _ := strings.Cut(line, " "); word {
		case "EHLO":
			say("502 not known")
		case "RCPT":
			if recipients++; recipients == 1 {
				say("550 no such mailbox")
				continue
			}
			say("250 yes")
		case "DATA":
			say("354 go on")
			if _, err := r.ReadDotLines(); err != nil {
				return err.Error()
			}
			letters++
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return fmt.Sprintf("%d letters", letters)
		default:
			say("250 yes")
		}
	}
}

func TestAServerWithoutExtensionsIsSpokenToLineByLine(t *testing.T) {
	addr, done := plainServer(t)
	s, err := newServer(Config{From: "khuevan@dt.example", TLS: "none"}, "dt.example")
	if err != nil {
		t.Fatal(err)
	}
	session, err := s.dial(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	e := envelope{from: "<khuevan@dt.example>", to: "<lan@dt.example>", content: []byte("Subject: x\r\n\r\n.dot\r\n")}
	at, err := session.give(e)
	if judge(at, err) != refused || at != stageRecipient || statusOf(err) != "5.1.1" || session.broken {
		t.Errorf("stage %d, %v, broken %v", at, err, session.broken)
	}
	for range 2 {
		if at, err := session.give(e); judge(at, err) != handedOver {
			t.Errorf("stage %d, %v", at, err)
		}
	}
	session.quit()
	if got := <-done; got != "2 letters" {
		t.Error(got)
	}
}

func TestTheWindowOpensWithSuccessAndShutsWithTrouble(t *testing.T) {
	w := newWindow(3)
	if !w.enter(t.Context()) {
		t.Fatal("no room for the first")
	}
	w.grow()
	if !w.enter(t.Context()) {
		t.Fatal("no room for the second")
	}
	entered := make(chan bool)
	go func() { entered <- w.enter(t.Context()) }()
	w.leave()
	if !<-entered {
		t.Fatal("no room when one has left")
	}
	for range 9 {
		w.grow()
	}
	if w.size != 3 {
		t.Errorf("size %d", w.size)
	}
	w.shut()
	if w.size != 1 {
		t.Errorf("size %d", w.size)
	}
}

func TestThePaceSpacesLetters(t *testing.T) {
	p := newPace(10)
	for i, want := range []int{0, 100, 200} {
		if got := p.slot(morning).Sub(morning).Milliseconds(); got != int64(want) {
			t.Errorf("letter %d after %d ms", i, got)
		}
	}
	if late := morning.Add(60e9); p.slot(late) != late || p.most() != 10 || newPace(0).slot(morning) != morning {
		t.Error("a pace saves nothing up")
	}
}
