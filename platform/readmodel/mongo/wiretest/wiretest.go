// Package wiretest gives tests a server that speaks MongoDB's protocol: the one named by KHUEVAN_TEST_MONGODB_URI,
// or else FerretDB on SQLite, started for the test on this machine.
package wiretest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Env names the variable with the URI of a real MongoDB to test against.
const Env = "KHUEVAN_TEST_MONGODB_URI"

// Server is where tests connect.
type Server struct {
	URI string
	// Real is false for the stand-in. That bears one client at a time and bulk writes of at most 40 documents;
	// with 100 matching updates, or a few writers at once, it hangs.
	Real bool
}

// BulkSize is the most documents in one request that the server bears.
func (s Server) BulkSize() int {
	if s.Real {
		return 500
	}
	return 40
}

// Start gives a server until the test ends.
func Start(t *testing.T) Server {
	t.Helper()
	if uri := os.Getenv(Env); uri != "" {
		return Server{URI: uri, Real: true}
	}
	program := filepath.Join(root(t), "bin", "ferretdb")
	if _, err := os.Stat(program); err != nil {
		t.Fatalf("there is no bin/ferretdb: run `go tool task test`, which builds it, or set %s", Env)
	}
	s := Server{URI: run(t, program) + "?retryWrites=false&maxPoolSize=2"}
	s.with(t, func(ctx context.Context, c *driver.Client) error { return c.Ping(ctx, nil) }) // the driver tries until it answers
	return s
}

// Database names a database for one test, dropped when it ends.
func (s Server) Database(t *testing.T) string {
	t.Helper()
	name := "khuevan_test_" + strings.ToLower(rand.Text())
	t.Cleanup(func() {
		s.with(t, func(ctx context.Context, c *driver.Client) error { return c.Database(name).Drop(ctx) })
	})
	return name
}

func (s Server) with(t *testing.T, fn func(context.Context, *driver.Client) error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	client, err := driver.Connect(options.Client().ApplyURI(s.URI))
	if err == nil {
		err = errors.Join(fn(ctx, client), client.Disconnect(ctx))
	}
	if err != nil {
		t.Errorf("MongoDB server of the test: %v", err)
	}
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		above := filepath.Dir(dir)
		if above == dir {
			t.Fatal("the test runs outside of the module")
		}
		dir = above
	}
}

// run starts the program on a free port and gives the address that it says it listens on.
func run(t *testing.T, program string) string {
	t.Helper()
	dir := t.TempDir()
	//nolint:gosec // the program is built by this repository's own task
	cmd := exec.Command(program, "-listen-addr=127.0.0.1:0", "-sqlite-url=file:"+dir+"/")
	cmd.Dir = dir
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("start bin/ferretdb: %v", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("bin/ferretdb said, at the end:\n%s", said.Bytes()[max(0, said.Len()-2000):])
		}
	})
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		t.Fatal("bin/ferretdb ended before it listened")
	}
	return lines.Text()
}
