package certification

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"khuevan/events"
)

// pathway is a version of a programme, for the words of its certificate.
type pathway struct {
	Parts []events.ProgrammePart `json:"parts"`
	Again []events.ProgrammePart `json:"again,omitempty"`
}

// asked are the parts that a period asks for.
func (p pathway) asked(period int) []events.ProgrammePart {
	if period > 1 && len(p.Again) > 0 {
		return p.Again
	}
	return p.Parts
}

// filled is a place in a programme, and the course that filled it, in the version in which the person completed it.
type filled struct {
	by      courseVersion
	instead string // title of the course that stands there, where another was taken
}

// fulfil gives a completed programme what its certificate says of the courses that filled its places: their hours, summed, and
// the criteria.
func (s *service) fulfil(ctx context.Context, p *prospect) (obstacle, error) {
	if err := s.deps.AwaitFor(ctx, s.completions.Projection, p.done.Seq); err != nil {
		return "", err
	}
	path, _, err := s.particulars.pathways.Get(ctx, versionID(p.done.Subject, p.done.Version))
	if err != nil {
		return "", err
	}
	places := make([]map[string]filled, len(p.done.Parts)) // a course may stand in several parts
	for i, part := range p.done.Parts {
		places[i] = map[string]filled{}
		for place, course := range part.By {
			f, why, err := s.fill(ctx, p.done, place, course)
			if err != nil || why != "" {
				return why, err
			}
			places[i][place] = f
			p.version.Hours += f.by.Hours
		}
	}
	p.criteria = criteria(p.done, path, places)
	return "", nil
}

func (s *service) fill(ctx context.Context, done completion, place, course string) (f filled, why obstacle, err error) {
	taken, found, err := s.completions.last(ctx, done.Person, course, done.At)
	if err != nil || !found {
		return f, unknownVersion, err
	}
	if f.by, found, err = s.particulars.versions.Get(ctx, versionID(course, taken.Version)); err != nil || !found {
		return f, unknownVersion, err
	}
	if place == course {
		return f, "", nil
	}
	now, _, err := s.particulars.offers.Get(ctx, place)
	if err != nil {
		return f, "", err
	}
	asked, _, err := s.particulars.versions.Get(ctx, versionID(place, now.Version))
	f.instead = cmp.Or(asked.Title.Vi, place)
	return f, "", err
}

// criteria says which parts of a programme held, and which courses filled them.
func criteria(done completion, path pathway, places []map[string]filled) string {
	var all strings.Builder
	fmt.Fprintf(&all, "Hoàn thành đủ các phần mà phiên bản %d của chương trình yêu cầu.", done.Version)
	for i, held := range done.Parts {
		part := events.ProgrammePart{ID: held.Part}
		if at := slices.IndexFunc(path.asked(done.Period), func(p events.ProgrammePart) bool { return p.ID == held.Part }); at >= 0 {
			part = path.asked(done.Period)[at]
		}
		var courses []string
		for _, place := range placesOf(part, held) {
			courses = append(courses, places[i][place].words())
		}
		fmt.Fprintf(&all, " %d) %s: %s.", i+1, cmp.Or(part.Title.Vi, part.ID), strings.Join(courses, "; "))
	}
	return all.String()
}

func (f filled) words() string {
	what := f.by.Title.Vi + " (" + strconv.Itoa(f.by.Hours) + " tiết)"
	if f.instead != "" {
		what += ", tính thay cho “" + f.instead + "”"
	}
	return what
}

// placesOf are the places of a part that were filled, in the order of the part.
func placesOf(part events.ProgrammePart, held events.PartCompleted) []string {
	order := func(place string) int {
		return slices.IndexFunc(part.Courses, func(c events.ProgrammeCourse) bool { return c.Course == place })
	}
	return slices.SortedFunc(maps.Keys(held.By), func(a, b string) int { return cmp.Or(cmp.Compare(order(a), order(b)), cmp.Compare(a, b)) })
}
