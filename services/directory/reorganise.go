package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"khuevan/events"
	"khuevan/organisation"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
	"khuevan/platform/sheet"
)

// Kinds of steps, see Step.How.
const (
	stepEstablish = "establish"
	stepRename    = "rename"
	stepMove      = "move"
	stepMerge     = "merge"
	stepSplit     = "split"
	stepDissolve  = "dissolve"
)

// planStep writes a step down as facts, in the order in which they are to be recorded; id names it. It only sees to it that
// the step is well formed: whether it fits the units of its day is for organisation.Structure.Check.
func planStep(id string, s Step) ([]events.Event, error) {
	if _, err := time.Parse(time.DateOnly, s.On); err != nil {
		return nil, fault.New(fault.Invalid, "Ngày hiệu lực không hợp lệ.", "The day is not valid.").
			With("on", "Ngày viết theo dạng năm-tháng-ngày, ví dụ 2025-07-01.", "Write it year-month-day, for example 2025-07-01.")
	}
	var facts []events.Event
	into := slices.Clone(s.Into)
	for i, n := range s.New {
		e := events.UnitEstablished{Unit: newUnitID(id, i), Code: strings.ToUpper(sheet.Clean(n.Code)), Name: sheet.Clean(n.Name), Kind: sheet.Clean(n.Kind), Parent: n.Parent, On: s.On, Step: id}
		if err := checkNaming(e.Code, e.Name, e.Kind, true); err != nil {
			return nil, err
		}
		facts, into = append(facts, e), append(into, e.Unit)
	}
	if len(s.New) > 0 && s.How != stepEstablish && s.How != stepMerge && s.How != stepSplit || len(s.Units) == 0 != (s.How == stepEstablish) {
		return nil, malformed()
	}
	for _, unit := range s.Units {
		e, err := s.fact(id, unit, into)
		if err != nil {
			return nil, err
		}
		facts = append(facts, e)
	}
	if len(facts) == 0 {
		return nil, malformed()
	}
	return facts, nil
}

func (s Step) fact(id, unit string, into []string) (events.Event, error) {
	switch s.How {
	case stepRename:
		e := events.UnitRenamed{Unit: unit, Name: sheet.Clean(s.Name), Code: strings.ToUpper(sheet.Clean(s.Code)), Kind: sheet.Clean(s.Kind), On: s.On, Step: id}
		if e.Name+e.Code+e.Kind == "" {
			return nil, fault.New(fault.Invalid, "Hãy nhập tên, mã hoặc loại mới.", "Enter a new name, code or kind.")
		}
		return e, checkNaming(e.Code, e.Name, e.Kind, false)
	case stepMove:
		return events.UnitMoved{Unit: unit, Parent: s.Parent, On: s.On, Step: id}, nil
	case stepMerge:
		return events.UnitEnded{Unit: unit, How: events.UnitMerged, Into: into, On: s.On, Step: id}, nil
	case stepSplit:
		return events.UnitEnded{Unit: unit, How: events.UnitSplit, Into: into, On: s.On, Step: id}, nil
	case stepDissolve:
		return events.UnitEnded{Unit: unit, How: events.UnitDissolved, On: s.On, Step: id}, nil
	default:
		return nil, malformed()
	}
}

func malformed() error {
	return fault.New(fault.Invalid, "Bước sắp xếp này không hợp lệ hoặc chưa chọn đơn vị.", "The step is not valid, or names no unit.")
}

func checkNaming(code, name, kind string, whole bool) error {
	why := fault.New(fault.Invalid, "Thông tin đơn vị chưa đúng.", "What is said of the unit is not right.")
	switch {
	case (whole || code != "") && !unitCode.MatchString(code):
		return why.With("code", "Mã gồm chữ không dấu, chữ số, dấu chấm và gạch ngang, dài 1 đến 40 ký tự.", "A code has plain letters, digits, dots and hyphens, 1 to 40 characters.")
	case whole && name == "" || utf8.RuneCountInString(name) > longest:
		return why.With("name", "Tên dài từ 1 đến 300 ký tự.", "A name has 1 to 300 characters.")
	case whole && kind == "" || utf8.RuneCountInString(kind) > 60:
		return why.With("kind", "Loại đơn vị dài từ 1 đến 60 ký tự, ví dụ commune.", "A kind has 1 to 60 characters, for example commune.")
	}
	return nil
}

// newUnitID gives the n-th new unit of a step the same id whenever the step is heldStep.
func newUnitID(step string, n int) string { return "u" + stepID(step+"/"+strconv.Itoa(n)) }

