package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"khuevan/platform/readmodel"
	"khuevan/platform/readmodel/sqlite"
)

// crashFile names the file in which the test's own second process writes until it is killed.
const crashFile = "KHUEVAN_TEST_CRASH_FILE"

func crashSpec() readmodel.Spec {
	return readmodel.Spec{Service: "suite", Name: "crash", Version: 1, Indexes: []readmodel.Index{{Name: "round", Fields: []string{"round"}}}}
}

const crashDocs = 200

func crashCommit(round uint64) readmodel.Commit {
	docs := make([]readmodel.Stored, crashDocs)
	for i := range docs {
		docs[i] = readmodel.Stored{ID: fmt.Sprintf("%03d", i), Seq: round, Body: fmt.Appendf(nil, `{"round":%d}`, round),
			Keys: []readmodel.Key{{Field: "round", Value: int64(round)}}} //nolint:gosec // small
	}
	return readmodel.Commit{Projection: "suite.crash.v1", Position: round, Writes: []readmodel.Write{{Spec: crashSpec(), Docs: docs}}}
}

// TestKilledWriter kills a process in the middle of its commits: what is left is one whole commit, its position
// and its index, and the last one that was acknowledged is not lost.
func TestKilledWriter(t *testing.T) {
	if path := os.Getenv(crashFile); path != "" {
		writeUntilKilled(t, path)
		return
	}
	for _, rounds := range []uint64{1, 7, 20} {
		path := filepath.Join(t.TempDir(), "views.db")
		acknowledged := killAfter(t, path, rounds)
		s := openFile(t, path)
		table, err := s.Open(t.Context(), crashSpec())
		if err != nil {
			t.Fatal(err)
		}
		position, err := s.Position(t.Context(), "suite.crash.v1")
		if err != nil || position < acknowledged {
			t.Fatalf("position %d, %v; #%d was acknowledged", position, err, acknowledged)
		}
		n, err := table.Count(t.Context(), readmodel.Query{Index: "round", Equal: []any{position}})
		if err != nil || n != crashDocs {
			t.Fatalf("%d of %d documents stand at the position %d, %v", n, crashDocs, position, err)
		}
	}
}

func writeUntilKilled(t *testing.T, path string) {
	s := openFile(t, path)
	if _, err := s.Open(t.Context(), crashSpec()); err != nil {
		t.Fatal(err)
	}
	for round := uint64(1); ; round++ {
		if err := s.Commit(t.Context(), crashCommit(round)); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(os.Stdout, "acknowledged %d\n", round); err != nil {
			t.Fatal(err)
		}
	}
}

// killAfter runs the writer until it has said so often that a commit is done, and tells the last it said.
func killAfter(t *testing.T, path string, rounds uint64) (last uint64) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestKilledWriter$") //nolint:gosec // this test itself
	cmd.Env = append(os.Environ(), crashFile+"="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, err := fmt.Sscanf(lines.Text(), "acknowledged %d", &last); err == nil && last == rounds {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // killed
	if last < rounds {
		t.Fatalf("the writer ended by itself after %d commits", last)
	}
	return last
}

// TestTwoProcesses: two stores on one file, as two processes have them, write the same projection at once.
func TestTwoProcesses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "views.db")
	const rounds = 40
	var wait sync.WaitGroup
	for first := range uint64(2) {
		s := openFile(t, path)
		if _, err := s.Open(t.Context(), crashSpec()); err != nil {
			t.Fatal(err)
		}
		wait.Go(func() {
			for round := 1 + first; round <= rounds; round += 1 + first {
				if err := s.Commit(t.Context(), crashCommit(round)); err != nil {
					t.Errorf("writer %d: %v", first, err)
				}
			}
		})
	}
	wait.Wait()
	s := openFile(t, path)
	table, err := s.Open(t.Context(), crashSpec())
	if err != nil {
		t.Fatal(err)
	}
	if n, err := table.Count(t.Context(), readmodel.Query{Index: "round", Equal: []any{rounds}}); err != nil || n != crashDocs {
		t.Fatalf("%d of %d documents stand at the last round, %v", n, crashDocs, err)
	}
}

func TestClosedStore(t *testing.T) {
	s, err := sqlite.Open(filepath.Join(t.TempDir(), "views.db"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Position(t.Context(), "suite.crash.v1"); err == nil {
		t.Fatal("a closed store answers")
	}
	if err := s.Commit(t.Context(), readmodel.Commit{}); err == nil {
		t.Fatal("a closed store writes")
	}
	if _, err := sqlite.Open(filepath.Join(t.TempDir(), "no", "such", "directory.db"), sqlite.Options{}); err == nil {
		t.Fatal("a file was opened in no directory")
	}
}
