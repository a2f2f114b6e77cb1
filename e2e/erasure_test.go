package e2e

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"khuevan/platform/rpc"
	"khuevan/services/certification"
	"khuevan/services/directory"
	"khuevan/services/reporting"
)

// Two people of the demo's commune: one is erased, the other is not and must not be found in clear either.
const (
	erasedCode  = "DEMO-0100"
	controlCode = "DEMO-0105"
)

// TestAnErasedPersonIsFoundNowhere lets two people study, erases one, and looks at every byte that is left.
func TestAnErasedPersonIsFoundNowhere(t *testing.T) {
	t.Parallel()
	h := open(t, together, false)
	keys := prepare(t, h)
	for _, code := range []string{erasedCode, controlCode} {
		w := &worker{h: h, ctx: t.Context(), code: code, keys: keys, told: &ledger{}, rng: rand.New(rand.NewPCG(1, seedOf(code)))} //nolint:gosec // a test
		if err := w.study(); err != nil {
			t.Fatalf("%s: %v", code, err)
		}
	}
	h.settled(t)
	admin, hers := h.api("DEMO-0001"), h.api(erasedCode)
	people := map[string]directory.Person{}
	for _, p := range must[directory.PeoplePage](t, admin, "directory/list-people", directory.ListPeopleRequest{Limit: 500}).Items {
		people[p.Code] = p
	}
	lan, control := people[erasedCode], people[controlCode]
	own := must[[]certification.Certificate](t, hers, "certification/my-certificates", certification.MineRequest{})
	if len(own) != 1 || lan.Name == "" || control.Name == "" {
		t.Fatalf("%d certificates; %+v, %+v", len(own), lan, control)
	}
	verified := func() certification.Verification {
		return must[certification.Verification](t, admin, "certification/verify", certification.VerifyRequest{Code: own[0].Code})
	}
	before, totals := verified(), h.totals(t)

	first, second, keysDir := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second"), t.TempDir()
	h.does(t, "backup", "-to", first, "-keys-to", keysDir)
	must[rpc.Receipt](t, admin, "directory/erase-person", directory.ErasePersonRequest{Person: lan.ID, Reason: "request", Confirm: erasedCode})
	must[rpc.Receipt](t, admin, "directory/erase-person", directory.ErasePersonRequest{Person: lan.ID, Reason: "request"}) // again, which changes nothing
	h.does(t, "backup", "prune-keys", "-keys", keysDir)
	h.does(t, "backup", "-to", second, "-keys-to", t.TempDir())

	after := verified()
	if after.State != "erased" || !after.DigestHolds || after.Digest != before.Digest || after.Certificate.Name != "" {
		t.Errorf("the certificate: %+v, before %+v", after, before)
	}
	if again := h.totals(t); again != totals {
		t.Errorf("totals were %+v and are %+v", totals, again)
	}
	var gone rpc.Empty
	if err := hers.call(t.Context(), "directory/set-password", "", directory.SetPasswordRequest{Password: "một cụm nhiều từ"}, &gone); err == nil {
		t.Error("her session goes on")
	}
	h.does(t, "verify")
	nowhere := func(when string, dirs ...string) {
		for _, p := range []directory.Person{lan, control} {
			for _, at := range found(t, traces(p.Name, p.Email, p.Code), dirs...) {
				t.Errorf("in clear %s: %s", when, at)
			}
		}
	}
	nowhere("while it runs", filepath.Join(h.dir, "views"), filepath.Join(h.dir, "mail")) // with the logs of SQLite beside the files
	for _, p := range h.procs {
		p.stop(t)
	}
	nowhere("at rest", h.dir, first, second, keysDir)
	h.restoredKnowsHerNot(t, first, keysDir, own[0].Code)
}

// totals are the numbers of the whole province.
func (h *house) totals(t *testing.T) reporting.Line {
	t.Helper()
	analyst := h.api("DEMO-0003")
	return must[reporting.Rollup](t, analyst, "reporting/get-rollup", reporting.RollupRequest{}).Unit
}

// does runs a command that has to succeed.
func (h *house) does(t *testing.T, args ...string) {
	t.Helper()
	if out, code := h.command(args...); code != 0 {
		t.Fatalf("%v exits with %d:\n%s", args, code, out)
	}
}

// restoredKnowsHerNot restores the copy that was made before the erasure and looks at the certificate there.
func (h *house) restoredKnowsHerNot(t *testing.T, from, keysDir, certificate string) {
	t.Helper()
	copies, err := filepath.Glob(filepath.Join(keysDir, "keys-*.jsonl"))
	if err != nil || len(copies) != 1 {
		t.Fatalf("copies of keys: %v, %v", copies, err)
	}
	master, err := os.ReadFile(filepath.Join(h.dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	again := &house{t: t, dir: t.TempDir(), program: h.program}
	writeFile(t, again.dir, "master.key", string(master))
	again.does(t, "restore", "-from", from, "-keys", copies[0])
	again.does(t, "verify")
	addr := freePort(t)
	again.url = "http://" + addr
	again.run("restored", nil, "serve", "-data", again.dir, "-listen", addr, "-demo")
	again.awaitReady(addr)
	admin := again.api("DEMO-0001")
	for until := time.Now().Add(patience); ; breathe() {
		v := must[certification.Verification](t, admin, "certification/verify", certification.VerifyRequest{Code: certificate})
		if v.State == "erased" && v.DigestHolds && v.Certificate.Name == "" {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("in the restored house: %+v", v)
		}
	}
}
