package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// imported is an import; Digest "" is before it was recorded.
type imported struct{ Digest string }

// Evolve implements eventsource.State.
func (i imported) Evolve(e eventsource.Event) imported {
	if e, ok := e.(events.ImportConfirmed); ok {
		i.Digest = e.Digest
	}
	return i
}

// RecordImport notes that an import was taken over. An import that changed nothing leaves no trace.
type RecordImport struct {
	Import, Digest string
	Units, People  Changes
}

// Stream implements eventsource.Command.
func (c RecordImport) Stream() string { return "directory.import." + c.Import }

// Decide implements eventsource.Command.
func (c RecordImport) Decide(i imported) ([]eventsource.Event, error) {
	units, people := c.Units.New+c.Units.Changed, c.People.New+c.People.Changed
	if i.Digest != "" || units+people == 0 {
		return nil, nil
	}
	return []eventsource.Event{events.ImportConfirmed{Import: c.Import, Digest: c.Digest,
		Units: units, People: people, Refused: c.Units.Bad + c.People.Bad}}, nil
}

// digest names the content of an import: SHA-256 over the length of the first text, and both texts; uploaded files follow
// with how they were read.
func (f ImportFiles) digest(units, people *table) string {
	h := sha256.New()
	h.Write([]byte(strconv.Itoa(len(f.Units)) + "\n" + f.Units + f.People))
	read := []*table{units, people}
	for i, file := range []*ImportFile{f.UnitsFile, f.PeopleFile} {
		if file != nil {
			fmt.Fprintf(h, "\n%d\n%q\n%q\n", len(file.Data), read[i].source.sheet, read[i].head.columns)
			h.Write(file.Data)
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (s *service) previewImport(ctx context.Context, f ImportFiles) (ImportPreview, error) {
	p, _, err := s.planImport(ctx, f)
	if err != nil {
		return ImportPreview{}, err
	}
	return p.preview(), nil
}

// planImport holds the files against everything that is in the journal by now.
func (s *service) planImport(ctx context.Context, f ImportFiles) (*plan, known, error) {
	if err := s.catchUp(ctx); err != nil {
		return nil, known{}, err
	}
	k, err := s.all(ctx)
	if err != nil {
		return nil, known{}, err
	}
	p, err := s.plan(ctx, f, k)
	return p, k, err
}

// catchUp waits until the read model shows the whole journal.
func (s *service) catchUp(ctx context.Context) error {
	for _, p := range s.projections() {
		if err := p.AwaitAll(ctx, s.d.Journal, wholeJournal); err != nil {
			return err
		}
	}
	return nil
}

// confirmImport takes the good rows over. It may be cut off anywhere: the same files then do the rest.
func (s *service) confirmImport(ctx context.Context, req ConfirmImportRequest) (ImportDone, error) {
	s.importing.Lock()
	defer s.importing.Unlock()
	p, k, err := s.planImport(ctx, req.ImportFiles)
	if err != nil {
		return ImportDone{}, err
	}
	if req.Digest != p.digest {
		return ImportDone{}, fault.New(fault.Conflict,
			"Nội dung tệp hoặc cách ghép cột khác với nội dung đã xem trước. Vui lòng xem trước lại rồi xác nhận.",
			"The files, or how their columns are matched, differ from what was previewed. Please preview them again, then confirm.")
	}
	on := clock.Local(s.d.Clock.Now()).Format(time.DateOnly)
	ids, err := s.writeUnits(ctx, p, k)
	if err != nil {
		return ImportDone{}, err
	}
	if err := s.catchUp(ctx); err != nil {
		return ImportDone{}, err
	}
	if err := s.writePeople(ctx, p.rows, ids, on); err != nil {
		return ImportDone{}, err
	}
	return s.recordImport(ctx, p)
}

// writeUnits writes the units that are new or changed, parents before children, and gives the ids of all by code.
func (s *service) writeUnits(ctx context.Context, p *plan, k known) (map[string]string, error) {
	ids := map[string]string{}
	for code, u := range k.units {
		ids[code] = u.ID
	}
	for _, level := range p.levels {
		for _, u := range level {
			if u.fate == isNew {
				ids[u.code] = "u" + s.d.NewID()
			}
		}
		err := host.All(ctx, level, func(ctx context.Context, u *unitRow) error {
			if u.fate == isSame {
				return nil
			}
			_, err := host.Do(ctx, s.d, EstablishUnit{Unit: ids[u.code], Code: u.code, Name: u.name, Kind: u.kind, Parent: ids[u.parent], On: u.on})
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// writePeople writes the people who are new or changed, in their units and roles from a day on.
func (s *service) writePeople(ctx context.Context, rows []*personRow, units map[string]string, on string) error {
	return host.All(ctx, rows, func(ctx context.Context, r *personRow) error {
		var err error
		switch to := r.place(units[r.unit]); r.fate {
		case isNew:
			err = s.register(ctx, r, to, on)
		case isChanged:
			err = s.correct(ctx, r, to, on)
		case isSame, isBad, undecided:
		}
		return err
	})
}

// place is where the row puts a person: a head is head of her unit, all other roles hold everywhere.
func (r *personRow) place(unit string) place {
	to := place{Unit: unit, Post: r.post}
	for _, role := range r.roles {
		g := rpc.Grant{Role: role}
		if role == events.RoleHead {
			g.Unit = unit
		}
		to.Grants = append(to.Grants, g)
	}
	return to
}

func (s *service) register(ctx context.Context, r *personRow, to place, on string) error {
	c := RegisterPerson{Person: "p" + s.d.NewID(), To: to, On: on}
	err := s.seal(ctx, c.Person, sealing{"code", r.code, &c.Code}, sealing{"name", r.name, &c.Name}, sealing{"email", r.email, &c.Email})
	if err == nil && r.year != "" {
		err = s.seal(ctx, c.Person, sealing{"birth_year", r.year, &c.BirthYear})
	}
	if err != nil {
		return err
	}
	_, err = host.Do(ctx, s.d, c)
	return err
}

func (s *service) correct(ctx context.Context, r *personRow, to place, on string) error {
	c := CorrectPerson{Person: r.now.ID, To: to, On: on}
	for _, f := range []sealing{{"name", r.name, &c.Name}, {"email", r.email, &c.Email}, {"birth_year", r.year, &c.BirthYear}} {
		if !slices.Contains(r.fields, f.field) {
			continue
		}
		if err := s.seal(ctx, c.Person, f); err != nil {
			return err
		}
	}
	_, err := host.Do(ctx, s.d, c)
	return err
}

// sealing is a text to be sealed under the name of its field, and where to.
type sealing struct {
	field, plain string
	to           *events.Sealed
}

func (s *service) seal(ctx context.Context, person string, fields ...sealing) error {
	for _, f := range fields {
		sealed, err := s.d.Keys.Seal(ctx, person, f.field, f.plain)
		if err != nil {
			return err
		}
		*f.to = events.Sealed(sealed)
	}
	return nil
}

// recordImport ends an import, and answers when the directory shows it.
func (s *service) recordImport(ctx context.Context, p *plan) (ImportDone, error) {
	done := ImportDone{Units: p.units.counts(), People: p.people.counts()}
	out, err := host.Do(ctx, s.d, RecordImport{Import: "i" + s.d.NewID(), Digest: p.digest, Units: done.Units, People: done.People})
	if err != nil {
		return ImportDone{}, err
	}
	if err := s.catchUp(ctx); err != nil {
		return ImportDone{}, err
	}
	done.Seq = max(out.Seq, s.view.Position())
	return done, nil
}
