package progress

import (
	"context"
	"strings"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

// completion is when a person completed a course last.
type completion struct {
	At      time.Time `json:"at"`
	Version int       `json:"version"`
}

// begun reports whether a lesson of the period was opened. What was begun goes on, whatever expires meanwhile.
func (c Course) begun() bool {
	for _, l := range c.Lessons {
		if !l.Started.IsZero() || !l.Completed.IsZero() {
			return true
		}
	}
	return false
}

// before are the courses that a person must complete before a period's lessons open: those that its course version
// requires, without what was completed in any version and has not expired.
func (v view) before(ctx context.Context, c Course, now time.Time) ([]string, error) {
	if c.begun() {
		return nil, nil
	}
	x, _, err := v.versions.Get(ctx, versionID(c.Course, c.Version))
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, course := range x.Requires {
		done, found, err := v.completions.Get(ctx, c.Person+"_"+course)
		if err != nil {
			return nil, err
		}
		was, _, err := v.versions.Get(ctx, versionID(course, done.Version))
		if err != nil {
			return nil, err
		}
		if !found || !clock.Holds(done.At, was.Months, now) {
			missing = append(missing, course)
		}
	}
	return missing, nil
}

// notYet refuses lessons that others must come before.
func notYet(missing []string) error {
	codes := strings.Join(missing, ", ")
	return fault.Newf(fault.Conflict, "Chưa mở được bài học: cần hoàn thành trước %s. Hãy xem trang của khóa học.",
		"The lessons are not open yet: complete %s first. See the page of the course.", codes)
}
