package portal_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
)

// asked counts the calls of a method.
type asked struct {
	rpc.Caller
	method string
	n      int
}

func (a *asked) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	if method == a.method {
		a.n++
	}
	return a.Caller.Call(ctx, method, body)
}

func TestPeopleAreAskedForOnceUntilTheDirectoryChanges(t *testing.T) {
	h := bareHouse(t)
	count := &asked{Caller: h.Client, method: directory.Identify.Signature.Name}
	trainer := signIn(t, h.open(func(d *host.Deps) { d.RPC = count }), "DEMO-0002")
	for range 5 {
		if a := trainer.get("/courses"); a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	if count.n != 1 {
		t.Errorf("asked %d times", count.n)
	}
	who, err := directory.DemoSignIn.Call(h.AsSystem(), h.Client, directory.DemoSignInRequest{Code: "DEMO-0002"})
	if err != nil {
		t.Fatal(err)
	}
	var seq uint64
	for _, g := range who.Grants {
		if g.Role == events.RoleTrainer {
			seq = h.Append("directory.person."+who.Person, events.RoleWithdrawn{Person: who.Person, Role: g.Role, Unit: g.Unit})
		}
	}
	if _, err := h.Journal.HeadAt(t.Context(), nil, seq); err != nil { // the process has heard of it
		t.Fatal(err)
	}
	if a := trainer.get("/courses"); a.status != http.StatusForbidden || count.n != 2 {
		t.Errorf("after the role was withdrawn: %d, asked %d times; %+v %s", a.status, count.n, who, strings.TrimSpace(a.body))
	}
}
