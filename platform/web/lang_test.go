package web_test

import (
	"io"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"khuevan/platform/clock"
	"khuevan/platform/web"
)

func TestLang(t *testing.T) {
	for _, c := range []struct{ cookie, header, want string }{
		{"", "", "vi"},
		{"", "en-US,en;q=0.9", "vi"},
		{"en", "vi", "en"},
		{"vi", "en", "vi"},
		{"fr", "en", "vi"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Language", c.header)
		if c.cookie != "" {
			r.Header.Set("Cookie", "lang="+c.cookie)
		}
		if got := web.Lang(r); got != c.want {
			t.Errorf("%+v gave %s", c, got)
		}
	}
	if text := (web.Text{Vi: "Nộp bài", En: "Submit"}); text.In("en") != "Submit" || text.In("vi") != "Nộp bài" || text.In("") != "Nộp bài" {
		t.Error("Text reads the wrong language")
	}
}

func TestChooseLangRemembersAndStaysHere(t *testing.T) {
	h := newEdge(t, web.Config{BaseURL: "https://hoc.example"}, clock.NewTest(noon), io.Discard).ChooseLang()
	for _, c := range []struct{ to, back, lang, at string }{
		{"en", "/courses?page=2", "en", "/courses?page=2"},
		{"vi", "/", "vi", "/"},
		{"fr", "", "vi", "/"},
		{"en", "https://evil.example/", "en", "/"},
		{"en", "//evil.example/", "en", "/"},
		{"en", `/\evil.example`, "en", "/"},
		{"en", "/%5cevil.example", "en", "/"},
		{"en", "/\t/evil.example", "en", "/"},
		{"en", "/%2fevil.example", "en", "/"},
		{"en", "javascript:alert(1)", "en", "/"},
	} {
		w := ask(h, "GET", "/lang?to="+c.to+"&back="+url.QueryEscape(c.back), "")
		cookie := w.Result().Cookies()[0]
		if w.Code != 303 || w.Header().Get("Location") != c.at || cookie.Value != c.lang || !cookie.Secure {
			t.Errorf("%+v: %d %v", c, w.Code, w.Header())
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, seed := range []string{"/", "//a", `/\a`, "/a?b#c", "/%2f", "\x00", "/..//a"} {
		f.Add(seed)
	}
	base, err := url.Parse("https://hoc.example/lang")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, back string) {
		got := web.LocalPath(back)
		to, err := base.Parse(got)
		if err != nil || to.Host != "hoc.example" || to.Scheme != "https" || !strings.HasPrefix(got, "/") {
			t.Errorf("%q leads to %v, %v", back, to, err)
		}
	})
}
