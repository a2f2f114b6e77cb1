package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/keyring"
	"khuevan/platform/rpc"
)

// ExportPersonRequest asks for everything held about a person; Person "" is oneself. An administrator names the request
// that it fulfils.
type ExportPersonRequest struct {
	Person  string `json:"person,omitempty"`
	Request string `json:"request,omitempty"`
}

// PersonExport is everything held about a person, for machines and for reading.
type PersonExport struct {
	Seq    uint64 `json:"seq"`
	Name   string `json:"name"`   // of the files, without extension; opaque
	Digest string `json:"digest"` // SHA-256 of JSON, hex
	JSON   []byte `json:"json"`   // an Export
	PDF    []byte `json:"pdf"`
}

// exportFormat names what Export looks like; schemas/data-subject-export.json describes it.
const exportFormat = "khuevan.data-subject-export.v1"

// Export is everything that is held about one person: every fact about her, with what is sealed made readable, and every
// fact that she made about others, without its content.
type Export struct {
	Format      string            `json:"format"`
	Person      string            `json:"person"` // her id here
	Made        time.Time         `json:"made"`
	Upto        uint64            `json:"upto"`        // the last fact of the journal that was looked at
	Particulars map[string]string `json:"particulars"` // code, name, email, birth_year, unit, post, as they stand now
	Roles       []string          `json:"roles"`       // with the unit where it is not everywhere
	Sections    []ExportSection   `json:"sections"`
	Actions     []ExportAction    `json:"actions"` // what she did to others' data
	Looks       []ExportLook      `json:"looks"`   // who looked at what is held about her, oldest first
}

// ExportSection is the facts of one kind of stream, oldest first.
type ExportSection struct {
	Noun  string       `json:"noun"` // "quiz.attempt"
	Facts []ExportFact `json:"facts"`
}

// ExportFact is a fact about the person. Data is as schemas/<type>.json says, with readable text where that says sealed.
type ExportFact struct {
	Seq    uint64         `json:"seq"`
	At     time.Time      `json:"at"`
	Type   string         `json:"type"`
	Stream string         `json:"stream"`
	Actor  string         `json:"actor,omitempty"`
	Data   map[string]any `json:"data"`
}

// ExportAction is a fact that the person made about something else.
type ExportAction struct {
	Seq    uint64    `json:"seq"`
	At     time.Time `json:"at"`
	Type   string    `json:"type"`
	Stream string    `json:"stream"`
}

// ExportLook is somebody's looks in an hour, at her data or at those of a whole unit in which she stood.
type ExportLook struct {
	Seq      uint64       `json:"seq"`
	From     time.Time    `json:"from"`  // the hour in which it was; no more is recorded
	Until    time.Time    `json:"until"` // its end
	Reader   string       `json:"reader"`
	Name     string       `json:"name"`                // of the reader; "" for an erased one
	OnBehalf string       `json:"on_behalf,omitempty"` // name of whom the reader stood in for
	Method   string       `json:"method"`
	What     events.Words `json:"what"`
}

// exportTime bounds the reading of the journal: a million facts take some ten seconds.
const exportTime = 5 * time.Minute

func (s *service) exportPerson(ctx context.Context, req ExportPersonRequest) (PersonExport, error) {
	who := rpc.From(ctx).Identity
	person, err := concerned(who, req.Person)
	if err != nil {
		return PersonExport{}, err
	}
	if person != who.Person && req.Request == "" {
		return PersonExport{}, fault.New(fault.Invalid, "Chỉ xuất dữ liệu của người khác để trả lời một yêu cầu; hãy ghi nhận yêu cầu trước.",
			"Another person's data are exported to fulfil a request only; enter the request first.")
	}
	d, err := s.byID(ctx, person)
	if err != nil || d.Erased {
		return PersonExport{}, noPerson()
	}
	export, err := s.gather(ctx, d)
	if err != nil {
		return PersonExport{}, err
	}
	return s.deliver(ctx, req, person, export)
}

