package quiz

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods of trainers who correct a key.
var (
	PreviewRemark = rpc.Query[RemarkRequest, RemarkPreview]("quiz.preview-remark", "Shows whose marks and results change when attempts are marked by another version's keys.", events.RoleTrainer).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer))
	ConfirmRemark = rpc.Command[ConfirmRemarkRequest, RemarkDone]("quiz.confirm-remark", "Marks attempts anew as the preview showed; certificates stay as they were issued.", events.RoleTrainer).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer))
)

// RemarkRequest names two versions of an item: attempts that drew From are marked by the keys of To.
type RemarkRequest struct {
	Course string `json:"course"`
	Item   string `json:"item"`
	From   int    `json:"from"`
	To     int    `json:"to"`
	After  uint64 `json:"after,omitempty"`
}

// RemarkPreview is what marking anew would do.
type RemarkPreview struct {
	RemarkRequest
	Digest   string         `json:"digest"`   // names exactly this preview
	Attempts int            `json:"attempts"` // that have the item in that version
	Changed  int            `json:"changed"`  // whose mark changes
	Kept     int            `json:"kept"`     // that cannot be marked anew: adaptive tests, answers that are no longer known
	ToPass   []RemarkChange `json:"to_pass"`
	ToFail   []RemarkChange `json:"to_fail"`
}

// RemarkChange is an attempt whose result changes.
type RemarkChange struct {
	Attempt string  `json:"attempt"`
	Person  string  `json:"person"`
	Period  int     `json:"period"`
	Was     float64 `json:"was"`
	Mark    float64 `json:"mark"`
}

// ConfirmRemarkRequest confirms a preview.
type ConfirmRemarkRequest struct {
	RemarkRequest
	Digest string `json:"digest"`
}

// RemarkDone tells what was done.
type RemarkDone struct {
	rpc.Receipt
	Attempts int `json:"attempts"`
	ToPass   int `json:"to_pass"`
	ToFail   int `json:"to_fail"`
}

// remarking is a planned re-marking with the attempts that it changes.
type remarking struct {
	preview  RemarkPreview
	from, to events.ItemWritten
	attempts []remarkAttempt
}

func (a api) previewRemark(ctx context.Context, req RemarkRequest) (RemarkPreview, error) {
	plan, err := a.planRemark(ctx, req)
	return plan.preview, err
}

func (a api) planRemark(ctx context.Context, req RemarkRequest) (remarking, error) {
	if err := a.awaitAll(ctx, req.After); err != nil {
		return remarking{}, err
	}
	plan := remarking{preview: RemarkPreview{RemarkRequest: req, ToPass: []RemarkChange{}, ToFail: []RemarkChange{}}}
	plan.preview.After = 0
	var err error
	if plan.from, err = a.versionOf(ctx, req.Course, req.Item, req.From); err != nil {
		return plan, err
	}
	if plan.to, err = a.versionOf(ctx, req.Course, req.Item, req.To); err != nil {
		return plan, err
	}
	if err := checkRemark(plan.from, plan.to); err != nil {
		return plan, err
	}
	err = a.attempts.attempts.Each(ctx, readmodel.Query{Index: "course", Equal: []any{req.Course, stateClosed}}, func(d attemptDoc) error {
		return a.planOne(ctx, &plan, d)
	})
	if err != nil {
		return plan, err
	}
	text, err := json.Marshal(plan.preview)
	if err != nil {
		return plan, err
	}
	sum := sha256.Sum256(text)
	plan.preview.Digest = hex.EncodeToString(sum[:])
	return plan, nil
}

// versionOf finds an approved version of an item.
func (a api) versionOf(ctx context.Context, course, item string, version int) (events.ItemWritten, error) {
	if !validID(course) || !validID(item) {
		return events.ItemWritten{}, errNoItem
	}
	history, err := a.Journal.Load(ctx, itemStream(course, item))
	if err != nil {
		return events.ItemWritten{}, err
	}
	var found events.ItemWritten
	approved := false
	for _, r := range history {
		switch e := r.Event.(type) {
		case events.ItemWritten:
			if e.Version == version && e.Course == course {
				found, approved = e, !e.Draft
			}
		case events.ItemApproved:
			approved = approved || e.Version == version
		}
	}
	switch {
	case found.Version == 0:
		return found, errNoItem
	case !approved:
		return found, fault.New(fault.Conflict, "Phiên bản này chưa được duyệt. Đáp án mới phải được người thứ hai duyệt trước khi chấm lại.",
			"This version is not approved. New keys need a second trainer's approval before attempts are marked anew.")
	}
	return found, nil
}

