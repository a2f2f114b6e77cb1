package e2e

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"khuevan/bench/letters"
)

// How many letters the test below sends, 100000 for the whole province, and how often it kills the sender meanwhile.
var (
	letterCount = flag.Int("letters", 1500, "letters of the test that kills the sender")
	letterKills = flag.Int("letter-kills", 10, "kills of the sender in that test")
)

const mailLasts = 20 * time.Minute // at most, for a hundred thousand

// TestKillingTheSenderLosesNoLetterAndDoublesNone kills the process that sends, at random moments while it sends, and lets it go on.
// In the end each letter was taken by the mail server exactly once, or is flagged in the record; and what the record says was
// handed over was taken.
func TestKillingTheSenderLosesNoLetterAndDoublesNone(t *testing.T) {
	dir := t.TempDir()
	log, data := filepath.Join(dir, "taken.jsonl"), filepath.Join(dir, "data")
	addr := mailProcess(t, dir, log)
	if err := letters.Queue(t.Context(), data, "do", *letterCount); err != nil {
		t.Fatal(err)
	}
	h := &house{t: t, dir: dir, program: binary(t, "khuevan"), env: []string{"KHUEVAN_MASTER_KEY=" + letters.Master, "KHUEVAN_SMTP_ADDR=" + addr,
		"KHUEVAN_SMTP_TLS=none", "KHUEVAN_MAIL_FROM=do@donhap.example"}}
	listen, count := freePort(t), &tally{t: t, log: log}
	run := func(more ...string) *process {
		p := h.run("sender", h.env, append([]string{"serve", "-target", "notification", "-data", data, "-listen", listen}, more...)...)
		h.awaitReady(listen)
		return p
	}
	begun := time.Now()
	for i := range *letterKills {
		p := run()
		share := (i + 1) * *letterCount / (*letterKills + 1) // kills are spread over all letters
		awaitTaken(t, p, count, share+rand.IntN(max(1, *letterCount / *letterKills / 2)))
		p.kill()
		h.procs = nil
	}
	resumed := time.Now()
	before := count.lines()
	p := run("-demo", "-demo-ahead", "10m") // what was begun before the last kill is old enough to be given up
	awaitTaken(t, p, count, before+1)
	quickly := time.Since(resumed)
	fates := awaitSent(t, p, data, count, h, run)
	taken, err := letters.Read(log)
	if err != nil {
		t.Fatal(err)
	}
	flagged := 0
	for _, fate := range fates {
		if fate == "mail-flagged" {
			flagged++
		}
	}
	for _, wrong := range auditLetters(*letterCount, taken, fates) {
		t.Error(wrong)
	}
	t.Logf("%d letters, %d kills, %d taken, %d flagged, first letter %s after the last start, %s in all",
		*letterCount, *letterKills, len(taken), flagged, quickly.Round(time.Millisecond), time.Since(begun).Round(time.Second))
}

// awaitSent lets the platform go on until no letter waits, then stops it and reads what became of each.
func awaitSent(t *testing.T, p *process, data string, count *tally, h *house, run func(...string) *process) map[string]string {
	t.Helper()
	for until := time.Now().Add(mailLasts); time.Now().Before(until); {
		quiet := count.lines()
		for still := time.Now().Add(2 * time.Second); time.Now().Before(still); breathe() {
			if n := count.lines(); n != quiet {
				quiet, still = n, time.Now().Add(2*time.Second)
			}
		}
		p.stop(t)
		h.procs = nil
		fates, err := letters.Fates(t.Context(), data)
		if err != nil {
			t.Fatal(err)
		}
		if !waits(fates) {
			return fates
		}
		p = run("-demo", "-demo-ahead", "20m")
	}
	t.Fatal("letters still wait")
	return nil
}

// waits reports whether there are letters of which nothing is decided yet.
func waits(fates map[string]string) bool {
	for _, fate := range fates {
		if fate != "mail-handed-over" && fate != "mail-flagged" {
			return true
		}
	}
	return false
}

