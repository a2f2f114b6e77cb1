package directory

import (
	"context"
	"slices"

	"khuevan/events"
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

// doubt is what is known of a row in doubt; Fact.Candidate "" is before the first fact.
type doubt struct {
	Fact    events.IdentityDoubted
	Decided bool
}

// Evolve implements eventsource.State.
func (d doubt) Evolve(e eventsource.Event) doubt {
	switch e := e.(type) {
	case events.IdentityDoubted:
		d.Fact, d.Decided = e, false
	case events.IdentityDecided:
		d.Decided = true
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
	if d.Fact.Candidate != "" && !d.Decided {
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
	if d.Decided {
		return nil, nil
	}
	if err := d.allows(c.Person); err != nil {
		return nil, err
	}
	return []eventsource.Event{events.IdentityDecided{Candidate: c.Candidate, Person: c.Person}}, nil
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
		p.id = m.personID(p.code)
		if k.gone[p.id] {
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
		fact := events.IdentityDoubted{Candidate: r.id, Import: id, Persons: r.maybe, Why: r.why, Unit: units[r.unit], Post: r.post, Roles: r.roleList(units[r.unit])}
		fields := []sealing{{"code", r.code, &fact.Code}, {"name", r.name, &fact.Name}, {"email", r.email, &fact.Email}}
		if r.year != "" {
			fields = append(fields, sealing{"birth_year", r.year, &fact.BirthYear})
		}
		if err := s.seal(ctx, r.id, fields...); err != nil {
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
	if out.Row, err = s.side(ctx, personDoc{ID: d.ID, Code: d.Fact.Code, Name: d.Fact.Name, Email: d.Fact.Email, BirthYear: d.Fact.BirthYear,
		Unit: d.Fact.Unit, Post: d.Fact.Post}); err != nil {
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

// decideIdentity carries a decision out, and then records it: cut off in between, it is decided again.
func (s *service) decideIdentity(ctx context.Context, req DecideIdentityRequest) (rpc.Receipt, error) {
	seen, err := host.See[doubt](ctx, s.d, doubtStream(req.Candidate))
	if err != nil {
		return rpc.Receipt{}, err
	}
	d := seen.State
	if err := d.allows(req.Person); err != nil || d.Decided {
		return rpc.Receipt{Seq: seen.Last}, err
	}
	if req.Person != "" {
		err = s.sameAs(ctx, d.Fact, req.Person)
	} else if d.Fact.Why == whyName {
		_, err = host.Do(ctx, s.d, RegisterPerson{Person: req.Candidate, Code: d.Fact.Code, Name: d.Fact.Name, Email: d.Fact.Email, BirthYear: d.Fact.BirthYear,
			To: placeOf(events.PersonStep{Unit: d.Fact.Unit, Post: d.Fact.Post, Roles: d.Fact.Roles}), On: s.today()})
	}
	if err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.Do(ctx, s.d, decideDoubt{Candidate: req.Candidate, Person: req.Person})
	return rpc.Receipt{Seq: out.Seq}, err
}

// sameAs gives a known person what the row says, the new code included.
func (s *service) sameAs(ctx context.Context, row events.IdentityDoubted, person string) error {
	p, err := s.reveal(ctx, personDoc{ID: row.Candidate, Code: row.Code, Name: row.Name, Email: row.Email, BirthYear: row.BirthYear})
	if err != nil {
		return err
	}
	c := CorrectPerson{Person: person, To: placeOf(events.PersonStep{Unit: row.Unit, Post: row.Post, Roles: row.Roles}), On: s.today()}
	fields := []sealing{{"code", p.code, &c.Code}, {"name", p.name, &c.Name}, {"email", p.email, &c.Email}}
	if p.year != "" {
		fields = append(fields, sealing{"birth_year", p.year, &c.BirthYear})
	}
	if err := s.seal(ctx, person, fields...); err != nil {
		return err
	}
	_, err = host.Do(ctx, s.d, c)
	return err
}
