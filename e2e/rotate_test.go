package e2e

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"khuevan/platform/keyring"
	"khuevan/services/directory"
)

// rotations is how often the command is killed before it may end.
const rotations = 5

// TestTheMasterKeyIsRotatedThoughTheCommandIsKilled rotates a stopped house with SIGKILL in between, and opens it with the
// new key alone.
func TestTheMasterKeyIsRotatedThoughTheCommandIsKilled(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	for _, p := range h.procs {
		p.stop(t)
	}
	h.procs = nil
	fresh := writeFile(t, t.TempDir(), "new.key", keyring.NewMaster())
	for range rotations {
		cmd := exec.CommandContext(t.Context(), h.program, "keys", "rotate", "-new-key-file", fresh, "-data", h.dir, "-demo") //nolint:gosec // ours
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(300*time.Millisecond+time.Duration(rand.Int64N(int64(time.Second))), func() { _ = cmd.Process.Kill() }) //nolint:gosec // a test
		_ = cmd.Wait()                                                                                                                 // killed, or done before
		kill.Stop()
	}
	if out, code := h.command("keys", "rotate", "-new-key-file", fresh); code != 0 || !strings.Contains(out, "not needed any more") {
		t.Fatalf("the last run exits with %d:\n%s", code, out)
	}
	if out, code := h.command("verify"); code == 0 {
		t.Errorf("the old master key still opens the house:\n%s", out)
	}
	master, err := os.ReadFile(fresh)
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, h.dir, "master.key", string(master))
	addr := freePort(t)
	h.url = "http://" + addr
	h.run("rotated", nil, "serve", "-data", h.dir, "-listen", addr, "-demo")
	h.awaitReady(addr)
	named := 0
	for _, p := range must[directory.PeoplePage](t, h.api("DEMO-0001"), "directory/list-people", directory.ListPeopleRequest{Limit: 500}).Items {
		if p.Name != "" {
			named++
		}
	}
	if want := len(demoCodes(t)); named != want {
		t.Errorf("%d of %d people have a name", named, want)
	}
	if _, err := os.Stat(filepath.Join(h.dir, "mail")); err != nil {
		t.Error(err)
	}
}
