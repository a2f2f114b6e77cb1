package portal

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/platform/web"
	"khuevan/services/account"
	"khuevan/services/directory"
)

// operators are the roles that may see the status of services and run poisoned events again.
var operators = []string{events.RoleAdmin}

const (
	apiPrefix = "/api/v1/"
	apiBody   = 8 << 20 // an import of 30,000 rows fits
	mostKey   = 64      // characters of an Idempotency-Key
)

// apiRoutes serves every method as JSON: queries by GET with their fields in the query string, or by POST; commands by POST.
func (p *Portal) apiRoutes(mux *http.ServeMux) {
	for _, s := range Methods(p.c.Services) {
		path := APIPath(s)
		mux.Handle("POST "+path, p.api(s, readBody))
		if !s.Command {
			mux.Handle("GET "+path, p.api(s, readQuery))
		}
	}
	mux.Handle("POST "+apiPrefix+"session", p.json(p.apiSignIn))
	mux.Handle("DELETE "+apiPrefix+"session", p.json(p.apiSignOut))
	mux.Handle("GET "+apiPrefix+"openapi.json", p.json(func(w http.ResponseWriter, _ *http.Request) error {
		doc, err := OpenAPI(p.c.Services)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(doc) // the reader has left
		return nil
	}))
	mux.Handle(apiPrefix, p.json(p.notFound))
}

// APIPath is where a method is served: /api/v1/<service>/<method>.
func APIPath(s rpc.Signature) string { return apiPrefix + strings.Replace(s.Name, ".", "/", 1) }

// json is a handler whose refusals are problem+json whatever the caller accepts.
func (p *Portal) json(fn web.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		web.AllowBody(w, r, apiBody)
		if err := fn(w, r); err != nil {
			web.WriteError(w, r, err)
		}
	})
}

func (p *Portal) api(s rpc.Signature, read func(*http.Request, rpc.Signature) ([]byte, error)) http.Handler {
	return p.json(func(w http.ResponseWriter, r *http.Request) error {
		v, err := p.open(r)
		if err != nil {
			return err
		}
		body, err := read(r, s)
		if err != nil {
			return err
		}
		id := r.Header.Get("Idempotency-Key")
		if len(id) > mostKey {
			return fault.Newf(fault.Invalid, "Idempotency-Key dài quá %d ký tự.", "The Idempotency-Key is longer than %d characters.", mostKey)
		}
		if id == "" {
			id = rand.Text()
		}
		req := rpc.Request{ID: v.who.Person + ":api:" + s.Name + ":" + p.opaque(id), Identity: v.identity()}
		ctx, cancel := context.WithTimeout(rpc.With(r.Context(), req), longTime)
		defer cancel()
		out, err := p.d.RPC.Call(ctx, s.Name, body)
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(out) // the reader has left
		return nil
	})
}

// readBody takes a JSON body whose fields are all known.
func readBody(r *http.Request, s rpc.Signature) ([]byte, error) {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, fault.New(fault.Invalid, "Nội dung yêu cầu phải là application/json.", "The body must be application/json.")
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, fault.New(fault.Invalid, "Nội dung yêu cầu quá lớn hoặc bị đứt quãng.", "The body is too large or was cut off.").Because(err)
	}
	if len(body) == 0 {
		return []byte("{}"), nil
	}
	d := json.NewDecoder(strings.NewReader(string(body)))
	d.DisallowUnknownFields()
	if err := d.Decode(reflect.New(s.Request).Interface()); err != nil {
		return nil, fault.Newf(fault.Invalid, "Nội dung JSON không hợp lệ: %v.", "The JSON is not valid: %v.", err)
	}
	return body, nil
}

// readQuery builds a query's request from the query string.
func readQuery(r *http.Request, s rpc.Signature) ([]byte, error) {
	req := map[string]any{}
	for name, values := range r.URL.Query() {
		field, ok := fieldOf(s.Request, name)
		if !ok {
			return nil, fault.Newf(fault.Invalid, "Không có tham số “%s”.", "There is no parameter “%s”.", name)
		}
		value, err := parse(field, values[0])
		if err != nil {
			return nil, fault.Newf(fault.Invalid, "Tham số “%s” không hợp lệ: “%s”.", "The parameter “%s” is not valid: “%s”.", name, values[0]).Because(err)
		}
		req[name] = value
	}
	return json.Marshal(req)
}