// stepID gives the same id for the same request, so that one that is sent again is the same step.
func stepID(request string) string {
	sum := sha256.Sum256([]byte(request))
	return hex.EncodeToString(sum[:])[:20]
}

// heldStep is a step held against the structure.
type heldStep struct {
	id     string
	facts  []events.Event
	before *organisation.Structure
	after  *organisation.Structure
}

// holdAgainst plans a step and checks it.
func (s *service) holdAgainst(ctx context.Context, id string, step Step) (heldStep, error) {
	facts, err := planStep(id, step)
	if err != nil {
		return heldStep{}, err
	}
	before, err := s.present(ctx)
	if err != nil {
		return heldStep{}, err
	}
	after, why := before.Check(s.asKnown(before, facts)...)
	if why != nil {
		return heldStep{}, fault.New(fault.Conflict, why.Vi, why.En)
	}
	return heldStep{id, facts, before, after}, nil
}

// present is the structure with everything that is recorded by now.
func (s *service) present(ctx context.Context) (*organisation.Structure, error) {
	if err := s.unitView.AwaitAll(ctx, s.d.Journal, readmodel.Present); err != nil {
		return nil, err
	}
	return s.structure(ctx)
}

// asKnown puts facts that are not recorded after all that are; what is recorded already is left out.
func (s *service) asKnown(in *organisation.Structure, facts []events.Event) []organisation.Known {
	const last = 1 << 62
	var all []organisation.Known
	for i, f := range facts {
		if !recorded(in, f) {
			all = append(all, organisation.Known{Seq: last + uint64(i), At: s.d.Clock.Now(), Fact: f}) //nolint:gosec // not negative
		}
	}
	return all
}

func recorded(in *organisation.Structure, f events.Event) bool {
	var u unit
	all, _ := in.Facts(unitIn(f))
	for _, k := range all {
		u = u.Evolve(k.Fact)
	}
	return u.told(f)
}

func unitIn(f events.Event) string {
	switch f := f.(type) {
	case events.UnitEstablished:
		return f.Unit
	case events.UnitRenamed:
		return f.Unit
	case events.UnitMoved:
		return f.Unit
	case events.UnitEnded:
		return f.Unit
	case events.UnitFactWithdrawn:
		return f.Unit
	default:
		return ""
	}
}

func (s *service) previewReorganise(ctx context.Context, req Step) (StepPreview, error) {
	t, err := s.holdAgainst(ctx, stepID(rpc.From(ctx).ID), req)
	if err != nil {
		return StepPreview{}, err
	}
	_, people, err := s.everybody(ctx, time.Time{})
	if err != nil {
		return StepPreview{}, err
	}
	out := StepPreview{Facts: len(t.facts), Units: []UnitChange{}}
	for _, f := range t.facts {
		out.Units = append(out.Units, t.change(unitIn(f), req.On))
	}
	for _, c := range people {
		was, ok := t.before.Place(c, req.On)
		is, _ := t.after.Place(c, req.On)
		switch {
		case !ok:
		case is.ToPlace && !was.ToPlace:
			out.ToPlace++
		case is.Unit != was.Unit:
			out.Carried++
		}
	}
	return out, nil
}

// change compares a unit before and after a step.
func (t heldStep) change(id, day string) UnitChange {
	was, _ := t.before.Unit(id, day)
	is, _ := t.after.Unit(id, day)
	c := UnitChange{Unit: id, Was: was.Name, Is: is.Name, Code: is.Code, Ended: is.Ended}
	for _, to := range is.Into {
		heir, _ := t.after.Unit(to, day)
		c.Into = append(c.Into, heir.Name)
	}
	if tree := t.after.On(day); is.Ended == "" {
		if u, ok := tree.Unit(id); ok {
			parent, _ := tree.Unit(u.Parent)
			c.Parent = parent.Name
		}
	}
	return c
}

// reorganise records a step. It may be cut off anywhere: the same request then does the rest.
func (s *service) reorganise(ctx context.Context, req Step) (StepDone, error) {
	s.importing.Lock()
	defer s.importing.Unlock()
	return s.reorganiseAs(ctx, stepID(rpc.From(ctx).ID), req)
}

func (s *service) reorganiseAs(ctx context.Context, id string, step Step) (StepDone, error) {
	t, err := s.holdAgainst(ctx, id, step)
	if err != nil {
		return StepDone{}, err
	}
	done := StepDone{Step: id, New: []string{}}
	for _, f := range t.facts {
		seq, err := s.record(ctx, f)
		if err != nil {
			return done, err
		}
		done.Seq = max(done.Seq, seq)
		if e, ok := f.(events.UnitEstablished); ok {
			done.New = append(done.New, e.Unit)
		}
	}
	return done, s.shown(ctx, done.Seq)
}

