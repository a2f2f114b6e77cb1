package portal_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
	"khuevan/services/access"
	"khuevan/services/reporting"
)

// Given a course assigned to everyone, when a head exports, then the file has the unit's own people, in both forms and formats, and
// the people read on their account page who looked.
func TestAHeadExportsTheCompletionOfTheUnit(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	head := signIn(t, site, "DEMO-0101")
	head.get("/unit").sees(t, "/report/completion")
	page := head.get("/report/completion")
	page.sees(t, "Xuất kết quả hoàn thành", "Xã Đỉnh Mây", "An toàn thông tin", "Chỉ một số khóa học")
	page.hides(t, "Xã Suối Sương")
	file := head.get("/report/completion/file?form=people&format=csv&unit=" + h.unit("MN-XDM"))
	if file.status != http.StatusOK || file.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.Contains(file.header.Get("Content-Disposition"), "ket-qua-hoan-thanh-mn-xdm-") {
		t.Fatalf("%d %v", file.status, file.header)
	}
	if lines := strings.Split(file.body, "\r\n"); len(lines) != 4 || !strings.HasPrefix(lines[0], "\ufeffHọ và tên,") {
		t.Errorf("%q", lines)
	}
	file.shows(t, "Nguyễn Thị Lan Chi,DEMO-0100,Xã Đỉnh Mây,Chưa bắt đầu\r\n", "Trần Gió Thu,DEMO-0101,")
	head.get("/report/completion/file?form=periods&course="+course).shows(t, "Nguyễn Thị Lan Chi,DEMO-0100,Xã Đỉnh Mây,\"An toàn thông tin cơ bản cho cán bộ, công chức\",1,1,03/12/2026,,,Chưa bắt đầu")
	if book := head.get("/report/completion/file?format=xlsx"); book.status != http.StatusOK || !strings.HasPrefix(book.body, "PK") {
		t.Errorf("%d %.40q", book.status, book.body)
	}
	h.Settle()
	looks, err := access.WhoLookedAt.Call(h.As("root", rpc.Grant{Role: events.RoleAdmin}), h.Client, access.WhoLookedAtRequest{Unit: h.unit("MN-XDM")})
	if err != nil || !slices.ContainsFunc(looks, func(l access.Look) bool { return l.Method == reporting.ExportCompletion.Signature.Name }) {
		t.Errorf("%+v, %v", looks, err)
	}
}

func TestAnExportThatIsRefusedSaysWhy(t *testing.T) {
	h := newHouse(t)
	site := h.open()
	head := signIn(t, site, "DEMO-0101")
	for path, want := range map[string]int{
		"unit=" + h.unit("MN-XSS"): http.StatusForbidden, "course=khong-co": http.StatusUnprocessableEntity, "form=heap": http.StatusUnprocessableEntity,
	} {
		if a := head.get("/report/completion/file?" + path); a.status != want || !strings.Contains(a.body, "<h1") {
			t.Errorf("%s: %d\n%s", path, a.status, a.body)
		}
	}
	if a := visit(t, site).get("/report/completion/file"); a.status != http.StatusForbidden {
		t.Errorf("a visitor gets %d", a.status)
	}
	if a := signIn(t, site, "DEMO-0100").get("/report/completion/file"); a.status != http.StatusForbidden {
		t.Errorf("a learner gets %d", a.status)
	}
	bare := bareHouse(t)
	signIn(t, bare.open(), "DEMO-0003").get("/report/completion").sees(t, "Chưa có khóa học nào")
}

// broken answers the first part of an export and refuses the second.
type broken struct{ rpc.Caller }

func (b broken) Call(ctx context.Context, method string, body []byte) ([]byte, error) {
	switch {
	case method != reporting.ExportCompletion.Signature.Name:
		return b.Caller.Call(ctx, method, body)
	case strings.Contains(string(body), `"after"`):
		return nil, fault.New(fault.Unavailable, "Hỏng.", "Broken.")
	}
	return []byte(`{"name":"a.csv","type":"text/csv","body":"YSxiDQo=","next":"u|"}`), nil
}

func TestAnExportThatCannotGoOnIsBrokenOff(t *testing.T) {
	h := bareHouse(t)
	head := signIn(t, h.open(func(d *host.Deps) { d.RPC = broken{d.RPC} }), "DEMO-0101")
	resp, err := head.client.Get(head.site + "/report/completion/file") //nolint:noctx // a test
	if err == nil {
		defer resp.Body.Close() //nolint:errcheck // it is broken
		_, err = io.ReadAll(resp.Body)
	}
	if err == nil {
		t.Error("half a file is taken for a whole one")
	}
}
