package directory

import (
	"context"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

const importPage = 20

// listImports lists imports, newest first.
func (s *service) listImports(ctx context.Context, req ListImportsRequest) (ImportPage, error) {
	page, err := s.imports.Find(ctx, readmodel.Query{Index: "order", Desc: true, After: req.After, Limit: importPage})
	if err != nil {
		return ImportPage{}, err
	}
	out := ImportPage{Items: []ImportState{}, Next: page.Next}
	for _, d := range page.Items {
		item, err := s.showImport(ctx, d)
		if err != nil {
			return ImportPage{}, err
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

// getImport shows one import, with what could not be taken back.
func (s *service) getImport(ctx context.Context, req ImportRequest) (ImportState, error) {
	if err := s.d.Await(ctx, s.story, req.After); err != nil {
		return ImportState{}, err
	}
	d, found, err := s.imports.Get(ctx, req.Import)
	if err != nil {
		return ImportState{}, err
	}
	if !found {
		return ImportState{}, fault.New(fault.NotFound, "Không có lần nhập này.", "There is no such import.")
	}
	out, err := s.showImport(ctx, d)
	if err != nil {
		return ImportState{}, err
	}
	seen, err := host.See[imported](ctx, s.d, importStream(req.Import))
	if err != nil {
		return ImportState{}, err
	}
	if accepted := seen.State.Accepted; accepted != nil && accepted.Refused > 0 && accepted.Parts > 0 {
		last, err := host.See[part](ctx, s.d, partStream(req.Import, accepted.Parts-1))
		if err != nil {
			return ImportState{}, err
		}
		for _, x := range last.State.Problems {
			out.Problems = append(out.Problems, RowProblem{File: x.File, Line: x.Line, Column: x.Column, Vi: x.Say.Vi, En: x.Say.En})
		}
	}
	for _, id := range d.KeptUnits[:min(len(d.KeptUnits), shownRows)] {
		u, _, err := s.units.Get(ctx, id)
		if err != nil {
			return ImportState{}, err
		}
		out.Kept = append(out.Kept, RowChange{File: "units", Code: u.Code, Name: u.Name})
	}
	for _, id := range d.KeptPeople[:min(len(d.KeptPeople), shownRows)] {
		who, _, err := s.people.Get(ctx, id)
		if err != nil {
			return ImportState{}, err
		}
		p, err := s.reveal(ctx, who)
		if err != nil {
			return ImportState{}, err
		}
		out.Kept = append(out.Kept, RowChange{File: "people", Code: p.code, Name: p.name})
	}
	return out, nil
}

func (s *service) showImport(ctx context.Context, d importDoc) (ImportState, error) {
	out := ImportState{Import: d.ID, At: d.At, Phase: d.Phase, Units: d.Units, People: d.People, Refused: d.Refused,
		KeptCount: len(d.KeptUnits) + len(d.KeptPeople), CanUndo: d.Planned && d.Phase == phaseDone}
	if out.Percent = 100; d.Phase == phaseWriting || d.Phase == phaseUndoing {
		out.Percent = 100 * d.Done / max(1, d.Units+d.People)
	}
	for state, n := range map[string]*int{doubtOpen: &out.Waiting, doubtSame: &out.Decided, doubtOther: &out.Decided} {
		in, err := s.doubts.Count(ctx, readmodel.Query{Index: "import", Equal: []any{d.ID, state}})
		if err != nil {
			return out, err
		}
		*n += in
	}
	who, found, err := s.people.Get(ctx, d.By)
	if err != nil || !found {
		return out, err
	}
	out.By, err = s.revealOne(ctx, who.ID, "name", who.Name)
	return out, err
}

// remember keeps the columns that somebody chose for the headings of a file.
func (s *service) remember(ctx context.Context, p *plan, f ImportFiles) error {
	root, err := s.organisation(ctx)
	if err != nil {
		return err
	}
	for t, file := range map[*table]*ImportFile{p.units: f.UnitsFile, p.people: f.PeopleFile} {
		if file == nil || file.Columns == nil || t.refused {
			continue
		}
		fact := events.MappingChosen{Organisation: root, Signature: t.head.signature(t.file), File: t.file, Columns: t.reading().Columns}
		if _, err := host.Do(ctx, s.d, chooseMapping{fact}); err != nil {
			return err
		}
	}
	return nil
}

// remembered is what was chosen last for a header by the organisation of whoever asks; nil for nothing.
func (s *service) remembered(ctx context.Context, signature string) (map[string]string, error) {
	root, err := s.organisation(ctx)
	if err != nil {
		return nil, err
	}
	d, _, err := s.chosen.Get(ctx, mappingID(root, signature))
	return d.Columns, err
}

// organisation is the root of the units in which whoever asks works; "all" when there is none.
func (s *service) organisation(ctx context.Context) (string, error) {
	who, _, err := s.people.Get(ctx, rpc.From(ctx).Identity.Person)
	at := who.Unit
	for range 50 { // deeper than any tree
		u, found, err2 := s.units.Get(ctx, at)
		if err != nil || err2 != nil || !found || u.Parent == "" {
			break
		}
		at = u.Parent
	}
	if at == "" {
		at = "all"
	}
	return at, err
}
