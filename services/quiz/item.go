package quiz

import (
	"regexp"
	"time"

	"khuevan/assessment/exchange"
	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// maxID bounds the ids of courses and items, in characters.
const maxID = 64

var plainID = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// validID reports whether an id may stand in the name of a stream.
func validID(id string) bool { return len(id) <= maxID && plainID.MatchString(id) }

// Stages of the newest version of an item.
const (
	StageDraft  = "draft"
	StageReview = "in-review"
	StageLive   = "live"
)

// itemState is an item as its facts tell it; Version 0 is none.
type itemState struct {
	Newest  events.ItemWritten
	Stage   string // of the newest version
	Live    int    // the version that is drawn, 0 for none
	Retired bool
}

func (s itemState) exists() bool { return s.Newest.Version > 0 }

// Evolve implements eventsource.State.
func (s itemState) Evolve(e eventsource.Event) itemState {
	switch e := e.(type) {
	case events.ItemWritten:
		s.Newest, s.Stage = e, StageDraft
		if !e.Draft {
			s.Stage, s.Live = StageLive, e.Version
		}
	case events.ItemSubmitted:
		s.Stage = StageReview
	case events.ItemReturned:
		s.Stage = StageDraft
	case events.ItemApproved:
		s.Stage, s.Live = StageLive, e.Version
	case events.ItemRetired:
		s.Retired = true
	case events.ItemRestored:
		s.Retired = false
	}
	return s
}

// itemKey names an item across courses. Hyphens stand in both parts, so two courses may arrive at one key; writeItem
// refuses the second.
func itemKey(course, item string) string { return course + "-" + item }

func itemStream(course, item string) string { return "quiz.item." + itemKey(course, item) }

// writeItem makes a content the newest version of an item.
type writeItem struct {
	Course, Item string
	Content      events.ItemContent
	Author       string          // person; "" for what ships with the platform, which needs no approval
	After        int             // the version that the author has seen, 0 for whatever there is
	New          bool            // the author means a question that is not there yet
	Format       exchange.Format // of the file that the content comes from; what it cannot say is kept
}

// Stream implements eventsource.Command.
func (c writeItem) Stream() string { return itemStream(c.Course, c.Item) }

// Decide implements eventsource.Command.
func (c writeItem) Decide(s itemState) ([]eventsource.Event, error) {
	if s.exists() && s.Newest.Course != c.Course {
		return nil, fault.Newf(fault.Conflict,
			"Mã câu hỏi này trùng với câu “%[2]s” của khóa học “%[1]s”. Hãy đặt mã khác.",
			"This id collides with the question “%[2]s” of the course “%[1]s”. Choose another id.", s.Newest.Course, s.Newest.Item)
	}
	if c.New && s.exists() {
		return nil, fault.New(fault.Conflict, "Mã câu hỏi này đã có trong ngân hàng. Hãy đặt mã khác, hoặc mở câu đó để sửa.",
			"The id is in the bank already. Choose another one, or open that question to change it.")
	}
	if s.exists() {
		c.Content = exchange.Kept(c.Format, s.Newest.ItemContent, c.Content)
	}
	if s.exists() && item.Same(s.Newest.ItemContent, c.Content) {
		if c.Author == "" && s.Live != s.Newest.Version { // what ships arrived earlier as somebody's draft
			return []eventsource.Event{events.ItemApproved{Course: c.Course, Item: c.Item, Version: s.Newest.Version}}, nil
		}
		return nil, nil
	}
	if c.After > 0 && c.After != s.Newest.Version {
		return nil, fault.New(fault.Conflict, "Câu hỏi vừa được người khác sửa. Hãy tải lại trang rồi sửa trên phiên bản mới.",
			"Somebody else has just changed the question. Load the page again and change the new version.")
	}
	content := c.Content
	content.Choices = append([]events.Choice{}, content.Choices...) // a fact has a list, also where it is empty
	return []eventsource.Event{events.ItemWritten{Course: c.Course, Item: c.Item, Version: s.Newest.Version + 1,
		ItemContent: content, Draft: c.Author != "", Author: c.Author}}, nil
}

// Steps that a trainer takes with an item.
const (
	StepSubmit  = "submit"
	StepApprove = "approve"
	StepReturn  = "return"
	StepRetire  = "retire"
	StepRestore = "restore"
)

// moveItem takes an item a step further.
type moveItem struct {
	Course, Item string
	Step         string
	Version      int // the version that was looked at
	By           string
	Remark       string
	At           time.Time
}

// Stream implements eventsource.Command.
func (c moveItem) Stream() string { return itemStream(c.Course, c.Item) }

// Decide implements eventsource.Command.
func (c moveItem) Decide(s itemState) ([]eventsource.Event, error) {
	if !s.exists() || s.Newest.Course != c.Course {
		return nil, errNoItem
	}
	if c.Version != s.Newest.Version {
		return nil, fault.New(fault.Conflict, "Câu hỏi đã có phiên bản mới hơn. Hãy tải lại trang và xem lại.", "The question has a newer version. Load the page again and look at it.")
	}
	switch c.Step {
	case StepSubmit:
		return c.submit(s)
	case StepApprove:
		return c.approve(s)
	case StepReturn:
		return c.giveBack(s)
	case StepRetire:
		if s.Retired {
			return nil, nil
		}
		return []eventsource.Event{events.ItemRetired{Course: c.Course, Item: c.Item, By: c.By, At: c.At}}, nil
	case StepRestore:
		if !s.Retired {
			return nil, nil
		}
		return []eventsource.Event{events.ItemRestored{Course: c.Course, Item: c.Item, By: c.By, At: c.At}}, nil
	}
	return nil, fault.New(fault.Invalid, "Không có bước này.", "There is no such step.")
}

func (c moveItem) submit(s itemState) ([]eventsource.Event, error) {
	if s.Stage != StageDraft {
		return nil, nil
	}
	return []eventsource.Event{events.ItemSubmitted{Course: c.Course, Item: c.Item, Version: c.Version, By: c.By, At: c.At}}, nil
}

func (c moveItem) approve(s itemState) ([]eventsource.Event, error) {
	switch {
	case s.Stage == StageLive:
		return nil, nil
	case s.Stage != StageReview:
		return nil, fault.New(fault.Conflict, "Câu hỏi chưa được gửi duyệt.", "The question was not handed in for review.")
	case s.Newest.Author == c.By:
		return nil, fault.New(fault.Denied, "Người duyệt phải khác người soạn. Hãy nhờ một người phụ trách đào tạo khác.",
			"The reviewer must be somebody other than the author. Ask another trainer.")
	}
	return []eventsource.Event{events.ItemApproved{Course: c.Course, Item: c.Item, Version: c.Version, By: c.By, At: c.At}}, nil
}

// maxRemark bounds what a reviewer writes, in bytes.
const maxRemark = 4000

func (c moveItem) giveBack(s itemState) ([]eventsource.Event, error) {
	switch {
	case s.Stage != StageReview:
		return nil, fault.New(fault.Conflict, "Câu hỏi không ở bước duyệt.", "The question is not in review.")
	case c.Remark == "" || len(c.Remark) > maxRemark:
		return nil, fault.New(fault.Invalid, "Hãy ghi lý do trả lại để người soạn biết cần sửa gì.", "Say why, so that the author knows what to change.").
			With("remark", "Từ 1 đến 4.000 ký tự", "1 to 4,000 characters")
	}
	return []eventsource.Event{events.ItemReturned{Course: c.Course, Item: c.Item, Version: c.Version, By: c.By, Remark: c.Remark, At: c.At}}, nil
}

var errNoItem = fault.New(fault.NotFound, "Không có câu hỏi này trong ngân hàng.", "There is no such question in the bank.")
