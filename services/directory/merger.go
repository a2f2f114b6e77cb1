package directory

import (
	"context"
	"encoding/csv"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// PlayMerger lets an administrator of the demo see what a merger of provinces does.
var PlayMerger = rpc.Command[rpc.Empty, MergerPlayed]("directory.play-merger", "Plays the shipped merger of three provinces; demo mode only.", events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleAdmin), rpc.Proved)

// MergedProvince is the code of the province that comes of it.
const MergedProvince = "SN-BN"

// MergerPlayed tells what the play did.
type MergerPlayed struct {
	Seq    uint64 `json:"seq"`
	Units  int    `json:"units"` // that there were before
	People int    `json:"people"`
	Steps  int    `json:"steps"`
}

// playMerger imports the provinces as they were and then takes the steps of the script, one after the other. It may be cut
// off anywhere: the next play does the rest.
func (s *service) playMerger(ctx context.Context, _ rpc.Empty) (MergerPlayed, error) {
	if !s.d.Demo {
		return MergerPlayed{}, fault.New(fault.Denied, "Kịch bản sáp nhập chỉ có ở chế độ trình diễn.", "The merger is played in demo mode only.")
	}
	files, steps, err := readMerger()
	if err != nil {
		return MergerPlayed{}, err
	}
	played := MergerPlayed{Steps: len(steps)}
	codes, err := s.codesNow(ctx)
	if err != nil {
		return played, err
	}
	if codes[steps[0].code] == "" { // not begun: afterwards the files say what is no more
		preview, err := s.previewImport(ctx, files)
		if err != nil {
			return played, err
		}
		done, err := s.confirmImport(ctx, ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest})
		if err != nil {
			return played, err
		}
		played.Units, played.People, played.Seq = done.Units.New, done.People.New, done.Seq
	}
	if err := s.serveSince(ctx, steps[0].on); err != nil {
		return played, err
	}
	s.importing.Lock()
	defer s.importing.Unlock()
	for i, row := range steps {
		if codes, err = s.codesNow(ctx); err != nil {
			return played, err
		}
		step, err := row.step(codes)
		if err != nil {
			return played, fmt.Errorf("merger script, line %d: %w", i+2, err)
		}
		// Each step is a request of its own: a stream takes one request once.
		id := stepID(fmt.Sprintf("merger %d", i))
		part := rpc.With(ctx, rpc.Request{ID: id, Identity: rpc.From(ctx).Identity})
		done, err := s.reorganiseAs(part, id, step)
		if err != nil {
			return played, fmt.Errorf("merger script, line %d: %w", i+2, err)
		}
		played.Seq = max(played.Seq, done.Seq)
	}
	return played, nil
}

// serveSince corrects when the people of the script began: they served before the day of the merger, not since an import.
func (s *service) serveSince(ctx context.Context, merger string) error {
	in, people, err := s.everybody(ctx, time.Time{})
	if err != nil {
		return err
	}
	var wrong []RestateMembership
	for id, c := range people {
		for _, m := range c.Memberships {
			states := in.States(m.Unit)
			if len(states) > 0 && strings.HasPrefix(states[0].Code, mergerCodes) && states[0].From < merger && m.From > merger {
				wrong = append(wrong, RestateMembership{Person: id, Membership: m.ID, Unit: m.Unit, Post: m.Post, Kind: m.Kind, On: states[0].From, Until: m.Until})
			}
		}
	}
	// A request of its own: the import has used up this one for the streams of these people.
	ctx = rpc.With(ctx, rpc.Request{ID: stepID("merger serve since " + rpc.From(ctx).ID), Identity: rpc.From(ctx).Identity})
	err = host.All(ctx, wrong, func(ctx context.Context, c RestateMembership) error {
		_, err := host.Do(ctx, s.d, c)
		return err
	})
	if err != nil {
		return err
	}
	return s.catchUp(ctx)
}

// mergerCodes begin the codes of the script's units.
const mergerCodes = "SN-"

// codesNow gives all units by code; of two with one code that which exists longest.
func (s *service) codesNow(ctx context.Context) (map[string]string, error) {
	in, err := s.present(ctx)
	if err != nil {
		return nil, err
	}
	codes := map[string]string{}
	for _, id := range in.IDs() {
		states := in.States(id)
		for _, u := range states {
			if other := codes[u.Code]; other == "" || states[len(states)-1].Ended == "" {
				codes[u.Code] = id
			}
		}
	}
	return codes, nil
}

// mergerRow is a row of the script: what happens, to which units, and what is new.
type mergerRow struct {
	on, how, code, name, kind, parent string
	units                             []string // codes
}

func readMerger() (ImportFiles, []mergerRow, error) {
	var f ImportFiles
	var script string
	for name, to := range map[string]*string{"units": &f.Units, "people": &f.People, "steps": &script} {
		text, err := fs.ReadFile(content.FS, "demo/merger-"+name+".csv")
		if err != nil {
			return f, nil, err
		}
		*to = string(text)
	}
	rows, err := csv.NewReader(strings.NewReader(script)).ReadAll()
	if err != nil {
		return f, nil, fmt.Errorf("merger script: %w", err)
	}
	var steps []mergerRow
	for _, r := range rows[1:] {
		steps = append(steps, mergerRow{on: r[0], how: r[1], units: strings.Fields(r[2]), code: r[3], name: r[4], kind: r[5], parent: r[6]})
	}
	return f, steps, nil
}

// step makes a row a step: a code that is not known yet is established by it.
func (r mergerRow) step(codes map[string]string) (Step, error) {
	s := Step{How: r.how, On: r.on}
	for _, code := range r.units {
		if codes[code] == "" {
			return s, fmt.Errorf("no unit %s", code)
		}
		s.Units = append(s.Units, codes[code])
	}
	if r.parent != "" && codes[r.parent] == "" {
		return s, fmt.Errorf("no unit %s", r.parent)
	}
	switch {
	case r.how == stepMove:
		s.Parent = codes[r.parent]
	case r.name != "": // new with this step, also when it was played before
		s.New = []NewUnit{{Code: r.code, Name: r.name, Kind: r.kind, Parent: codes[r.parent]}}
	case r.code != "":
		s.Into = []string{codes[r.code]}
	}
	return s, nil
}
