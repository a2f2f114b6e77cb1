package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// digest names the content of an import: SHA-256 over the length of the first text, and both texts; uploaded files follow
// with how they were read.
func (f ImportFiles) digest(units, people *table) string {
	h := sha256.New()
	h.Write([]byte(strconv.Itoa(len(f.Units)) + "\n" + f.Units + f.People))
	read := []*table{units, people}
	for i, file := range []*ImportFile{f.UnitsFile, f.PeopleFile} {
		if file != nil {
			fmt.Fprintf(h, "\n%d\n%q\n%q\n", len(file.Data), read[i].source.Sheet, read[i].head.columns)
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
	p, err := s.plan(ctx, f, k, func(signature string) (map[string]string, error) { return s.remembered(ctx, signature) })
	return p, k, err
}

// catchUp waits until the read model shows the whole journal.
func (s *service) catchUp(ctx context.Context) error {
	for _, p := range s.projections() {
		if err := p.AwaitAll(ctx, s.d.Journal, readmodel.Present); err != nil {
			return err
		}
	}
	return nil
}

// confirmImport takes the good rows over and answers when the directory shows them. It may be cut off anywhere: before the
// plan is whole nothing was done, and afterwards the import is ended without anybody asking.
func (s *service) confirmImport(ctx context.Context, req ConfirmImportRequest) (ImportDone, error) {
	s.importing.Lock()
	defer s.importing.Unlock()
	id, p, err := s.acceptImport(ctx, req)
	if err != nil {
		return ImportDone{}, err
	}
	done := ImportDone{Import: id, Units: p.units.counts(), People: p.people.counts()}
	if id != "" {
		if err := s.carryOut(ctx, id); err != nil {
			s.wakeUp()
			return ImportDone{}, err
		}
	}
	if err := s.catchUp(ctx); err != nil {
		return ImportDone{}, err
	}
	done.Seq = s.view.Position()
	if id != "" {
		done.Seq = max(done.Seq, s.story.Position())
	}
	return done, nil
}

// startImport is confirmImport that answers as soon as the plan is whole.
func (s *service) startImport(ctx context.Context, req ConfirmImportRequest) (ImportStarted, error) {
	s.importing.Lock()
	defer s.importing.Unlock()
	id, _, err := s.acceptImport(ctx, req)
	if err != nil {
		return ImportStarted{}, err
	}
	s.wakeUp()
	seen, err := host.See[imported](ctx, s.d, importStream(id))
	return ImportStarted{Import: id, Seq: seen.Last}, err
}

// acceptImport records the whole plan of an import, and its doubts; "" when there is nothing to do.
func (s *service) acceptImport(ctx context.Context, req ConfirmImportRequest) (string, *plan, error) {
	p, k, err := s.planImport(ctx, req.ImportFiles)
	if err != nil {
		return "", nil, err
	}
	if req.Digest != p.digest {
		return "", nil, fault.New(fault.Conflict,
			"Nội dung tệp hoặc cách ghép cột khác với nội dung đã xem trước. Vui lòng xem trước lại rồi xác nhận.",
			"The files, or how their columns are matched, differ from what was previewed. Please preview them again, then confirm.")
	}
	id := "i" + s.d.NewID()
	if err := s.remember(ctx, p, req.ImportFiles); err != nil {
		return "", nil, err
	}
	units, ids := p.unitSteps(k)
	people, err := s.personSteps(ctx, p.rows, ids)
	if err != nil {
		return "", nil, err
	}
	doubtful, err := s.recordDoubts(ctx, id, p.rows, ids, k)
	if err != nil || len(units)+len(people)+doubtful == 0 {
		return "", p, err
	}
	plan := parts(id, units, people)
	if problems := p.kept(); len(problems) > 0 {
		plan = append(plan, events.ImportPlanned{Import: id, Part: len(plan), Problems: problems})
	}
	err = host.All(importing(ctx, id, "plan"), plan, func(ctx context.Context, part events.ImportPlanned) error {
		_, err := host.Do(ctx, s.d, planImport{part})
		return err
	})
	if err != nil {
		return "", nil, err
	}
	accepted := events.ImportAccepted{Import: id, Parts: len(plan), Digest: p.digest, By: rpc.From(ctx).Identity.Person, On: s.today(),
		Units: len(units), People: len(people), Refused: p.units.counts().Bad + p.people.counts().Bad, Doubtful: doubtful}
	_, err = host.Do(importing(ctx, id, "accept"), s.d, acceptImport{accepted})
	return id, p, err
}

// mostKept bounds how many problems stay with an import.
const mostKept = 300

// quoted is all that a problem may cite from a row, whatever signs stand in it.
var quoted = regexp.MustCompile(`(?s)“.*”`)

// kept are the problems as they stay with the import: without what was cited, which may be personal.
func (p *plan) kept() []events.ImportProblem {
	var all []events.ImportProblem
	for _, t := range []*table{p.units, p.people} {
		for _, x := range t.problems {
			if len(all) == mostKept {
				return all
			}
			all = append(all, events.ImportProblem{File: x.File, Line: x.Line, Column: x.Column,
				Say: events.Words{Vi: quoted.ReplaceAllString(x.Vi, "“…”"), En: quoted.ReplaceAllString(x.En, "“…”")}})
		}
	}
	return all
}

// importing is ctx under a request of its own for each step of an import, so that a step that is done is not done again
// and the facts of an import are known by their cause.
func importing(ctx context.Context, id, step string) context.Context {
	r := rpc.From(ctx)
	r.ID = causeOf(id, step)
	return rpc.With(ctx, r)
}

func causeOf(id, step string) string { return "import-" + id + "-" + step }

// partSize is how many steps stand in one fact; 500 make about 250 kB.
const partSize = 500

func parts(id string, units []events.UnitStep, people []events.PersonStep) []events.ImportPlanned {
	var all []events.ImportPlanned
	for some := range slices.Chunk(units, partSize) {
		all = append(all, events.ImportPlanned{Import: id, Part: len(all), Units: some})
	}
	for some := range slices.Chunk(people, partSize) {
		all = append(all, events.ImportPlanned{Import: id, Part: len(all), People: some})
	}
	return all
}

// unitSteps are the units that are new or changed, parents before children, and the ids of all by code.
func (p *plan) unitSteps(k known) ([]events.UnitStep, map[string]string) {
	var steps []events.UnitStep
	ids := map[string]string{}
	for code, u := range k.units {
		ids[code] = u.ID
	}
	for _, level := range p.levels {
		for _, u := range level {
			if u.fate == isNew {
				ids[u.code] = unitID(u.code)
			}
			if u.fate != isSame {
				steps = append(steps, events.UnitStep{Unit: ids[u.code], Code: u.code, Name: u.name, Kind: u.kind, Parent: ids[u.parent], On: u.on})
			}
		}
	}
	return steps, ids
}

// unitID and personID are the ids of new units and people. They follow from the codes, so that two imports of one new
// person at once, in two processes, meet on one stream.
func unitID(code string) string {
	sum := sha256.Sum256([]byte(code))
	return "u" + hex.EncodeToString(sum[:12])
}

// newID is the id of whoever is new under a code: personID, unless somebody has it who had the code before it was corrected.
func (m *readModel) newID(k known, code string) string {
	id := m.personID(code)
	for n := 2; k.people[id] != nil; n++ {
		id = m.personID(code + "#" + strconv.Itoa(n))
	}
	return id
}

func (m *readModel) personID(code string) string {
	sum := sha256.Sum256([]byte(m.keys.Blind("person-id", code)))
	return "p" + hex.EncodeToString(sum[:13])
}

// personSteps seals what the plan says of people.
func (s *service) personSteps(ctx context.Context, rows []*personRow, units map[string]string) ([]events.PersonStep, error) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(r *personRow) bool { return r.fate != isNew && r.fate != isChanged })
	steps := make([]events.PersonStep, len(rows))
	at := make([]int, len(rows))
	var fresh []string
	for i, r := range rows {
		if at[i] = i; r.fate == isNew {
			fresh = append(fresh, r.id)
		}
	}
	if err := s.d.Keys.Prepare(ctx, fresh); err != nil {
		return nil, err
	}
	return steps, host.All(ctx, at, func(ctx context.Context, i int) error {
		r := rows[i]
		step := events.PersonStep{New: r.fate == isNew, Unit: units[r.unit], Post: r.post, Roles: r.roleList(units[r.unit])}
		fields := []sealing{{"name", r.name, &step.Name}, {"email", r.email, &step.Email}, {"birth_year", r.year, &step.BirthYear}}
		if step.New {
			step.Person = r.id
			fields = append(fields, sealing{"code", r.code, &step.Code})
		} else {
			step.Person = r.now.ID
			fields = slices.DeleteFunc(fields, func(f sealing) bool {
				return !slices.ContainsFunc(r.fields, func(c FieldChange) bool { return c.Column == f.field })
			})
		}
		if r.year == "" && step.New {
			fields = slices.DeleteFunc(fields, func(f sealing) bool { return f.field == "birth_year" })
		}
		err := s.seal(ctx, step.Person, fields...)
		steps[i] = step
		return err
	})
}

// roleList is what the row makes a person: a head is head of her unit, all other roles hold everywhere.
func (r *personRow) roleList(unit string) []events.RoleHeld {
	var all []events.RoleHeld
	for _, role := range r.roles {
		held := events.RoleHeld{Role: role}
		if role == events.RoleHead {
			held.Unit = unit
		}
		all = append(all, held)
	}
	return all
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
