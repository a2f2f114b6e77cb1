package rpc

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"khuevan/platform/fault"
)

// Scope is how far a role reaches in a method.
type Scope string

// Scopes, from the widest. Everything else is refused.
const (
	Anywhere Scope = "anywhere" // whoever holds the role in any unit: what is asked for belongs to no unit
	Below    Scope = "below"    // what stands today in the unit of the grant or below it
	Whole    Scope = "whole"    // only who holds the role without a unit
	Own      Scope = "own"      // what belongs to the caller
)

// Kinds of what a request is about.
const (
	AboutNothing = "nothing" // nobody's data, or the caller's own whatever the request says
	AboutUnit    = "unit"
	AboutPerson  = "person"
)

// Subject says where a request names what it is about.
type Subject struct {
	Kind  string
	Field string                 // JSON name in the request; "" for AboutNothing and where the service looks the owner up
	owner func(id string) string // of an id that carries its owner; "" for a malformed one
	own   bool                   // an empty field means the caller's own
}

// EmptyIsOwn reports whether an empty field means what is the caller's own.
func (s Subject) EmptyIsOwn() bool { return s.own }

// Owned reports whether the field holds an id that carries its owner.
func (s Subject) Owned() bool { return s.owner != nil }

// Nothing is the subject of methods that reach nobody's data by what the request says.
func Nothing() Subject { return Subject{Kind: AboutNothing} }

// UnitIn names the field of a unit; empty means all units.
func UnitIn(field string) Subject { return Subject{Kind: AboutUnit, Field: field} }

// UnitOrOwn names the field of a unit; empty means the units of the caller's own grants, which the service picks.
func UnitOrOwn(field string) Subject { return Subject{Kind: AboutUnit, Field: field, own: true} }

// PersonIn names the field of a person, or of a list of people; empty means the caller.
func PersonIn(field string) Subject { return Subject{Kind: AboutPerson, Field: field, own: true} }

// OwnerIn names the field of an id that carries its owner; owner gives "" for an id that nothing can have.
func OwnerIn(field string, owner func(id string) string) Subject {
	return Subject{Kind: AboutPerson, Field: field, owner: owner}
}

// Kept is the subject of methods whose service must look up whose, or which unit's, it is; it asks Reaches before it answers.
func Kept(kind string) Subject { return Subject{Kind: kind} }

// Rule is who may call a method about what. Without a rule nobody may.
type Rule struct {
	Subjects []Subject
	Scopes   map[string]Scope // of each entry of Allow
	Logged   bool             // whether it shows what is personal of others, so that looks are recorded
	Proved   bool             // whether the caller must have proved lately who they are
	shown    func(reply any) []string
}

// mark is a property of a rule.
type mark string

// Logged marks methods that show what is personal of others; each look is told to Hooks.Read. Where a reply is a page of a
// list, a function beside the mark names the people on it: only they were looked at.
const Logged mark = "logged"

// Proved marks acts that are refused with ErrStale where the caller has not proved lately who they are: an unlocked screen
// shall not be enough for them.
const Proved mark = "proved"

// ErrStale asks the caller to prove who they are.
var ErrStale error = fault.New(fault.Denied, "Việc này cần xác nhận lại danh tính: lần xác nhận gần nhất đã quá 15 phút. Vui lòng đăng nhập lại.",
	"This asks who you are once more: you proved it more than 15 minutes ago. Please sign in again.").
	With("proof", "Xác nhận lại bằng mật khẩu, mã xác thực hoặc khóa truy cập.", "Prove it by password, code or passkey.")

// Stale reports whether a refusal asks for a proof.
func Stale(err error) bool {
	why := fault.Of(err)
	return why != nil && why.Kind == fault.Denied && slices.ContainsFunc(why.Fields, func(f fault.Field) bool { return f.Name == "proof" })
}

// For gives a role another scope in a method than its subjects suggest.
func For(scope Scope, roles ...string) map[string]Scope {
	m := map[string]Scope{}
	for _, r := range roles {
		m[r] = scope
	}
	return m
}

