package quiz

import (
	"cmp"
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/rpc"
)

// ImportItemsRequest carries questions: Markdown as text, or a file of any format that assessment/exchange reads.
type ImportItemsRequest struct {
	Course   string `json:"course"`
	Markdown string `json:"markdown,omitempty"`
	Format   string `json:"format,omitempty"` // of Data; found from its name and content where it does not say
	Name     string `json:"name,omitempty"`   // of the file
	Data     []byte `json:"data,omitempty"`
	DryRun   bool   `json:"dry_run,omitempty"`
}

// ImportReport tells what an import did or would do.
type ImportReport struct {
	Seq      uint64        `json:"seq,omitempty"`
	Format   string        `json:"format"`
	New      int           `json:"new"`
	Changed  int           `json:"changed"`
	Same     int           `json:"same"`
	Pictures int           `json:"pictures,omitempty"`
	Draft    bool          `json:"draft,omitempty"`    // what is new waits for another trainer's approval
	Problems []ItemProblem `json:"problems,omitempty"` // questions left out
	Dropped  []ItemProblem `json:"dropped,omitempty"`  // features left out of questions that were taken
}

// ItemProblem is something that cannot be read, with the remedy.
type ItemProblem struct {
	Line int    `json:"line"`
	Item string `json:"item,omitempty"`
	Vi   string `json:"vi"`
	En   string `json:"en"`
}

// sort orders the problems by line.
func (r *ImportReport) sort() {
	byLine := func(a, b ItemProblem) int { return cmp.Compare(a.Line, b.Line) }
	slices.SortStableFunc(r.Problems, byLine)
	slices.SortStableFunc(r.Dropped, byLine)
}

// ExportItemsRequest names a bank and a format.
type ExportItemsRequest struct {
	Course string `json:"course"`
	Format string `json:"format"`
	Drafts bool   `json:"drafts,omitempty"` // the newest versions, approved or not; else the live ones
}

// ExportedItems is a file of questions, with keys.
type ExportedItems struct {
	Name    string        `json:"name"`
	Media   string        `json:"media"`
	Data    []byte        `json:"data"`
	Items   int           `json:"items"`              // in the bank
	Dropped []ItemProblem `json:"dropped,omitempty"`  // what the format cannot say of questions that it holds
	LeftOut []ItemProblem `json:"left_out,omitempty"` // questions that it cannot hold at all
}

// ListItemsRequest names a course, and what to show of its bank.
type ListItemsRequest struct {
	Course string `json:"course"`
	Stage  string `json:"stage,omitempty"` // draft, in-review, live, retired; all where it does not say
	Tag    string `json:"tag,omitempty"`
	Text   string `json:"text,omitempty"` // found in the id or the stem, whatever the case and the place of tone marks
	After  uint64 `json:"after,omitempty"`
}

// Item is the newest version of a question, as trainers see it.
type Item struct {
	Item    string `json:"item"`
	Version int    `json:"version"`
	events.ItemContent
	Stage   string    `json:"stage"` // of this version
	Live    int       `json:"live"`  // the version that is drawn, 0 for none
	Retired bool      `json:"retired,omitempty"`
	Remark  string    `json:"remark,omitempty"` // why a reviewer returned it
	Author  string    `json:"author,omitempty"` // person
	Changed time.Time `json:"changed"`
}

// GetItemRequest names an item.
type GetItemRequest struct {
	Course string `json:"course"`
	Item   string `json:"item"`
	After  uint64 `json:"after,omitempty"`
}

// ItemHistory is an item with all its versions, newest first.
type ItemHistory struct {
	Item
	Markdown string               `json:"markdown"` // the newest version, to be edited
	Versions []events.ItemWritten `json:"versions"`
}

// WriteItemRequest carries one question in our Markdown.
type WriteItemRequest struct {
	Course   string `json:"course"`
	Markdown string `json:"markdown"`
	Version  int    `json:"version,omitempty"` // that the author has seen; 0 for a new question
	DryRun   bool   `json:"dry_run,omitempty"`
}

// WrittenItem tells what became of a question.
type WrittenItem struct {
	rpc.Receipt
	Item     string             `json:"item"`
	Content  events.ItemContent `json:"content"`
	Problems []ItemProblem      `json:"problems,omitempty"` // why it was not written
}

// MoveItemRequest takes an item a step further.
type MoveItemRequest struct {
	Course  string `json:"course"`
	Item    string `json:"item"`
	Step    string `json:"step"` // submit, approve, return, retire, restore
	Version int    `json:"version"`
	Remark  string `json:"remark,omitempty"` // needed to return it
}