func fieldOf(t reflect.Type, name string) (reflect.Type, bool) {
	for _, f := range reflect.VisibleFields(t) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name && !f.Anonymous {
			return f.Type, true
		}
	}
	return nil, false
}

func parse(t reflect.Type, text string) (any, error) {
	switch t.Kind() {
	case reflect.Bool:
		return strconv.ParseBool(text)
	case reflect.Int, reflect.Int64:
		return strconv.ParseInt(text, 10, 64)
	case reflect.Uint64:
		return strconv.ParseUint(text, 10, 64)
	case reflect.String, reflect.Struct: // a time is text
		return text, nil
	default:
		return nil, fmt.Errorf("a %s goes into the body", t)
	}
}

// apiSession is the answer to a sign-in by a program.
type apiSession struct {
	Token string             `json:"token"` // for the header Authorization: Bearer <token>
	Who   directory.Identity `json:"who"`
}

// apiSignInRequest signs in with a password or, in demo mode, by the code of a demo person.
type apiSignInRequest struct {
	Login    string `json:"login,omitempty"`
	Password string `json:"password,omitempty"`
	Demo     string `json:"demo,omitempty"`
	Code     string `json:"code,omitempty"` // of the app or for recovery, where the account asks for one
}

func (p *Portal) apiSignIn(w http.ResponseWriter, r *http.Request) error {
	if after, ok := p.signIns.Allow(p.edge.Client(r)); !ok {
		p.edge.TooMany(w, r, after)
		return nil
	}
	var req apiSignInRequest
	body, err := readBody(r, rpc.Signature{Request: reflect.TypeFor[apiSignInRequest]()})
	if err != nil {
		return err
	}
	if err := json.Unmarshal(body, &req); err != nil {
		return err
	}
	ctx, who := rpc.AsSystem(r.Context(), rand.Text()), directory.Identity{}
	if req.Demo != "" {
		who, err = directory.DemoSignIn.Call(ctx, p.d.RPC, directory.DemoSignInRequest{Code: req.Demo})
	} else {
		who, err = directory.SignIn.Call(ctx, p.d.RPC, directory.SignInRequest{Login: req.Login, Password: req.Password, Address: p.edge.Client(r)})
	}
	if err == nil {
		err = p.secondFactor(r.Context(), p.edge.Client(r), who.Person, req.Code)
	}
	if err != nil {
		return err
	}
	kept, err := p.signedIn(r.Context(), r, who.Person)
	if err != nil {
		return err
	}
	token, err := p.sessions.StartToken(r.Context(), who.Person, kept)
	if err != nil {
		return err
	}
	web.WriteJSON(w, http.StatusOK, apiSession{Token: token, Who: who})
	return nil
}

// secondFactor takes a code where the account asks for one.
func (p *Portal) secondFactor(ctx context.Context, address, person, code string) error {
	factors, err := account.Factors.Call(rpc.AsSystem(ctx, rand.Text()), p.d.RPC, account.FactorsRequest{Person: person})
	if err != nil || !factors.Totp {
		return err
	}
	if code == "" {
		return fault.New(fault.Denied, "Tài khoản này cần thêm mã xác thực.", "This account asks for a code too.").
			With("code", "Gửi kèm mã 6 chữ số trong ứng dụng hoặc một mã khôi phục.", "Send the six digits of the app, or a recovery code.")
	}
	_, err = account.ProveCode.Call(rpc.AsSystem(ctx, rand.Text()), p.d.RPC, account.ProveCodeRequest{Person: person, Code: code, Address: address})
	return err
}

func (p *Portal) apiSignOut(w http.ResponseWriter, r *http.Request) error {
	if err := p.sessions.End(w, r); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// query puts values into a local path.
func query(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