// deliver writes the files and records that the request was fulfilled; one's own is a request fulfilled on the spot.
func (s *service) deliver(ctx context.Context, req ExportPersonRequest, person string, export Export) (PersonExport, error) {
	text, err := json.MarshalIndent(export, "", "  ")
	if err != nil {
		return PersonExport{}, fmt.Errorf("export: %w", err)
	}
	paper, err := s.exportPDF(export)
	if err != nil {
		return PersonExport{}, err
	}
	sum := sha256.Sum256(text)
	done := PersonExport{Name: "du-lieu-ca-nhan-" + person, Digest: hex.EncodeToString(sum[:]), JSON: text, PDF: paper}
	if req.Request == "" {
		_, done.Seq, err = s.receive(ctx, person, kindExport, done.Digest)
		return done, err
	}
	if !eventsource.ValidStream(requestStream(req.Request)) {
		return PersonExport{}, noRequest()
	}
	out, err := host.Do(ctx, s.d, fulfilRequest{id: req.Request, person: person, kind: kindExport, by: rpc.From(ctx).Identity.Actor(),
		at: s.d.Clock.Now(), digest: done.Digest})
	done.Seq = out.Seq
	return done, err
}

var errRead = errors.New("read to the end")

// gather reads the whole journal for what is about a person: it knows of every service, also of those to come.
func (s *service) gather(ctx context.Context, d personDoc) (Export, error) {
	ctx, cancel := context.WithTimeout(ctx, exportTime)
	defer cancel()
	p, err := s.person(ctx, d, map[string]organisation.Unit{})
	if err != nil {
		return Export{}, err
	}
	year, err := s.revealOne(ctx, d.ID, "birth_year", d.BirthYear)
	if err != nil {
		return Export{}, err
	}
	e := Export{Format: exportFormat, Person: d.ID, Made: s.d.Clock.Now(), Roles: []string{}, Actions: []ExportAction{}, Looks: []ExportLook{},
		Particulars: map[string]string{"code": p.Code, "name": p.Name, "email": p.Email, "birth_year": year, "unit": p.UnitName, "post": p.Post}}
	for _, g := range d.Grants {
		e.Roles = append(e.Roles, strings.TrimSuffix(g.Role+" "+g.Unit, " "))
	}
	var nouns []string
	for _, c := range events.Story() {
		nouns = append(nouns, c.Noun)
		e.Sections = append(e.Sections, ExportSection{Noun: c.Noun, Facts: []ExportFact{}})
	}
	if e.Upto, err = s.d.Journal.Head(ctx, nouns); err != nil {
		return Export{}, err
	}
	at := s.looksAt(d)
	err = s.d.Journal.Read(ctx, 0, nouns, func(facts []eventsource.Recorded) error {
		for _, r := range facts {
			if err := s.note(ctx, &e, r); err != nil {
				return err
			}
			if err := at(ctx, &e, r); err != nil {
				return err
			}
			if r.Seq >= e.Upto {
				return errRead
			}
		}
		return nil
	})
	if !errors.Is(err, errRead) {
		return Export{}, fmt.Errorf("export: %w", err)
	}
	return e, nil
}

