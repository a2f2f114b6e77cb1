package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	contestPeople   = 10000
	contestItems    = 20
	contestCrowd    = 64     // learners whose requests are under way at the same time
	contestWithin   = 60.0   // seconds for all starts, and for all submits: stated limits
	contestAnswers  = 222.2  // answers/s: 200,000 in 15 minutes, the stated limit
	contestJourneys = 7.0    // journeys/s of a tuned Moodle 4.4 on the same kind of machine, the stated limit
	journeyCPU      = 6.0    // milliseconds of the server for a journey, the stated limit
	contestMemory   = 2048.0 // MiB, the stated limit
	answerP99       = 100.0  // milliseconds, the stated limit
	contestKilled   = 400    // learners of the second wave, in which the server is killed
	settleWithin    = 2 * time.Minute
)

// contest is a synchronised quiz over real HTTP against the built program in a process of its own.
type contest struct {
	p      *program
	client *http.Client
	people []*candidate
}

// candidate is one learner.
type candidate struct {
	token   string
	address string // of the learner, as a proxy would tell it
	attempt string
	answers []paper // what can be answered, in the order of the page
	acked   []string
}

// paper is a question as the page shows it: its item and the choices.
type paper struct {
	item    string
	choices []string
}

// measureContest lets ten thousand learners sit the quiz of a sitting that was prepared beforehand: all start, answer
// twenty questions one request each, and hand in. The learners share the machine with the server; what is counted is the
// server's own CPU time. A quick run has fewer learners, and limits that are shorter by as much.
func measureContest(ctx context.Context, w *work) ([]Row, error) {
	people := w.some(contestPeople, 300)
	part := float64(people) / contestPeople
	killed := w.some(contestKilled, 60)
	c, err := newContest(ctx, w, people+killed)
	if err != nil {
		return nil, err
	}
	all, rest := c.people[:people], c.people[people:]
	cpuBefore, err := cpuTime(c.p.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	starts, _, err := c.crowd(ctx, all, c.begin)
	if err != nil {
		return nil, fmt.Errorf("start: %w", err)
	}
	answers, took, err := c.crowd(ctx, all, c.answerAll)
	if err != nil {
		return nil, fmt.Errorf("answer: %w", err)
	}
	submits, _, err := c.crowd(ctx, all, c.handIn)
	if err != nil {
		return nil, fmt.Errorf("hand in: %w", err)
	}
	whole := starts + answers + submits
	if err := c.idle(ctx); err != nil {
		return nil, err
	}
	cpu, err := cpuTime(c.p.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	memory, err := resident(c.p.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	lost, err := c.killedInTheMiddle(ctx, rest)
	if err != nil {
		return nil, err
	}
	if lost > 0 {
		return nil, fmt.Errorf("%d acknowledged answers are gone after the kill", lost)
	}
	n := float64(people)
	return []Row{
		row("quiz.contest.starts", "s", starts.Seconds(), contestWithin*part),
		row("quiz.contest.answers", "answers/s", n*contestItems/answers.Seconds(), contestAnswers),
		row("quiz.contest.submits", "s", submits.Seconds(), contestWithin*part),
		row("quiz.contest.journeys", "journeys/s", n/whole.Seconds(), contestJourneys),
		row("quiz.contest.memory", "MiB", memory, contestMemory),
		row("quiz.journey.cpu", "ms", millis(cpu-cpuBefore)/n, journeyCPU),
		row("quiz.answer.p99", "ms", percentile(took, 99), answerP99),
	}, c.p.stop()
}

// crowd lets contestCrowd of the people act at a time, and gives how long all of them took, and each request in milliseconds.
func (c *contest) crowd(ctx context.Context, people []*candidate, act func(context.Context, *candidate) ([]float64, error)) (time.Duration, []float64, error) {
	var mu sync.Mutex
	var all []float64
	var next atomic.Int64
	begun := time.Now()
	err := crowd(ctx, min(contestCrowd, len(people)), func(ctx context.Context, _ int) error {
		for {
			i := int(next.Add(1)) - 1
			if i >= len(people) {
				return nil
			}
			took, err := act(ctx, people[i])
			if err != nil {
				return fmt.Errorf("learner %d: %w", i, err)
			}
			mu.Lock()
			all = append(all, took...)
			mu.Unlock()
		}
	})
	return time.Since(begun), all, err
}

// begin presses the button and opens the page of the attempt.
func (c *contest) begin(ctx context.Context, l *candidate) ([]float64, error) {
	begun := time.Now()
	where, err := c.post(ctx, l, "/learn/"+course+"/quiz", "request="+l.token[:20], false)
	if err != nil {
		return nil, err
	}
	path, _, _ := strings.Cut(where, "?")
	l.attempt = strings.TrimPrefix(path, "/attempts/")
	page, err := c.page(ctx, l, where)
	if err != nil {
		return nil, err
	}
	if l.answers = papersOf(page); len(l.answers) != contestItems {
		return nil, fmt.Errorf("the page shows %d questions, not %d", len(l.answers), contestItems)
	}
	return []float64{millis(time.Since(begun))}, nil
}

// answerAll gives every answer, each as a request of its own.
func (c *contest) answerAll(ctx context.Context, l *candidate) ([]float64, error) {
	var took []float64
	for i := range l.answers {
		begun := time.Now()
		if err := c.answer(ctx, l, i); err != nil {
			return nil, err
		}
		took = append(took, millis(time.Since(begun)))
	}
	return took, nil
}

func (c *contest) answer(ctx context.Context, l *candidate, i int) error {
	p := l.answers[i]
	choice := p.choices[i%len(p.choices)]
	form := "item=" + p.item + "&choice=" + choice + "&q=" + strconv.Itoa(i+1) + "&request=" + l.token[:16] + strconv.Itoa(i) +
		"&given=" + time.Now().UTC().Format("2006-01-02T15:04:05.000Z") + "&seconds=12.5&device=0123456789abcdef"
	_, err := c.post(ctx, l, "/attempts/"+l.attempt+"/answers", form, true)
	if err == nil {
		l.acked = append(l.acked, p.item+"="+choice)
	}
	return err
}

// handIn submits the attempt and looks at the result.
func (c *contest) handIn(ctx context.Context, l *candidate) ([]float64, error) {
	begun := time.Now()
	where, err := c.post(ctx, l, "/attempts/"+l.attempt+"/submit", "request="+l.token[20:40], false)
	if err != nil {
		return nil, err
	}
	_, err = c.page(ctx, l, where)
	return []float64{millis(time.Since(begun))}, err
}

// cpuTime is what a process has used, of all its threads.
func cpuTime(pid int) (time.Duration, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return 0, fmt.Errorf("CPU time: %w", err)
	}
	return cpuOf(string(text))
}

// cpuOf reads user and system time, fields 14 and 15; the name in parentheses may hold anything.
func cpuOf(stat string) (time.Duration, error) {
	_, rest, ok := strings.Cut(stat[strings.LastIndexByte(stat, ')')+1:], " ")
	fields := strings.Fields(rest)
	const user, system, tick = 11, 12, 10 * time.Millisecond
	if !ok || len(fields) <= system {
		return 0, fmt.Errorf("CPU time: the system does not tell")
	}
	sum := 0
	for _, at := range []int{user, system} {
		n, err := strconv.Atoi(fields[at])
		if err != nil {
			return 0, fmt.Errorf("CPU time: %w", err)
		}
		sum += n
	}
	return time.Duration(sum) * tick, nil
}

// idle waits until the server has nothing left to do.
func (c *contest) idle(ctx context.Context) error {
	const quiet = 40 * time.Millisecond // of CPU in a second
	last, err := cpuTime(c.p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	for until := time.Now().Add(settleWithin); time.Now().Before(until); {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second):
		}
		now, err := cpuTime(c.p.cmd.Process.Pid)
		if err != nil {
			return err
		}
		if now-last <= quiet {
			return nil
		}
		last = now
	}
	return fmt.Errorf("the server was still busy after %s", settleWithin)
}
