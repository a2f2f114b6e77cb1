package e2e

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// communePeople are in the unit that has a course to take from the start.
const communePeople = 9

// provinces are data directories in which the demo province has settled, by program. Whoever first needs one fills it; every house
// begins with a copy, as the first start takes five times as long as any later one.
var provinces = struct {
	sync.Mutex
	dirs map[string]string
}{dirs: map[string]string{}}

// TestMain removes the provinces in the end.
func TestMain(m *testing.M) {
	m.Run()
	for _, dir := range provinces.dirs {
		_ = os.RemoveAll(dir) // it lies among what the system clears away
	}
}

// province is a new data directory with the demo province in it, for a program.
func province(t testing.TB, program string) string {
	t.Helper()
	provinces.Lock()
	defer provinces.Unlock()
	if provinces.dirs[program] == "" {
		provinces.dirs[program] = firstStart(t, program)
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.CopyFS(dir, os.DirFS(provinces.dirs[program])); err != nil {
		t.Fatal(err)
	}
	return dir
}

// firstStart lets a program make the demo province, and waits until all its letters are sent.
func firstStart(t testing.TB, program string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "khuevan-e2e-") //nolint:usetesting // it outlives this test
	if err != nil {
		t.Fatal(err)
	}
	addr := freePort(t)
	h := &house{t: t, dir: dir, program: program}
	p := h.run("first", nil, "serve", "-data", dir, "-listen", addr, "-demo")
	h.awaitReady(addr)
	for end := time.Now().Add(patience); len(enrolledBy(h.settled(t))) < communePeople; breathe() {
		if time.Now().After(end) {
			t.Fatal("not everybody of the commune is enrolled")
		}
	}
	p.stop(t)
	if err := os.Remove(p.out.Name()); err != nil {
		t.Fatal(err)
	}
	return dir
}