// shown waits until everything that tells of units and places shows a fact.
func (s *service) shown(ctx context.Context, seq uint64) error {
	for _, p := range s.projections() {
		if err := s.d.Await(ctx, p, seq); err != nil {
			return err
		}
	}
	return nil
}

func (s *service) record(ctx context.Context, f events.Event) (uint64, error) {
	var seq uint64
	var err error
	switch f := f.(type) {
	case events.UnitEstablished:
		out, failed := host.Do(ctx, s.d, EstablishUnit{Unit: f.Unit, Code: f.Code, Name: f.Name, Kind: f.Kind, Parent: f.Parent, On: f.On, Step: f.Step})
		seq, err = out.Seq, failed
	case events.UnitRenamed:
		out, failed := host.Do(ctx, s.d, RenameUnit{f})
		seq, err = out.Seq, failed
	case events.UnitMoved:
		out, failed := host.Do(ctx, s.d, MoveUnit{f})
		seq, err = out.Seq, failed
	case events.UnitEnded:
		out, failed := host.Do(ctx, s.d, EndUnit{f})
		seq, err = out.Seq, failed
	}
	return seq, err
}

// withdraw undoes a step, or one fact of a unit.
func (s *service) withdraw(ctx context.Context, req WithdrawRequest) (rpc.Receipt, error) {
	s.importing.Lock()
	defer s.importing.Unlock()
	before, err := s.present(ctx)
	if err != nil {
		return rpc.Receipt{}, err
	}
	wrong := toWithdraw(before, req)
	if len(wrong) == 0 {
		return rpc.Receipt{}, fault.New(fault.NotFound, "Không có thay đổi này, hoặc đã được thu hồi.", "There is no such change, or it was withdrawn already.")
	}
	var facts []events.Event
	for _, w := range wrong {
		for _, seq := range w.Facts {
			facts = append(facts, events.UnitFactWithdrawn{Unit: w.Unit, Fact: seq})
		}
	}
	after, why := before.Check(s.asKnown(before, facts)...)
	if why != nil {
		return rpc.Receipt{}, fault.New(fault.Conflict, why.Vi, why.En)
	}
	if err := s.leavesNobody(ctx, before, after, wrong); err != nil {
		return rpc.Receipt{}, err
	}
	var done rpc.Receipt
	for _, w := range wrong {
		out, err := host.Do(ctx, s.d, w)
		if err != nil {
			return done, err
		}
		done.Seq = max(done.Seq, out.Seq)
	}
	return done, s.shown(ctx, done.Seq)
}

// toWithdraw finds the facts of a step that hold, or the one fact; what ended units before what was established for them.
func toWithdraw(s *organisation.Structure, req WithdrawRequest) []WithdrawUnitFacts {
	var all []WithdrawUnitFacts
	for _, id := range s.IDs() {
		facts, holds := s.Facts(id)
		w := WithdrawUnitFacts{Unit: id}
		for _, k := range facts {
			named := req.Step != "" && stepOf(k.Fact) == req.Step || req.Fact != 0 && k.Seq == req.Fact
			if named && holds[k.Seq] {
				w.Facts = append(w.Facts, k.Seq)
			}
		}
		if len(w.Facts) > 0 {
			all = append(all, w)
		}
	}
	slices.SortStableFunc(all, func(a, b WithdrawUnitFacts) int { return int(b.Facts[0]) - int(a.Facts[0]) }) //nolint:gosec // sequences
	return all
}

func stepOf(e events.Event) string {
	switch e := e.(type) {
	case events.UnitEstablished:
		return e.Step
	case events.UnitRenamed:
		return e.Step
	case events.UnitMoved:
		return e.Step
	case events.UnitEnded:
		return e.Step
	default:
		return ""
	}
}

// leavesNobody refuses to make a unit vanish to which people belong by facts of their own.
func (s *service) leavesNobody(ctx context.Context, before, after *organisation.Structure, wrong []WithdrawUnitFacts) error {
	gone := map[string]bool{}
	for _, w := range wrong {
		gone[w.Unit] = len(before.States(w.Unit)) > 0 && len(after.States(w.Unit)) == 0
	}
	_, people, err := s.everybody(ctx, time.Time{})
	if err != nil {
		return err
	}
	for _, c := range people {
		for _, m := range c.Memberships {
			if gone[m.Unit] {
				return fault.New(fault.Conflict, "Đã có cán bộ được bố trí vào đơn vị mới thành lập. Hãy điều chuyển họ trước khi thu hồi.",
					"People were placed in the new unit by now. Transfer them before you withdraw it.")
			}
		}
	}
	return nil
}
