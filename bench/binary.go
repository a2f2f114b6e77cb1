package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	startWithin = 2.0   // seconds, the stated limit
	memoryMost  = 150.0 // MiB, the stated limit

	firstStart = 90 * time.Second // with the import of the demo province
	nextStart  = 30 * time.Second
	pages      = 300
)

// program is the built binary in a data directory.
type program struct {
	path string
	data string
	addr string
	demo string   // "-demo" where it does not say
	args []string // further flags
	env  []string // settings beside those of this process
	cmd  *exec.Cmd
	log  *bytes.Buffer
	done chan struct{} // closed when the program has ended
	end  error         // how
}

// measureBinary starts the program with the demo province, again and again, and looks at its memory.
func measureBinary(ctx context.Context, w *work) ([]Row, error) {
	path, err := binary(ctx)
	if err != nil {
		return nil, err
	}
	p := &program{path: path, data: filepath.Join(w.dir, "data")}
	w.atEnd(p.kill)
	if _, err := p.start(ctx, firstStart); err != nil {
		return nil, fmt.Errorf("first start, with the import: %w", err)
	}
	var took []float64
	for range w.some(5, 3) {
		if err := p.stop(); err != nil {
			return nil, err
		}
		t, err := p.start(ctx, nextStart)
		if err != nil {
			return nil, fmt.Errorf("restart: %w", err)
		}
		took = append(took, t.Seconds())
	}
	if err := p.browse(ctx); err != nil {
		return nil, err
	}
	memory, err := resident(p.cmd.Process.Pid)
	if err != nil {
		return nil, err
	}
	return []Row{row("start", "s", median(took), startWithin), row("memory", "MiB", memory, memoryMost)}, p.stop()
}

// binary finds the program, or builds it.
func binary(ctx context.Context) (string, error) {
	root, err := moduleRoot(ctx)
	if err != nil {
		return "", err
	}
	path := filepath.Join(root, "bin", "khuevan")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if _, err := os.Stat(filepath.Join(root, "assets", "dist", "manifest.json")); err != nil {
		return "", errors.New("bin/khuevan is not built, and neither is the asset bundle it needs: run `go tool task build` first")
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-o", path, "./cmd/khuevan") //nolint:gosec // our own program
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build bin/khuevan: %w\n%s", err, out)
	}
	return path, nil
}

func moduleRoot(ctx context.Context) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	file := strings.TrimSpace(string(out))
	if err != nil || file == "" || file == os.DevNull {
		return "", errors.Join(errors.New("run bench inside the project"), err)
	}
	return filepath.Dir(file), nil
}

// start runs the program and returns how long it took until it was ready.
func (p *program) start(ctx context.Context, within time.Duration) (time.Duration, error) {
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	p.addr = free.Addr().String()
	if err := free.Close(); err != nil {
		return 0, err
	}
	return p.run(ctx, within)
}

// again runs the program at the address it had.
func (p *program) again(ctx context.Context) error {
	_, err := p.run(ctx, firstStart)
	return err
}

func (p *program) run(ctx context.Context, within time.Duration) (time.Duration, error) {
	demo := p.demo
	if demo == "" {
		demo = "-demo"
	}
	p.log, p.done = &bytes.Buffer{}, make(chan struct{})
	args := append([]string{"serve", demo, "-data", p.data, "-listen", p.addr}, p.args...)
	p.cmd = exec.CommandContext(ctx, p.path, args...) //nolint:gosec // our own program
	p.cmd.Env = append(os.Environ(), p.env...)
	p.cmd.Stdout, p.cmd.Stderr = io.Discard, p.log
	begun := time.Now()
	if err := p.cmd.Start(); err != nil {
		return 0, err
	}
	go func(cmd *exec.Cmd, done chan struct{}) {
		p.end = cmd.Wait()
		close(done)
	}(p.cmd, p.done)
	for time.Since(begun) < within {
		if p.ready(ctx) {
			return time.Since(begun), nil
		}
		select {
		case <-p.done:
			return 0, fmt.Errorf("the program ended: %w\n%s", p.end, p.log)
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
	return 0, fmt.Errorf("not ready after %s", within)
}

func (p *program) ready(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	status, err := get(ctx, http.DefaultClient, "http://"+p.addr+"/readyz")
	return err == nil && status == http.StatusOK
}

func get(ctx context.Context, c *http.Client, address string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, err
	}
	return send(c, req)
}

func send(c *http.Client, req *http.Request) (int, error) {
	resp, err := c.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close() //nolint:errcheck // read to its end
	_, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, err
}

// browse reads some pages, signed in.
func (p *program) browse(ctx context.Context) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	c := &http.Client{Jar: jar, Timeout: 10 * time.Second}
	if err := p.signIn(ctx, c); err != nil {
		return err
	}
	paths := []string{"/", "/learn", "/inbox", "/certificates", "/account", "/verify"}
	for i := range pages {
		path := paths[i%len(paths)]
		status, err := get(ctx, c, "http://"+p.addr+path)
		if err != nil {
			return fmt.Errorf("page %s: %w", path, err)
		}
		if status != http.StatusOK {
			return fmt.Errorf("page %s answers %d\n%s", path, status, p.log)
		}
	}
	return nil
}

// signIn takes the demo administrator's place.
func (p *program) signIn(ctx context.Context, c *http.Client) error {
	form := strings.NewReader(url.Values{"code": {"DEMO-0001"}, "back": {"/"}}.Encode())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.addr+"/sign-in/demo", form)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	status, err := send(c, req)
	if err != nil || status != http.StatusOK {
		return fmt.Errorf("sign in: status %d, %w\n%s", status, err, p.log)
	}
	return nil
}

// stop ends the program in good order.
func (p *program) stop() error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	select {
	case <-p.done:
		if p.end != nil {
			return fmt.Errorf("stop: %w\n%s", p.end, p.log)
		}
		return nil
	case <-time.After(nextStart):
		return errors.New("the program does not stop")
	}
}

func (p *program) kill() {
	if p.cmd != nil && p.cmd.Process != nil {
		_ = p.cmd.Process.Kill()
		<-p.done
	}
}

// resident reads how much memory of a process is in use, in MiB.
func resident(pid int) (float64, error) {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return 0, fmt.Errorf("resident memory: %w", err)
	}
	return residentOf(string(text))
}

func residentOf(status string) (float64, error) {
	for line := range strings.Lines(status) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 64)
			return kib / 1024, err
		}
	}
	return 0, errors.New("resident memory: the system does not tell")
}
