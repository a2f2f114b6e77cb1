package quiz

import (
	"context"
	"sync"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
)

// importItems takes over the questions of a file, many side by side, so that their appends share writes. Each is decided
// on its own stream: when the import breaks off, doing it again does the rest.
func (a api) importItems(ctx context.Context, req ImportItemsRequest) (ImportReport, error) {
	if !validID(req.Course) {
		return ImportReport{}, fault.New(fault.Invalid, "Mã khóa học không hợp lệ.", "The course's id is not valid.").
			With("course", "Ví dụ: attt-co-ban", "For example: attt-co-ban")
	}
	bank, problems := ParseMarkdown(req.Markdown)
	report := ImportReport{Problems: problems}
	places := make([]int, len(bank.Items))
	for i := range places {
		places[i] = i
	}
	var mu sync.Mutex
	err := host.All(ctx, places, func(ctx context.Context, i int) error {
		out, err := a.write(ctx, writeItem{Course: req.Course, Text: bank.Items[i]}, req.DryRun)
		mu.Lock()
		defer mu.Unlock()
		if fault.Is(err, fault.Conflict) {
			f := fault.Of(err)
			report.Problems = append(report.Problems, ItemProblem{Line: bank.lines[i], Item: bank.Items[i].Item, Vi: f.Vi, En: f.En})
			return nil
		}
		if err == nil {
			report.count(out)
		}
		return err
	})
	report.sort()
	return report, err
}

// write does the command, or only decides it.
func (a api) write(ctx context.Context, cmd writeItem, dry bool) (eventsource.Outcome, error) {
	if !dry {
		return host.Do(ctx, a.Deps, cmd)
	}
	history, err := a.Journal.Load(ctx, cmd.Stream())
	if err != nil {
		return eventsource.Outcome{}, err
	}
	decided, err := cmd.Decide(eventsource.Fold[itemState](history))
	return eventsource.Outcome{Events: decided}, err
}

func (r *ImportReport) count(out eventsource.Outcome) {
	r.Seq = max(r.Seq, out.Seq)
	if len(out.Events) == 0 {
		r.Same++
		return
	}
	if w, ok := out.Events[0].(events.ItemWritten); ok && w.Version == 1 {
		r.New++
	} else {
		r.Changed++
	}
}