// looksAt gives what notes the looks at a person, by the rule of the access log: at her, at a page of a list with her on it,
// or at all people of a unit over her on the day of the look.
func (s *service) looksAt(d personDoc) func(context.Context, *Export, eventsource.Recorded) error {
	names := map[string]string{}
	name := func(ctx context.Context, id string) (string, error) {
		if known, ok := names[id]; ok || id == "" {
			return known, nil
		}
		p, _, err := s.people.Get(ctx, id)
		if err == nil {
			names[id], err = s.revealOne(ctx, id, "name", p.Name)
		}
		return names[id], err
	}
	return func(ctx context.Context, e *Export, r eventsource.Recorded) error {
		look, ok := r.Event.(events.DataRead)
		if !ok || look.Reader == d.ID {
			return nil
		}
		from, err := time.ParseInLocation("2006010215", look.Hour, clock.Local(r.Time).Location())
		if err != nil {
			return fmt.Errorf("event #%d: %w", r.Seq, err)
		}
		hers, err := s.concerns(ctx, look, d.ID, from.Format(time.DateOnly))
		if err != nil || !hers {
			return err
		}
		what, _ := look.Shown()
		l := ExportLook{Seq: r.Seq, From: from, Until: from.Add(time.Hour), Reader: look.Reader, Method: look.Method, What: what}
		if l.Name, err = name(ctx, look.Reader); err != nil {
			return err
		}
		if l.OnBehalf, err = name(ctx, look.OnBehalf); err != nil {
			return err
		}
		e.Looks = append(e.Looks, l)
		return nil
	}
}

// concerns reports whether a look was at a person.
func (s *service) concerns(ctx context.Context, look events.DataRead, person, day string) (bool, error) {
	switch {
	case len(look.People) > 0:
		return slices.Contains(look.People, person), nil
	case look.Kind == rpc.AboutPerson:
		return look.Object == person, nil
	case look.Object == "":
		return true, nil
	}
	v, err := s.see(ctx, treeKey{day: day})
	if err != nil {
		return false, err
	}
	c, err := s.career(ctx, person)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(c.Held(day), func(m organisation.Membership) bool {
		return v.tree.Within(v.Follow(m.Unit, day), look.Object) || m.Unit == look.Object
	}), nil
}

// note takes a fact into an export where it concerns the person.
func (s *service) note(ctx context.Context, e *Export, r eventsource.Recorded) error {
	at := strings.LastIndexByte(r.Stream, '.')
	noun, id := r.Stream[:at], r.Stream[at+1:]
	if owner, _, _ := strings.Cut(id, "_"); owner != e.Person {
		if r.Actor == e.Person {
			e.Actions = append(e.Actions, ExportAction{Seq: r.Seq, At: r.Time, Type: r.Event.EventType(), Stream: r.Stream})
		}
		return nil
	}
	data, err := s.readable(ctx, e.Person, r.Event)
	if err != nil {
		return fmt.Errorf("event #%d: %w", r.Seq, err)
	}
	for i := range e.Sections {
		if e.Sections[i].Noun == noun {
			e.Sections[i].Facts = append(e.Sections[i].Facts,
				ExportFact{Seq: r.Seq, At: r.Time, Type: r.Event.EventType(), Stream: r.Stream, Actor: r.Actor, Data: data})
		}
	}
	return nil
}

// sealedAs are the names under which fields are sealed that do not bear them.
func sealedAs(field string) string {
	if field == "text" {
		return "answer" // what was typed
	}
	return field
}

// withheld are fields that would help others to pass for the person.
func withheld(field string) bool { return field == "hash" || field == "secret" }

// readable gives a fact as the JSON that its schema describes, with sealed text revealed.
func (s *service) readable(ctx context.Context, person string, fact eventsource.Event) (map[string]any, error) {
	body, err := json.Marshal(fact)
	if err != nil {
		return nil, err
	}
	var data map[string]any
	if err := json.Unmarshal(body, &data); err != nil {
		return nil, err
	}
	t := reflect.TypeOf(fact)
	for i := range t.NumField() {
		field := t.Field(i)
		if field.Type != reflect.TypeFor[events.Sealed]() {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		sealed, _ := data[name].(string)
		if sealed == "" {
			continue
		}
		if withheld(name) {
			data[name] = "(withheld)"
			continue
		}
		plain, err := s.d.Keys.Reveal(ctx, person, sealedAs(name), sealed)
		if errors.Is(err, keyring.ErrAltered) {
			plain, err = "(sealed)", nil // under a name that is not known here
		}
		if err != nil {
			return nil, err
		}
		data[name] = plain
	}
	return data, nil
}
