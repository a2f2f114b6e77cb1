package directory

import (
	"context"
	"slices"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Why a row is in doubt.
const (
	whyName  = "name"
	whyEmail = "email"
)

// Why there is nothing left to decide about a row.
const (
	droppedErased = "erased" // one of those whom it may be
	droppedUndone = "undone" // the import
)

// doubt is what is known of a row in doubt; Fact.Candidate "" is before the first fact.
type doubt struct {
	Fact events.IdentityDoubted
	Over bool // decided or dropped
	Gone bool // dropped
}

// Evolve implements eventsource.State.
func (d doubt) Evolve(e eventsource.Event) doubt {
	switch e := e.(type) {
	case events.IdentityDoubted:
		d.Fact, d.Over, d.Gone = e, false, false
	case events.IdentityDecided:
		d.Over = true
	case events.IdentityDropped:
		d.Over, d.Gone = true, true
	}
	return d
}

func doubtStream(candidate string) string { return "directory.doubt." + candidate }

// raiseDoubt puts a row into the queue of doubts.
type raiseDoubt struct{ Fact events.IdentityDoubted }

// Stream implements eventsource.Command.
func (c raiseDoubt) Stream() string { return doubtStream(c.Fact.Candidate) }

// Decide implements eventsource.Command.
func (c raiseDoubt) Decide(d doubt) ([]eventsource.Event, error) {
	if d.Fact.Candidate != "" && !d.Over {
		return nil, nil
	}
	return []eventsource.Event{c.Fact}, nil
}

// decideDoubt says who the person of a row is.
type decideDoubt struct{ Candidate, Person string }

// Stream implements eventsource.Command.
func (c decideDoubt) Stream() string { return doubtStream(c.Candidate) }

// Decide implements eventsource.Command.
func (c decideDoubt) Decide(d doubt) ([]eventsource.Event, error) {
	if d.Over {
		return nil, nil
	}
	if err := d.allows(c.Person); err != nil {
		return nil, err
	}
	return []eventsource.Event{events.IdentityDecided{Candidate: c.Candidate, Key: d.Fact.Key, Person: c.Person}}, nil
}

// dropDoubt takes a row out of the queue. When its import is taken back, what was decided about it holds no longer, either.
type dropDoubt struct{ Candidate, Import, Why string } // Import "" for whichever

// Stream implements eventsource.Command.
func (c dropDoubt) Stream() string { return doubtStream(c.Candidate) }

// Decide implements eventsource.Command.
func (c dropDoubt) Decide(d doubt) ([]eventsource.Event, error) {
	if d.Fact.Candidate == "" || d.Gone || d.Over && c.Why != droppedUndone || c.Import != "" && c.Import != d.Fact.Import {
		return nil, nil
	}
	return []eventsource.Event{events.IdentityDropped{Candidate: c.Candidate, Key: d.Fact.Key, Why: c.Why}}, nil
}

// allows refuses a decision for somebody who was never meant.
func (d doubt) allows(person string) error {
	if d.Fact.Candidate == "" || person != "" && !slices.Contains(d.Fact.Persons, person) {
		return fault.New(fault.NotFound, "Không có trường hợp này trong hàng chờ xác định.", "There is no such case in the queue.")
	}
	return nil
}

// findDoubts marks new rows that may speak of somebody who is known under another code: of the same name and birth year,
// whatever the spelling, or with the same address. Whoever the file names under the own code is somebody else.
func (t *table) findDoubts(rows []*personRow, k known, m *readModel) {
	named := map[*personDoc]bool{}
	for _, p := range rows {
		if p.now != nil {
			named[p.now] = true
		}
	}
	others := func(all []*personDoc) (ids []string) {
		for _, d := range all {
			if !named[d] {
				ids = append(ids, d.ID)
			}
		}
		slices.Sort(ids)
		return ids
	}
	for _, p := range rows {
		if p.fate == isBad || p.now != nil {
			continue
		}
		if k.gone[m.personID(p.code)] {
			t.bad(p.row, "code", "Dữ liệu cá nhân của người này đã được xóa và không thể nhập lại dưới mã cũ.",
				"This person's data were erased and cannot be imported again under the old code.")
			continue
		}
		if p.maybe, p.why = others(k.mails[p.emailKey]), whyEmail; len(p.maybe) == 0 {
			p.maybe, p.why = others(k.names[m.nameKey(p.name, p.year)]), whyName
		}
		if was := k.open[p.id]; len(p.maybe) > 0 && was.State != doubtOther {
			p.fate = isDoubtful
		}
	}
}

// recordDoubts puts the rows in doubt into the queue, and counts those that are new there.
func (s *service) recordDoubts(ctx context.Context, id string, rows []*personRow, units map[string]string, k known) (int, error) {
	fresh := 0
	for _, r := range rows {
		if r.fate != isDoubtful || k.open[r.id].State == doubtOpen {
			continue
		}
		fresh++
		fact := events.IdentityDoubted{Candidate: r.id, Key: "doubt-" + id + "-" + r.id, Import: id, Persons: r.maybe, Why: r.why, Unit: units[r.unit], Post: r.post, Roles: r.roleList(units[r.unit])}
		fields := []sealing{{"code", r.code, &fact.Code}, {"name", r.name, &fact.Name}, {"email", r.email, &fact.Email}}
		if r.year != "" {
			fields = append(fields, sealing{"birth_year", r.year, &fact.BirthYear})
		}
		if err := s.seal(ctx, fact.Key, fields...); err != nil {
			return 0, err
		}
		if _, err := host.Do(importing(ctx, id, "doubt"), s.d, raiseDoubt{fact}); err != nil {
			return 0, err
		}
	}
	return fresh, nil
}

const doubtPage = 50

// listDoubts lists the rows in doubt that nobody has decided, with both sides.
func (s *service) listDoubts(ctx context.Context, req ListDoubtsRequest) (DoubtPage, error) {
	if err := s.d.Await(ctx, s.story, req.After); err != nil {
		return DoubtPage{}, err
	}
	q := readmodel.Query{Index: "state", Equal: []any{doubtOpen}, After: req.Place, Limit: doubtPage}
	page, err := s.doubts.Find(ctx, q)
	if err != nil {
		return DoubtPage{}, err
	}
	out := DoubtPage{Items: []Doubt{}, Next: page.Next}
	if out.Total, err = s.doubts.Count(ctx, q); err != nil {
		return DoubtPage{}, err
	}
	for _, d := range page.Items {
		item, err := s.showDoubt(ctx, d)
		if err != nil {
			return DoubtPage{}, err
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

func (s *service) showDoubt(ctx context.Context, d doubtDoc) (Doubt, error) {
	out := Doubt{Candidate: d.ID, Import: d.Fact.Import, Why: d.Fact.Why, At: d.At, Known: []Side{}}
	var err error
	if out.Row, err = s.side(ctx, personDoc{ID: d.Fact.Key, Code: d.Fact.Code, Name: d.Fact.Name, Email: d.Fact.Email, BirthYear: d.Fact.BirthYear,
		Present: organisation.Present{Unit: d.Fact.Unit, Post: d.Fact.Post}}); err != nil {
		return out, err
	}
	for _, id := range d.Fact.Persons {
		who, found, err := s.people.Get(ctx, id)
		if err != nil {
			return out, err
		}
		if !found {
			continue
		}
		side, err := s.side(ctx, who)
		if err != nil {
			return out, err
		}
		out.Known = append(out.Known, side)
	}
	return out, nil
}

func (s *service) side(ctx context.Context, d personDoc) (Side, error) {
	p, err := s.reveal(ctx, d)
	if err != nil {
		return Side{}, err
	}
	u, _, err := s.units.Get(ctx, d.Unit)
	return Side{Person: d.ID, Code: p.code, Name: p.name, Email: p.email, BirthYear: p.year, UnitName: u.Name, Post: d.Post}, err
}

// decisionOn is the step of an import in which it is decided who the person of a row is.
func decisionOn(candidate string) string { return "doubt-" + candidate }

// decideIdentity carries a decision out, and then records it: cut off in between, it is decided again. What it writes
// belongs to the import of the row, and is taken back with it.
func (s *service) decideIdentity(ctx context.Context, req DecideIdentityRequest) (rpc.Receipt, error) {
	if !s.importing.TryLock() { // an undoing must not run at the same time
		return rpc.Receipt{}, fault.New(fault.Unavailable, "Hệ thống đang ghi hoặc hoàn tác một lần nhập. Vui lòng thử lại sau ít phút.",
			"An import is being written or taken back. Please try again in a few minutes.")
	}
	defer s.importing.Unlock()
	if err := s.catchUp(ctx); err != nil {
		return rpc.Receipt{}, err
	}
	seen, err := host.See[doubt](ctx, s.d, doubtStream(req.Candidate))
	if err != nil {
		return rpc.Receipt{}, err
	}
	d := seen.State
	if err := d.allows(req.Person); err != nil || d.Over {
		return rpc.Receipt{Seq: seen.Last}, err
	}
	own := importing(ctx, d.Fact.Import, decisionOn(req.Candidate))
	switch {
	case req.Person != "":
		err = s.sameAs(own, d.Fact, req.Person, req.NewCode)
	case d.Fact.Why == whyName:
		err = s.another(own, d.Fact)
	}
	if err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.Do(ctx, s.d, decideDoubt{Candidate: req.Candidate, Person: req.Person})
	return rpc.Receipt{Seq: out.Seq}, err
}

// sameAs gives a known person what the row says; the code only where that is asked for.
func (s *service) sameAs(ctx context.Context, row events.IdentityDoubted, person string, newCode bool) error {
	c := CorrectPerson{Person: person, To: placeIn(row), On: s.today()}
	if err := s.reseal(ctx, row, person, &c.Code, &c.Name, &c.Email, &c.BirthYear); err != nil {
		return err
	}
	if !newCode {
		c.Code = ""
	} else if err := s.codeIsFree(ctx, row, person); err != nil {
		return err
	}
	_, err := host.Do(ctx, s.d, c)
	return err
}

// another makes the row's person known.
func (s *service) another(ctx context.Context, row events.IdentityDoubted) error {
	if err := s.codeIsFree(ctx, row, row.Candidate); err != nil {
		return err
	}
	c := RegisterPerson{Person: row.Candidate, To: placeIn(row), On: s.today()}
	if err := s.reseal(ctx, row, c.Person, &c.Code, &c.Name, &c.Email, &c.BirthYear); err != nil {
		return err
	}
	_, err := host.Do(ctx, s.d, c)
	return err
}

// codeIsFree refuses when somebody else has come to have the code of a row meanwhile.
func (s *service) codeIsFree(ctx context.Context, row events.IdentityDoubted, person string) error {
	code, err := s.revealOne(ctx, row.Key, "code", row.Code)
	if err != nil {
		return err
	}
	return s.codeFree(ctx, code, person)
}

func placeIn(row events.IdentityDoubted) place {
	return placeOf(events.PersonStep{Unit: row.Unit, Post: row.Post, Roles: row.Roles})
}

// reseal seals for a person what a row says, as the row's own key will not last.
func (s *service) reseal(ctx context.Context, row events.IdentityDoubted, person string, code, name, email, year *events.Sealed) error {
	p, err := s.reveal(ctx, personDoc{ID: row.Key, Code: row.Code, Name: row.Name, Email: row.Email, BirthYear: row.BirthYear})
	if err != nil {
		return err
	}
	if p.code == "" { // dropped at this very moment
		return fault.New(fault.Conflict, "Trường hợp này vừa được đóng lại; không còn gì để quyết định.", "This case has just been closed; there is nothing left to decide.")
	}
	fields := []sealing{{"code", p.code, code}, {"name", p.name, name}, {"email", p.email, email}}
	if p.year != "" {
		fields = append(fields, sealing{"birth_year", p.year, year})
	}
	return s.seal(ctx, person, fields...)
}

// endDoubts destroys the keys of rows about which all is said, and drops the rows that may speak of somebody erased:
// those that wait when the erasure is heard, and those that are raised after it.
func (s *service) endDoubts(ctx context.Context, r eventsource.Recorded) ([]eventsource.Request, error) {
	switch e := r.Event.(type) {
	case events.IdentityDecided:
		return nil, s.d.Keys.Destroy(ctx, e.Key)
	case events.IdentityDropped:
		return nil, s.d.Keys.Destroy(ctx, e.Key)
	case events.IdentityDoubted:
		for _, id := range e.Persons {
			if seen, err := host.See[erasure](ctx, s.d, personStream(id)); err != nil {
				return nil, err
			} else if seen.State.erased {
				return []eventsource.Request{eventsource.Prepare(dropDoubt{Candidate: e.Candidate, Import: e.Import, Why: droppedErased})}, nil
			}
		}
	case events.PersonErased:
		if err := s.d.AwaitFor(ctx, s.story, r.Seq); err != nil {
			return nil, err
		}
		return s.dropWhere(ctx, dropDoubt{Why: droppedErased}, func(d events.IdentityDoubted) bool { return slices.Contains(d.Persons, e.Person) })
	}
	return nil, nil
}

// dropWhere gives the commands that drop some of the rows that wait.
func (s *service) dropWhere(ctx context.Context, c dropDoubt, which func(events.IdentityDoubted) bool) (all []eventsource.Request, err error) {
	err = s.doubts.Each(ctx, readmodel.Query{Index: "state", Equal: []any{doubtOpen}}, func(d doubtDoc) error {
		if c.Candidate = d.ID; which(d.Fact) {
			all = append(all, eventsource.Prepare(c))
		}
		return nil
	})
	return all, err
}
