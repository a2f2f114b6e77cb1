package quiz

import (
	"cmp"
	"context"
	"slices"

	"khuevan/events"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// ListExtraTime tells trainers who has more time than the rules give.
var ListExtraTime = rpc.Query[ListExtraTimeRequest, []ExtraTime]("quiz.list-extra-time", "Lists who is granted more time in a course's quiz.", events.RoleTrainer).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer))

// ListExtraTimeRequest names a course.
type ListExtraTimeRequest struct {
	Course string `json:"course"`
	After  uint64 `json:"after,omitempty"`
}

// ExtraTime is what a person is granted.
type ExtraTime struct {
	Person  string `json:"person"`
	Course  string `json:"course,omitempty"` // "" for all courses
	Percent int    `json:"percent"`
}

func (a api) listExtraTime(ctx context.Context, req ListExtraTimeRequest) ([]ExtraTime, error) {
	if err := a.Await(ctx, a.rules.projection, req.After); err != nil {
		return nil, err
	}
	all := []ExtraTime{}
	err := a.rules.accommodations.Each(ctx, readmodel.Query{}, func(d accommodationDoc) error {
		for course, percent := range d.Percent {
			if percent > 0 && (course == "" || course == req.Course) {
				all = append(all, ExtraTime{Person: d.Person, Course: course, Percent: percent})
			}
		}
		return nil
	})
	slices.SortFunc(all, func(x, y ExtraTime) int {
		return cmp.Or(cmp.Compare(x.Person, y.Person), cmp.Compare(x.Course, y.Course))
	})
	return all, err
}
