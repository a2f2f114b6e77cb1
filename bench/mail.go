package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"khuevan/bench/letters"
)

// The letters of the bench: so many in each round, over so many connections.
const (
	mailLetters     = 20_000
	mailConnections = 8
	mailRounds      = 3
	mailWithin      = 3 * time.Minute // for a round
)

// measureMail compares letters a second that the platform sends, each begun and handed over in the record, with what a bare
// client gives to the same server process: the same letters, over as many connections.
func measureMail(ctx context.Context, w *work) ([]Row, error) {
	path, err := binary(ctx)
	if err != nil {
		return nil, err
	}
	m := &mailing{people: w.some(mailLetters, 5_000), log: filepath.Join(w.dir, "taken.jsonl"), p: &program{path: path, data: filepath.Join(w.dir, "data"), demo: "-target=notification"}}
	if err := m.serve(ctx, w); err != nil {
		return nil, err
	}
	m.p.env = []string{"KHUEVAN_MASTER_KEY=" + letters.Master, "KHUEVAN_SMTP_ADDR=" + m.addr, "KHUEVAN_SMTP_TLS=none", "KHUEVAN_LOG_LEVEL=warn",
		"KHUEVAN_MAIL_FROM=do@donhap.example", fmt.Sprintf("KHUEVAN_SMTP_CONNECTIONS=%d", mailConnections)}
	w.atEnd(m.p.kill)
	rounds := 1
	if !w.quick {
		rounds = mailRounds
	}
	medians, err := alternate(ctx, rounds, m.ours, m.bare)
	if err != nil {
		return nil, err
	}
	return []Row{row("mail.send", "letters/s", medians[0], medians[1])}, nil
}

// mailing is a server process with what it took, and the platform that sends to it.
type mailing struct {
	people int
	log    string
	addr   string
	p      *program
	round  int
	taken  []letters.Taken // by the last round of ours
	seen   int             // lines of the log
}

// serve starts the SMTP server as a process of its own.
func (m *mailing) serve(ctx context.Context, w *work) error {
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	path := filepath.Join(w.dir, "smtpd")
	build := exec.CommandContext(ctx, "go", "build", "-o", path, "./bench/smtpd") //nolint:gosec // our own program
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the SMTP server: %w\n%s", err, out)
	}
	cmd := exec.CommandContext(ctx, path, "-log", m.log, "-content") //nolint:gosec // likewise
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	w.atEnd(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	m.addr = strings.TrimSpace(line)
	return err
}

// ours writes a letter to everybody into the record, starts the platform, and waits until all were taken and it has ended.
func (m *mailing) ours(ctx context.Context) (float64, error) {
	m.round++
	if err := letters.Queue(ctx, m.p.data, fmt.Sprintf("round-%d", m.round), m.people); err != nil {
		return 0, err
	}
	if _, err := m.p.start(ctx, firstStart); err != nil {
		return 0, err
	}
	perSecond, err := m.await(ctx)
	if err = errors.Join(err, m.p.stop()); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, m.p.log)
	}
	fates, err := letters.Fates(ctx, m.p.data)
	if err != nil {
		return 0, err
	}
	for id, fate := range fates {
		if fate != "mail-handed-over" {
			return 0, fmt.Errorf("the letter %s stands at %q", id, fate)
		}
	}
	return perSecond, nil
}

// bare gives the letters that the platform sent last to the server, without the platform.
func (m *mailing) bare(ctx context.Context) (float64, error) {
	all := make([]rawLetter, len(m.taken)) // ours has the first turn of the first round
	for i, t := range m.taken {
		all[i] = rawLetter{t.To, t.Content}
	}
	if err := rawMail(m.addr, mailConnections, all); err != nil {
		return 0, err
	}
	return m.await(ctx)
}

// await waits until the server has taken a letter for everybody, and gives its rate by the server's clock.
func (m *mailing) await(ctx context.Context) (float64, error) {
	for until := time.Now().Add(mailWithin); time.Now().Before(until); {
		if n, err := lines(m.log); err != nil {
			return 0, err
		} else if n >= m.seen+m.people {
			all, err := letters.Read(m.log)
			if err != nil {
				return 0, err
			}
			m.taken, m.seen = all[m.seen:], len(all)
			if len(m.taken) != m.people {
				return 0, fmt.Errorf("%d letters were taken, not %d", len(m.taken), m.people)
			}
			return rate(len(m.taken)-1, m.taken[len(m.taken)-1].At.Sub(m.taken[0].At)), nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
	return 0, fmt.Errorf("not all letters were taken within %s", mailWithin)
}

// lines counts the lines of a file.
func lines(path string) (n int, err error) {
	f, err := os.Open(path) //nolint:gosec // the server's log
	if err != nil {
		return 0, err
	}
	defer f.Close() //nolint:errcheck // only read
	r := bufio.NewReaderSize(f, 1<<20)
	for {
		_, err := r.ReadSlice('\n')
		switch {
		case err == nil:
			n++
		case !errors.Is(err, bufio.ErrBufferFull):
			return n, nil // the end
		}
	}
}
