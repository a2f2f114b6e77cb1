package portal

import (
	"context"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/platform/web"
	"khuevan/services/directory"
)

// view is what every page knows of its reader and request.
type view struct {
	p     *Portal
	r     *http.Request
	lang  string
	who   directory.Identity // zero for a visitor
	kept  signedIn           // of the session
	stale bool               // proved too long ago who they are for acts that ask
	after uint64             // the fact whose effect the page must show
}

// t picks the sentence of the reader's language.
func (v *view) t(vi, en string) string { return web.T(v.lang, vi, en) }

// text is t as a node.
func (v *view) text(vi, en string) g.Node { return g.Text(v.t(vi, en)) }

// ctx is the context for calls in the reader's name, under the request's id.
func (v *view) ctx() context.Context { return rpc.With(v.r.Context(), v.request()) }

// request tells services who asks. A form carries the id it was drawn with, so that sending it twice is one request.
func (v *view) request() rpc.Request {
	id := v.r.PostFormValue(requestField)
	if id == "" || len(id) > 64 {
		id = rand.Text()
	}
	return rpc.Request{ID: v.who.Person + ":" + v.p.opaque(v.r.URL.Path+" "+id), Identity: v.identity()}
}

func (v *view) identity() rpc.Identity {
	return rpc.Identity{Person: v.who.Person, Grants: v.who.Grants, Stale: v.stale}
}

// opaque is a keyed hash of what came from outside: it becomes the cause of facts and stands in the record for ever, where a
// client that makes its keys of names or personnel codes would leave them in clear.
func (p *Portal) opaque(text string) string { return p.d.Keys.Blind("cause", text) }

const requestField = "request"

// has reports whether the reader holds a role.
func (v *view) has(role string) bool {
	return rpc.Identity{Person: v.who.Person, Grants: v.who.Grants}.Has(role)
}

// open makes the view of a request; the reader may be a visitor.
func (p *Portal) open(r *http.Request) (*view, error) {
	v := &view{p: p, r: r, lang: web.Lang(r)}
	v.after, _ = strconv.ParseUint(r.URL.Query().Get("seq"), 10, 64) // anything else means nothing to wait for
	found, err := p.sessions.Load(r, &v.kept)
	if err != nil || !found {
		return v, err
	}
	v.stale = v.kept.stale(p.d.Clock.Now())
	v.who, err = p.callers.identify(r.Context(), v.kept.Person)
	if fault.Is(err, fault.NotFound) {
		return v, nil
	}
	return v, err
}

// pageFunc draws a page for a signed-in reader.
type pageFunc func(v *view) (page, error)

// page answers GET with a page; visitors are sent to the sign-in and come back.
func (p *Portal) page(fn pageFunc) http.Handler {
	return p.edge.Handle(func(w http.ResponseWriter, r *http.Request) error {
		v, err := p.open(r)
		if err != nil {
			return err
		}
		if v.who.Person == "" {
			http.Redirect(w, r, "/sign-in?back="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return nil
		}
		content, err := fn(v)
		if err != nil {
			return err
		}
		return p.render(w, v, http.StatusOK, content)
	})
}

// actFunc does what a form asks and names the path to go on to; seq is the fact whose effect that page must show.
type actFunc func(v *view) (next string, seq uint64, err error)

// act answers POST: after success it redirects, so that reloading does nothing twice. Where redraw is given, a refusal
// draws the form again with the refusal; otherwise it is an error page.
func (p *Portal) act(fn actFunc, redraw func(v *view, why *fault.Error) (page, error)) http.Handler {
	return p.edge.Handle(func(w http.ResponseWriter, r *http.Request) error {
		return p.acting(w, r, func(v *view) error {
			next, seq, err := fn(v)
			if err == nil {
				http.Redirect(w, r, withSeq(next, seq), http.StatusSeeOther)
			}
			return err
		}, redraw)
	})
}

// acting does what a form asks, and answers. Where that takes a proof of who the reader is, the proof is asked for first, and
// the form goes on with it.
func (p *Portal) acting(w http.ResponseWriter, r *http.Request, fn func(*view) error, redraw func(*view, *fault.Error) (page, error)) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	if v.who.Person == "" {
		return fault.New(fault.Denied, "Phiên làm việc đã hết. Vui lòng đăng nhập lại.", "Your session has ended. Please sign in again.")
	}
	if why, err := p.proves(v); err != nil || why != nil {
		if err == nil {
			err = p.askProof(w, v, why)
		}
		return err
	}
	err = fn(v)
	if rpc.Stale(err) {
		return p.askProof(w, v, nil)
	}
	if err == nil {
		return nil
	}
	why := fault.Of(err)
	if redraw == nil || why.Kind != fault.Invalid && why.Kind != fault.Conflict {
		return err
	}
	content, err := redraw(v, why)
	if err != nil {
		return err
	}
	return p.render(w, v, web.Status(why.Kind), content)
}

// withSeq adds the fact to wait for to a local path.
func withSeq(path string, seq uint64) string {
	if seq == 0 {
		return path
	}
	join := "?"
	if strings.Contains(path, "?") {
		join = "&"
	}
	return path + join + "seq=" + strconv.FormatUint(seq, 10)
}