// About completes a method by its rule. Roles reach Below where the request is about a unit or a person and Anywhere
// where it is about nothing; whoever is signed in reaches their own.
func (m Method[Req, Resp]) About(s Subject, more ...any) Method[Req, Resp] {
	m.Signature.Rule = newRule(m.Signature.Allow, s, more)
	for _, x := range more {
		if shown, ok := x.(func(Resp) []string); ok {
			m.Signature.Rule.shown = func(reply any) []string { return shown(reply.(Resp)) }
		}
	}
	return m
}

func newRule(allow []string, s Subject, more []any) *Rule {
	r := &Rule{Subjects: []Subject{s}, Scopes: map[string]Scope{}}
	scopes := map[string]Scope{}
	for _, x := range more {
		switch x := x.(type) {
		case Subject:
			r.Subjects = append(r.Subjects, x)
		case map[string]Scope:
			maps.Copy(scopes, x)
		case mark:
			r.Logged, r.Proved = r.Logged || x == Logged, r.Proved || x == Proved
		}
	}
	about := slices.ContainsFunc(r.Subjects, func(s Subject) bool { return s.Kind != AboutNothing })
	for _, role := range allow {
		r.Scopes[role] = usual(role, about)
	}
	maps.Copy(r.Scopes, scopes)
	return r
}

func usual(role string, about bool) Scope {
	switch {
	case role == Anyone || !about:
		return Anywhere
	case role == SignedIn:
		return Own
	default:
		return Below
	}
}

// Check tells what a method lacks before it can be served.
func (s Signature) Check() error {
	if s.Rule == nil {
		return fmt.Errorf("the method %s has no rule: say with About what its requests are about", s.Name)
	}
	for role := range s.Rule.Scopes {
		if !slices.Contains(s.Allow, role) {
			return fmt.Errorf("the method %s gives %s a scope and does not allow it", s.Name, role)
		}
	}
	for _, sub := range s.Rule.Subjects {
		if _, ok := fieldOf(s.Request, sub.Field); sub.Field != "" && !ok {
			return fmt.Errorf("the method %s has no field %q for its rule", s.Name, sub.Field)
		}
	}
	return nil
}

