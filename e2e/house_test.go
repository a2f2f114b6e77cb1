package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// topology says how the house is spread over processes.
type topology string

const (
	together topology = "all"   // one process with an embedded NATS
	apart    topology = "apart" // one process per service, and nats-server
)

func topologies() []topology { return []topology{together, apart} }

func services() []string {
	return []string{"directory", "account", "access", "catalog", "enrolment", "progress", "quiz", "measurement", "certification", "scheduler", "refresher", "evaluation", "notification", "webhook", "reporting", "portal"}
}

// patience bounds how long anything may take before a test gives up; nothing waits for a fixed time.
const patience = 60 * time.Second

// root is the top of the repository.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(dir)
}

// binary finds a program that the test command has built.
func binary(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(root(t), "bin", name)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("%v; `go tool task test` builds it", err)
	}
	return path
}

// house is a running platform in demo mode.
type house struct {
	t       testing.TB
	url     string
	dir     string
	program string
	env     []string
	procs   []*process
	again   func() *process // starts the last process anew, in the place of all
}

// Every journey can be run on the program with the race detector in it, which takes several times as long.
var racedAll = flag.Bool("raced", false, "run every journey on the program with the race detector in it")

// usual is the program of a journey.
func usual(t testing.TB) string {
	t.Helper()
	if *racedAll {
		return raced(t)
	}
	return binary(t, "khuevan")
}

// raced is the program with the race detector in it.
func raced(t testing.TB) string { t.Helper(); return binary(t, "khuevan-race") }

// open starts a house; empty leaves everything but the administrator to the test.
func open(t testing.TB, top topology, empty bool) *house {
	t.Helper()
	return openAs(t, usual(t), top, empty)
}

func openAs(t testing.TB, program string, top topology, empty bool) *house {
	t.Helper()
	h := &house{t: t, program: program}
	demo := "-demo"
	if empty {
		demo = "-demo-empty"
	}
	if top == together && !empty {
		h.dir = province(t, program)
	} else {
		h.dir = t.TempDir()
	}
	if top == together {
		addr := freePort(t)
		h.url = "http://" + addr
		h.run("all", nil, "serve", "-data", h.dir, "-listen", addr, demo)
		h.awaitReady(addr)
		return h
	}
	nats := freePort(t)
	_, port, _ := strings.Cut(nats, ":")
	h.procs = append(h.procs, start(t, h.dir, binary(t, "nats-server"), "nats", nil,
		"-a", "127.0.0.1", "-p", port, "-c", writeFile(t, h.dir, "nats.conf", "max_payload: 8MB\njetstream { store_dir: \""+h.dir+"/nats\", sync_interval: always }\n")))
	awaitPort(t, nats)
	env := []string{"KHUEVAN_NATS_URL=nats://" + nats, "KHUEVAN_MASTER_KEY=" + strings.Repeat("ab", 32), "KHUEVAN_PARTITIONS=4"}
	addrs := map[string]string{}
	for _, s := range services() {
		addrs[s] = freePort(t)
	}
	h.url = "http://" + addrs["portal"]
	env = append(env, "KHUEVAN_BASE_URL="+h.url)
	h.env = env
	for _, s := range services() {
		h.run(s, env, "serve", "-data", filepath.Join(h.dir, s), "-listen", addrs[s], "-target", s, demo)
	}
	for _, s := range services() {
		h.awaitReady(addrs[s])
	}
	return h
}

func (h *house) run(name string, env []string, args ...string) *process {
	h.t.Helper()
	p := start(h.t, h.dir, h.program, name, env, args...)
	h.procs = append(h.procs, p)
	h.again = func() *process { h.procs = nil; return h.run(name, env, args...) }
	return p
}

func (h *house) awaitReady(addr string) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	for {
		if ready(ctx, addr) {
			return
		}
		for _, p := range h.procs {
			if p.ended() {
				h.t.Fatalf("%s ended before it was ready:\n%s", p.name, p.log())
			}
		}
		if ctx.Err() != nil {
			for _, p := range h.procs {
				h.t.Logf("%s:\n%s", p.name, p.log())
			}
			h.t.Fatalf("%s was not ready in %v", addr, patience)
		}
		breathe()
	}
}

func ready(ctx context.Context, addr string) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/readyz", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	return resp.StatusCode == http.StatusOK
}

// breathe lets other processes go on between two looks at them.
func breathe() { time.Sleep(10 * time.Millisecond) }

// process is a program that runs until the test ends.
type process struct {
	name string
	cmd  *exec.Cmd
	out  *os.File
	done chan struct{}
	once sync.Once
}

func start(t testing.TB, dir, program, name string, env []string, args ...string) *process {
	t.Helper()
	out, err := os.OpenFile(filepath.Join(dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{name: name, out: out, done: make(chan struct{}), cmd: exec.Command(program, args...)} //nolint:gosec,noctx // ours
	p.cmd.Env = append(os.Environ(), env...)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = p.cmd.Wait(); close(p.done) }() // the exit code is looked at where it matters
	t.Cleanup(func() { p.stop(t) })
	return p
}

// stop asks the process to end, as an operator would, and fails the test when it does not.
func (p *process) stop(t testing.TB) {
	p.once.Do(func() {
		if p.ended() {
			return
		}
		_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended meanwhile
		select {
		case <-p.done:
		case <-time.After(patience):
			t.Errorf("%s did not stop:\n%s", p.name, p.log())
			p.kill()
		}
		if _, race, found := strings.Cut(p.log(), "WARNING: DATA RACE"); found {
			t.Errorf("%s has a data race: %.4000s", p.name, race)
		}
	})
}

// kill ends the process at once; what it wrote to the system survives, as after a crash of the program.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // it may have ended meanwhile
	<-p.done
}

func (p *process) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

func (p *process) log() string {
	text, err := os.ReadFile(p.out.Name())
	if err != nil {
		return err.Error()
	}
	return string(text)
}

func writeFile(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// given are the addresses that freePort has handed out: journeys run side by side.
var given sync.Map

// freePort gives a loopback address that nobody listens on, and gives it once.
func freePort(t testing.TB) string {
	t.Helper()
	for {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		addr := l.Addr().String()
		_ = l.Close() // it was only asked for its address
		if _, before := given.LoadOrStore(addr, true); !before {
			return addr
		}
	}
}

func awaitPort(t testing.TB, addr string) {
	t.Helper()
	for until := time.Now().Add(patience); ; breathe() {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			_ = conn.Close() // only tried
			return
		}
		if time.Now().After(until) {
			t.Fatalf("nobody listens on %s: %v", addr, err)
		}
	}
}

// command runs the program to its end and gives what it printed and its exit code.
func (h *house) command(args ...string) (out string, code int) {
	h.t.Helper()
	if h.env == nil {
		args = append(args, "-data", h.dir, "-demo")
	}
	cmd := exec.CommandContext(h.t.Context(), h.program, args...) //nolint:gosec // ours
	cmd.Env = append(os.Environ(), h.env...)
	var b strings.Builder
	cmd.Stdout, cmd.Stderr = &b, io.Discard
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return b.String(), exit.ExitCode()
	}
	if err != nil {
		h.t.Fatal(fmt.Errorf("khuevan %v: %w", args, err))
	}
	return b.String(), 0
}
