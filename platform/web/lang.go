package web

import (
	"net/http"
	"net/url"
	"strings"
)

// langCookie keeps the language a person chose, for a year.
const (
	langCookie = "lang"
	langYear   = 365 * 24 * 60 * 60
)

// Text is a sentence in both languages.
type Text struct{ Vi, En string }

// In gives the sentence in a language; anything but "en" reads Vietnamese.
func (t Text) In(lang string) string { return T(lang, t.Vi, t.En) }

// T chooses between a Vietnamese and an English text.
func T(lang, vi, en string) string {
	if lang == "en" {
		return en
	}
	return vi
}

// Lang is the language to answer in, "vi" or "en": English for those who chose it, Vietnamese for all others. What the
// browser prefers does not count: many an office machine was installed in English for people who do not read it.
func Lang(r *http.Request) string {
	if c, err := r.Cookie(langCookie); err == nil && c.Value == "en" {
		return "en"
	}
	return "vi"
}

// ChooseLang answers /lang?to=en&back=/path: it remembers the language and goes back.
func (e *Edge) ChooseLang() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := T(r.FormValue("to"), "vi", "en")
		http.SetCookie(w, &http.Cookie{Name: langCookie, Value: to, Path: "/", MaxAge: langYear,
			HttpOnly: true, Secure: e.https, SameSite: http.SameSiteLaxMode})
		http.Redirect(w, r, LocalPath(r.FormValue("back")), http.StatusSeeOther)
	})
}

// LocalPath gives back if it is a path of this site, with or without a query, and "/" otherwise: nobody is sent
// elsewhere by a link that looks like ours.
func LocalPath(back string) string {
	if !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.ContainsRune(back, '\\') {
		return "/"
	}
	for _, c := range []byte(back) {
		if c < ' ' || c == 0x7f {
			return "/"
		}
	}
	u, err := url.Parse(back)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || strings.HasPrefix(u.Path, "//") || strings.ContainsRune(u.Path, '\\') {
		return "/"
	}
	return back
}
