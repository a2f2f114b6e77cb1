package quiz

import (
	"cmp"
	"slices"

	"khuevan/events"
)

// ImportItemsRequest carries questions in the Markdown of content/README.md.
type ImportItemsRequest struct {
	Course   string `json:"course"`
	Markdown string `json:"markdown"`
	DryRun   bool   `json:"dry_run,omitempty"`
}

// ImportReport tells what an import did or would do.
type ImportReport struct {
	Seq      uint64        `json:"seq,omitempty"`
	New      int           `json:"new"`
	Changed  int           `json:"changed"`
	Same     int           `json:"same"`
	Problems []ItemProblem `json:"problems,omitempty"` // questions left out
}

// ItemProblem is a question that cannot be read, with the remedy.
type ItemProblem struct {
	Line int    `json:"line"`
	Item string `json:"item,omitempty"`
	Vi   string `json:"vi"`
	En   string `json:"en"`
}

// ListItemsRequest names a course.
type ListItemsRequest struct {
	Course string `json:"course"`
	After  uint64 `json:"after,omitempty"`
}

// Item is the newest version of a question, as trainers see it.
type Item struct {
	Item       string          `json:"item"`
	Version    int             `json:"version"`
	Kind       string          `json:"kind"`
	Stem       string          `json:"stem"`
	Choices    []events.Choice `json:"choices"`
	Tags       []string        `json:"tags,omitempty"`
	Difficulty float64         `json:"difficulty"`
}

// sort orders the problems by line.
func (r *ImportReport) sort() {
	slices.SortStableFunc(r.Problems, func(a, b ItemProblem) int { return cmp.Compare(a.Line, b.Line) })
}
