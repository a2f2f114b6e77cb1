package events

import "time"

// ItemContent is what an author writes of a question. Which of its parts a question has follows from its kind:
//
//	single, multiple, true-false   Choices, the right ones marked as Key
//	matching                       Prompts, each with the choice that belongs to it; Choices may hold more than are used
//	ordering                       Choices in their right order
//	numeric, short-text            one Gap, not marked in the stem
//	cloze                          Gaps, where the stem says {{id}}
type ItemContent struct {
	Kind       string   `json:"kind"`
	Stem       string   `json:"stem"`                 // Markdown
	Choices    []Choice `json:"choices"`              // in the author's order
	Tags       []string `json:"tags,omitempty"`       // competency and topic
	Difficulty float64  `json:"difficulty"`           // the author's guess of the share who get it wrong, 0 to 1
	Language   string   `json:"language,omitempty"`   // "vi" where it does not say
	Scoring    string   `json:"scoring,omitempty"`    // rule of partial credit; the kind's own where it does not say
	Prompts    []Prompt `json:"prompts,omitempty"`    // in the author's order
	Gaps       []Gap    `json:"gaps,omitempty"`       // in the order of the stem
	Unshuffled bool     `json:"unshuffled,omitempty"` // choices are shown in the author's order
	Feedback   string   `json:"feedback,omitempty"`   // shown after marking, whatever was answered
}

// ItemWritten is an immutable version of a question. Stream quiz.item.<course>-<item>; versions count from 1.
type ItemWritten struct {
	Course  string `json:"course"` // whose bank it stands in
	Item    string `json:"item"`
	Version int    `json:"version"`
	ItemContent
	Draft  bool   `json:"draft,omitempty"`  // not drawn before it is approved; what ships with the platform is no draft
	Author string `json:"author,omitempty"` // person; "" for the platform
}

// Choice is one answer offered by an item.
type Choice struct {
	ID          string  `json:"id"` // "a", "b", … in the author's order
	Text        string  `json:"text"`
	Key         bool    `json:"key,omitempty"` // belongs to the right answer
	Explanation string  `json:"explanation,omitempty"`
	Weight      float64 `json:"weight,omitempty"` // share of the mark, −1 to 1; counts under the scoring "weights"
}

// Prompt is one side of a pair to be matched.
type Prompt struct {
	ID          string `json:"id"` // "1", "2", …
	Text        string `json:"text"`
	Match       string `json:"match"` // id of the choice that belongs to it
	Explanation string `json:"explanation,omitempty"`
}

// Gap is a place to be filled in.
type Gap struct {
	ID      string   `json:"id"`               // "1", "2", …
	Kind    string   `json:"kind"`             // choice, text, numeric
	Weight  float64  `json:"weight,omitempty"` // beside the other gaps; 1 where it does not say
	Choices []Choice `json:"choices,omitempty"`
	Answers []Answer `json:"answers,omitempty"`
	Exact   bool     `json:"exact,omitempty"` // of a text, upper and lower case differ
}

// Answer is one accepted content of a gap.
type Answer struct {
	Text        string  `json:"text,omitempty"`      // of a text gap
	Value       float64 `json:"value,omitempty"`     // of a numeric gap
	Tolerance   float64 `json:"tolerance,omitempty"` // right from Value − Tolerance to Value + Tolerance
	Share       float64 `json:"share,omitempty"`     // of the gap's mark, −1 to 1; 1 where it does not say
	Wrong       bool    `json:"wrong,omitempty"`     // earns nothing; it is there for its explanation
	Explanation string  `json:"explanation,omitempty"`
}

// EventType implements Event.
func (ItemWritten) EventType() string { return "quiz.item-written.v1" }

// ItemSubmitted asks another trainer to look at the newest version of an item.
type ItemSubmitted struct {
	Course  string    `json:"course"`
	Item    string    `json:"item"`
	Version int       `json:"version"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (ItemSubmitted) EventType() string { return "quiz.item-submitted.v1" }

// ItemApproved makes a version the one that is drawn.
type ItemApproved struct {
	Course  string    `json:"course"`
	Item    string    `json:"item"`
	Version int       `json:"version"`
	By      string    `json:"by"` // not the author
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (ItemApproved) EventType() string { return "quiz.item-approved.v1" }

// ItemReturned sends a version back to its author.
type ItemReturned struct {
	Course  string    `json:"course"`
	Item    string    `json:"item"`
	Version int       `json:"version"`
	By      string    `json:"by"`
	Remark  string    `json:"remark"` // about the question, not about a person
	At      time.Time `json:"at"`
}

// EventType implements Event.
func (ItemReturned) EventType() string { return "quiz.item-returned.v1" }

// ItemRetired takes an item out of drawing; running attempts keep it.
type ItemRetired struct {
	Course string    `json:"course"`
	Item   string    `json:"item"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// EventType implements Event.
func (ItemRetired) EventType() string { return "quiz.item-retired.v1" }

// ItemRestored puts a retired item back as it was.
type ItemRestored struct {
	Course string    `json:"course"`
	Item   string    `json:"item"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// EventType implements Event.
func (ItemRestored) EventType() string { return "quiz.item-restored.v1" }

// PictureStored keeps a picture that questions show. Stream quiz.picture.<digest>.
type PictureStored struct {
	Digest string `json:"digest"` // SHA-256, hex
	Media  string `json:"media"`  // image/png, image/jpeg, image/gif
	Width  int    `json:"width"`  // pixels
	Height int    `json:"height"`
	Data   []byte `json:"data"`
}

// EventType implements Event.
func (PictureStored) EventType() string { return "quiz.picture-stored.v1" }
