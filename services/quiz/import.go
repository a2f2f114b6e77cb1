package quiz

import (
	"context"
	"sync"

	"khuevan/assessment/exchange"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
)

var errCourseID = fault.New(fault.Invalid, "Mã khóa học không hợp lệ.", "The course's id is not valid.").
	With("course", "Ví dụ: attt-co-ban", "For example: attt-co-ban")

// importItems takes over the questions of a file, many side by side, so that their appends share writes. Each is decided
// on its own stream: when the import breaks off, doing it again does the rest.
func (a api) importItems(ctx context.Context, req ImportItemsRequest) (ImportReport, error) {
	if !validID(req.Course) {
		return ImportReport{}, errCourseID
	}
	who, err := a.importer(ctx, req)
	if err != nil {
		return ImportReport{}, err
	}
	file, format, err := req.read()
	if err != nil {
		return ImportReport{}, err
	}
	report := ImportReport{Format: string(format), Pictures: len(file.Pictures), Problems: problems(file.Notes, false), Dropped: problems(file.Notes, true), Draft: who != ""}
	if !req.DryRun {
		if err := a.keepPictures(ctx, file.Pictures); err != nil {
			return ImportReport{}, err
		}
	}
	var mu sync.Mutex
	err = host.All(ctx, file.Questions, func(ctx context.Context, q exchange.Question) error {
		out, err := a.write(ctx, writeItem{Course: req.Course, Item: q.ID, Content: q.Content, Author: who, Format: format}, req.DryRun)
		mu.Lock()
		defer mu.Unlock()
		if fault.Is(err, fault.Conflict) {
			f := fault.Of(err)
			report.Problems = append(report.Problems, ItemProblem{Line: q.Line, Item: q.ID, Vi: f.Vi, En: f.En})
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

// importer is the author of what is imported: nobody of what ships with the platform, whoever asks for it; else the caller.
func (a api) importer(ctx context.Context, req ImportItemsRequest) (string, error) {
	if req.Markdown != "" && a.shipped != nil && req.Markdown == a.shipped(req.Course) {
		return "", nil
	}
	return caller(ctx)
}

// read finds the format of what was sent, and its questions.
func (r ImportItemsRequest) read() (exchange.File, exchange.Format, error) {
	if r.Markdown != "" {
		return exchange.Read(exchange.Markdown, []byte(r.Markdown)), exchange.Markdown, nil
	}
	format := exchange.Format(r.Format)
	if r.Format == "" {
		var known bool
		if format, known = exchange.Detect(r.Name, r.Data); !known {
			return exchange.File{}, "", fault.New(fault.Invalid,
				"Không nhận ra định dạng của tệp. Hệ thống đọc Markdown, GIFT, Aiken, Moodle XML và QTI 2.1, 3.0.",
				"The format of the file is not known. Markdown, GIFT, Aiken, Moodle XML and QTI 2.1, 3.0 are read.").With("format", "Chọn định dạng", "Choose the format")
		}
	}
	if len(r.Data) == 0 {
		return exchange.File{}, "", fault.New(fault.Invalid, "Tệp rỗng.", "The file is empty.").With("data", "Chọn tệp câu hỏi", "Choose a file of questions")
	}
	return exchange.Read(format, r.Data), format, nil
}

func (a api) keepPictures(ctx context.Context, pictures []exchange.Picture) error {
	for _, p := range pictures {
		checked, err := readPicture(p.Data)
		if err != nil {
			return err
		}
		if _, err := host.Do(ctx, a.Deps, storePicture{checked}); err != nil {
			return err
		}
	}
	return nil
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
