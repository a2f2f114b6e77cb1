package notification

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// logbook is a file of this machine that says which of the letters that it began were offered to the server, and which were taken.
// After a crash of the process it spares most of them the flag: a letter begun here of which it says nothing was never offered.
//
// It is not synced, for the system keeps what a process wrote when that process dies. It keeps nothing through a power cut, so it
// is believed only in the boot of the machine in which it was begun; in another one there is a new logbook, and the letters of the
// old one are flagged. Facts name the logbook, so that no replica judges another's letters.
type logbook struct {
	id     string
	file   *os.File
	before map[string]bool // lines of earlier processes
}

const (
	logbookName = "mail.log"
	logbookMost = 16 << 20 // bytes; a larger one is begun anew at the next start
	bootFile    = "/proc/sys/kernel/random/boot_id"
)

// openLogbook opens the logbook in a directory; nil where there is none to be had. boot names the present boot of the machine.
func openLogbook(dir, boot string) (*logbook, error) {
	if dir == "" || boot == "" {
		return nil, nil
	}
	path := filepath.Join(dir, logbookName)
	if b, err := continueLogbook(path, boot); b != nil || err != nil {
		return b, err
	}
	b := &logbook{id: strings.ToLower(rand.Text()[:16])}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // in our own directory
	if err != nil {
		return nil, fmt.Errorf("logbook of letters: %w", err)
	}
	b.file = f
	return b, b.write(boot, b.id)
}

// continueLogbook opens the logbook of this boot, if that is what is there.
func continueLogbook(path, boot string) (*logbook, error) {
	text, err := os.ReadFile(path) //nolint:gosec // in our own directory
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("logbook of letters: %w", err)
	}
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	lines.Scan()
	of, id, ok := strings.Cut(lines.Text(), " ")
	if !ok || of != boot || id == "" || len(text) > logbookMost {
		return nil, nil
	}
	b := &logbook{id: id, before: map[string]bool{}}
	for lines.Scan() {
		b.before[lines.Text()] = true
	}
	if b.file, err = os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600); err != nil { //nolint:gosec // likewise
		return nil, fmt.Errorf("logbook of letters: %w", err)
	}
	if !strings.HasSuffix(string(text), "\n") { // a line cut short: what it was to allow was not done
		return b, b.write("")
	}
	return b, nil
}

// bootID names the present boot of this machine; "" where the system does not tell.
func bootID() string {
	text, err := os.ReadFile(bootFile)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(text))
}

// name is how facts call the logbook.
func (b *logbook) name() string {
	if b == nil {
		return ""
	}
	return b.id
}

func (b *logbook) write(words ...string) error {
	if b == nil {
		return nil
	}
	if _, err := b.file.WriteString(strings.Join(words, " ") + "\n"); err != nil { // one call, so one line is whole
		return fmt.Errorf("logbook of letters: %w", err)
	}
	return nil
}

// offered notes that a letter is about to be offered. What cannot be noted must not be offered.
func (b *logbook) offered(id string, begun time.Time) error {
	return b.write("offered", id, attempt(begun))
}

// taken notes that the server took a letter; where that fails the letter may be flagged, no more.
func (b *logbook) taken(id string, begun time.Time) { _ = b.write("taken", id, attempt(begun)) }

// attempt tells the attempts to send a letter apart.
func attempt(begun time.Time) string { return strconv.FormatInt(begun.UnixNano(), 10) }

// knows tells what an earlier process of this logbook proved of a letter that it began.
func (b *logbook) knows(m message) knowledge {
	switch {
	case b == nil || m.mail != mailBegun || m.logbook != b.id:
		return knowNothing
	case b.before["taken "+m.id+" "+attempt(m.begun)]:
		return knowTaken
	case b.before["offered "+m.id+" "+attempt(m.begun)]:
		return knowNothing
	default:
		return knowNotTaken
	}
}