func (a api) planOne(ctx context.Context, plan *remarking, d attemptDoc) error {
	at := markOf(d.Marks, plan.from)
	if at < 0 {
		return nil
	}
	cmd := remarkAttempt{Attempt: d.Attempt, From: plan.from, To: plan.to}
	if len(d.Marks[at].Choice) == 0 {
		var err error
		if cmd.Given, err = a.answerIn(ctx, d.Attempt, plan.from.Item); err != nil {
			return err
		}
	}
	p := &plan.preview
	p.Attempts++
	_, mark, ok := remarked(d, plan.from, plan.to, cmd.Given)
	if !ok {
		p.Kept++
		return nil
	}
	plan.attempts = append(plan.attempts, cmd)
	if mark != d.Mark {
		p.Changed++
	}
	change := RemarkChange{Attempt: d.Attempt, Person: d.Person, Period: d.Period, Was: d.Mark, Mark: mark}
	switch passes := mark >= d.Pass; {
	case passes && !d.Passed:
		p.ToPass = append(p.ToPass, change)
	case !passes && d.Passed:
		p.ToFail = append(p.ToFail, change)
	}
	return nil
}

// answerIn reads the answer to an item from the attempt itself: marks do not hold what was typed, and those from before
// it was noted hold no answers at all. What can no longer be read is as if it was not known.
func (a api) answerIn(ctx context.Context, attempt, item string) ([]string, error) {
	at, err := a.load(ctx, attempt)
	if err != nil {
		return nil, err
	}
	i := at.find(item)
	if i < 0 {
		return nil, nil
	}
	if at.Answers[i].Text == "" {
		return at.Answers[i].Choice, nil
	}
	typed, err := a.open(ctx, at.Started.Person, at.Answers[i].Text)
	if errors.Is(err, keyring.ErrDestroyed) {
		return nil, nil
	}
	return typed, err
}

// confirmRemark does what the preview showed. When it breaks off, confirming again does the rest: each attempt is marked
// anew once.
func (a api) confirmRemark(ctx context.Context, req ConfirmRemarkRequest) (RemarkDone, error) {
	who, err := caller(ctx)
	if err != nil {
		return RemarkDone{}, err
	}
	if len(req.Digest) != hex.EncodedLen(sha256.Size) || !plainDevice(req.Digest) {
		return RemarkDone{}, errOtherPreview
	}
	begun, err := a.remarkOf(ctx, req.Digest)
	if err != nil {
		return RemarkDone{}, err
	}
	plan, err := a.planRemark(ctx, req.RemarkRequest)
	if err != nil {
		return RemarkDone{}, err
	}
	if begun.Remark == "" && plan.preview.Digest != req.Digest || begun.Remark != "" && !begun.asked(req.RemarkRequest) {
		return RemarkDone{}, errOtherPreview
	}
	p := plan.preview
	out, err := host.Do(ctx, a.Deps, decideRemark{events.RemarkDecided{Remark: req.Digest, Course: req.Course, Item: req.Item, From: req.From, To: req.To,
		Attempts: len(plan.attempts), ToPass: len(p.ToPass), ToFail: len(p.ToFail), By: who, At: a.Clock.Now()}})
	if err != nil {
		return RemarkDone{}, err
	}
	if begun, err = a.remarkOf(ctx, req.Digest); err != nil {
		return RemarkDone{}, err
	}
	done := RemarkDone{Receipt: rpc.Receipt{Seq: out.Seq}, Attempts: begun.Attempts, ToPass: begun.ToPass, ToFail: begun.ToFail}
	return done, host.All(ctx, plan.attempts, func(ctx context.Context, cmd remarkAttempt) error {
		cmd.Remark, cmd.At = req.Digest, a.Clock.Now()
		_, err := host.Do(ctx, a.Deps, cmd)
		return err
	})
}

func (a api) remarkOf(ctx context.Context, remark string) (remarkState, error) {
	history, err := a.Journal.Load(ctx, decideRemark{events.RemarkDecided{Remark: remark}}.Stream())
	return eventsource.Fold[remarkState](history), err
}

var errOtherPreview = fault.New(fault.Conflict, "Dữ liệu đã thay đổi từ lúc xem trước. Hãy xem trước lại rồi xác nhận.",
	"The data have changed since the preview. Look at the preview again and confirm that.")