// fieldOf finds a field by its JSON name, as the decoder of the handler would.
func fieldOf(t reflect.Type, name string) (reflect.StructField, bool) {
	if t.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	for _, f := range reflect.VisibleFields(t) {
		if tag, _, _ := strings.Cut(f.Tag.Get("json"), ","); tag == name && !f.Anonymous {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// Object is one thing that a request is about; ID "" is a kind as a whole.
type Object struct{ Kind, ID string }

// Structure knows where units and people stand today.
type Structure interface {
	// Above lists the units that a unit (itself included) or a person stands in, in no order; none for an unknown id.
	Above(ctx context.Context, o Object) ([]string, error)
}

// objects reads what a request is about, from the same decoded value that the handler will see.
func (s Signature) objects(body []byte, caller string) ([]Object, error) {
	if !slices.ContainsFunc(s.Rule.Subjects, func(s Subject) bool { return s.Field != "" }) {
		return nil, nil
	}
	req := reflect.New(s.Request)
	if err := json.Unmarshal(body, req.Interface()); err != nil {
		return nil, fault.New(fault.Invalid, "Yêu cầu không đúng định dạng.", "The request is not well-formed.").Because(err)
	}
	var all []Object
	for _, sub := range s.Rule.Subjects {
		if sub.Field == "" {
			continue
		}
		f, _ := fieldOf(s.Request, sub.Field)
		for _, id := range texts(req.Elem().FieldByIndex(f.Index)) {
			o, named, err := sub.object(id, caller)
			if err != nil {
				return nil, err
			}
			if named {
				all = append(all, o)
			}
		}
	}
	return all, nil
}

func texts(v reflect.Value) []string {
	if list, ok := v.Interface().([]string); ok {
		return list
	}
	return []string{v.String()}
}

func (s Subject) object(id, caller string) (o Object, named bool, err error) {
	switch {
	case s.owner != nil:
		person := s.owner(id)
		if person == "" {
			return o, false, fault.New(fault.NotFound, "Không có đối tượng nào mang mã này.", "Nothing has this id.")
		}
		return Object{AboutPerson, person}, true, nil
	case id == "" && s.own && s.Kind == AboutPerson:
		return Object{AboutPerson, caller}, true, nil
	case id == "" && s.own:
		return o, false, nil
	}
	return Object{s.Kind, id}, true, nil
}

// verdict is how a request was decided.
type verdict struct {
	objects  []Object
	onBehalf string // whose grant it stands on, for a stand-in
}

// decide refuses what the rule does not allow. A caller's own grants are tried before those of whom they stand in for.
func (s Signature) decide(ctx context.Context, who Identity, st Structure, body []byte) (v verdict, err error) {
	if s.Rule == nil || !who.may(s.Allow) {
		return v, denied(who)
	}
	if v.objects, err = s.objects(body, who.Person); err != nil || who.System {
		return v, err
	}
	givers := []string{""}
	for _, g := range who.Grants {
		if !slices.Contains(givers, g.OnBehalf) {
			givers = append(givers, g.OnBehalf)
		}
	}
	for _, giver := range givers {
		as := who
		as.Grants = slices.DeleteFunc(slices.Clone(who.Grants), func(g Grant) bool { return g.OnBehalf != "" && g.OnBehalf != giver })
		ok, err := s.allows(ctx, as, st, v.objects)
		if err != nil {
			return v, err
		}
		if ok && s.Rule.Proved && who.Stale {
			return v, ErrStale
		}
		if ok {
			v.onBehalf = giver
			return v, nil
		}
	}
	return v, denied(who)
}

// Decides tells what the rule says of a caller and some objects; the table of authorisation is drawn with it.
func (s Signature) Decides(ctx context.Context, who Identity, st Structure, objects ...Object) (bool, error) {
	if s.Rule == nil || !who.may(s.Allow) {
		return false, nil
	}
	return s.allows(ctx, who, st, objects)
}

// allows reports whether some entry of Allow covers each object.
func (s Signature) allows(ctx context.Context, who Identity, st Structure, objects []Object) (bool, error) {
	if len(objects) == 0 {
		return slices.ContainsFunc(s.Allow, func(role string) bool { return s.holds(who, role) }), nil
	}
	for _, o := range objects {
		ok, err := s.covers(ctx, who, st, o)
		if err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// holds reports whether a caller holds a role as widely as its scope asks whatever the request is about.
func (s Signature) holds(who Identity, role string) bool {
	if role == Anyone || role == SignedIn && who.Person != "" {
		return true
	}
	return slices.ContainsFunc(who.Grants, func(g Grant) bool {
		return g.Role == role && (s.Rule.Scopes[role] != Whole || g.Unit == "")
	})
}

func (s Signature) covers(ctx context.Context, who Identity, st Structure, o Object) (bool, error) {
	var bound []string // units of grants that reach below them
	for _, role := range s.Allow {
		switch scope := s.Rule.Scopes[role]; {
		case !s.holds(who, role):
		case scope == Anywhere || scope == Whole:
			return true, nil
		case scope == Own:
			if o.Kind == AboutPerson && o.ID == who.Person {
				return true, nil
			}
		case scope == Below:
			units, all := who.Units(role)
			if all || o.Kind == AboutUnit && slices.Contains(units, o.ID) {
				return true, nil
			}
			bound = append(bound, units...)
		}
	}
	if len(bound) == 0 || o.ID == "" {
		return false, nil
	}
	above, err := st.Above(ctx, o)
	return slices.ContainsFunc(above, func(u string) bool { return slices.Contains(bound, u) }), err
}

func denied(who Identity) error {
	if who.Person == "" {
		return fault.New(fault.Denied, "Vui lòng đăng nhập.", "Please sign in.")
	}
	return fault.New(fault.Denied, "Bạn không có quyền thực hiện việc này.", "You are not allowed to do this.")
}

type askedKey struct{}

// asked is the method that a handler answers, for owners that only its service can find.
type asked struct {
	Signature
	structure Structure
}

// Reaches refuses unless the method that ctx answers lets its caller reach an object. Outside a call only the
// platform itself reaches anything.
func Reaches(ctx context.Context, o Object) error {
	who := From(ctx).Identity
	a, ok := ctx.Value(askedKey{}).(asked)
	if who.System {
		return nil
	}
	if !ok {
		return denied(who)
	}
	may, err := a.allows(ctx, who, a.structure, []Object{o})
	if err == nil && !may {
		err = denied(who)
	}
	return err
}