// auditLetters compares what the server took with what the record says of each letter, and lists what is wrong.
func auditLetters(people int, taken []letters.Taken, fates map[string]string) (wrong []string) {
	times, to := map[string]int{}, map[string]string{}
	for _, l := range taken {
		id, _, _ := strings.Cut(strings.Trim(l.ID, "<>"), "@")
		times[id]++
		to[id] = l.To
	}
	for i := range people {
		id := letters.Person(i) + "_do"
		n, fate := times[id], fates[id]
		switch {
		case n > 1:
			wrong = append(wrong, fmt.Sprintf("%s was taken %d times", id, n))
		case n == 0 && fate != "mail-flagged":
			wrong = append(wrong, fmt.Sprintf("%s was not taken and stands at %q", id, fate))
		case n == 1 && fate != "mail-handed-over" && fate != "mail-flagged":
			wrong = append(wrong, fmt.Sprintf("%s was taken and stands at %q", id, fate))
		case n == 1 && to[id] != letters.Address(i):
			wrong = append(wrong, fmt.Sprintf("%s went to %s", id, to[id]))
		}
		delete(times, id)
	}
	for id := range times {
		wrong = append(wrong, id+" was never queued")
	}
	return wrong
}

// TestTheAuditOfLettersSeesADoubleAndALoss shows that the audit above can fail.
func TestTheAuditOfLettersSeesADoubleAndALoss(t *testing.T) {
	letter := func(i int) letters.Taken {
		return letters.Taken{ID: "<" + letters.Person(i) + "_do@localhost>", To: letters.Address(i)}
	}
	id := func(i int) string { return letters.Person(i) + "_do" }
	fates := map[string]string{id(0): "mail-handed-over", id(1): "mail-handed-over", id(2): "mail-flagged"}
	good := []letters.Taken{letter(0), letter(1)}
	stray := letter(1)
	stray.To = letters.Address(2)
	waiting := map[string]string{id(0): "mail-handed-over", id(1): "mail-handed-over", id(2): "mail-deferred"}
	for name, c := range map[string]struct {
		taken []letters.Taken
		fates map[string]string
		wrong int
	}{
		"all is well":               {good, fates, 0},
		"flagged and taken":         {append(good, letter(2)), fates, 0},
		"taken twice":               {append(good, letter(1)), fates, 1},
		"handed over and lost":      {good[:1], fates, 1},
		"neither taken nor flagged": {good, waiting, 1},
		"to somebody else":          {[]letters.Taken{letter(0), stray}, fates, 1},
		"a letter of nobody":        {append(good, letters.Taken{ID: "<x@y>"}), fates, 1},
	} {
		if got := auditLetters(3, slices.Clone(c.taken), c.fates); len(got) != c.wrong {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// mailProcess starts the SMTP server of the bench and gives its address.
func mailProcess(t *testing.T, dir, log string) string {
	t.Helper()
	path := filepath.Join(dir, "smtpd")
	build := exec.Command("go", "build", "-o", path, "./bench/smtpd") //nolint:noctx // it ends by itself
	build.Dir = root(t)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the SMTP server: %v\n%s", err, out)
	}
	cmd := exec.Command(path, "-log", log) //nolint:noctx // killed below
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // it has no other end
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// tally counts the lines of a growing log.
type tally struct {
	t   *testing.T
	log string
	at  int64
	n   int
}

func (c *tally) lines() int {
	c.t.Helper()
	f, err := os.Open(c.log)
	if err != nil {
		c.t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read
	more, err := io.ReadAll(io.NewSectionReader(f, c.at, 1<<40))
	if err != nil {
		c.t.Fatal(err)
	}
	c.at, c.n = c.at+int64(len(more)), c.n+bytes.Count(more, []byte{'\n'})
	return c.n
}

// awaitTaken waits until the server has taken so many letters in all.
func awaitTaken(t *testing.T, p *process, taken *tally, n int) {
	t.Helper()
	for until := time.Now().Add(mailLasts); taken.lines() < n; breathe() {
		if p.ended() || time.Now().After(until) {
			t.Fatalf("%d letters of %d were taken:\n%s", taken.n, n, p.log())
		}
	}
}
