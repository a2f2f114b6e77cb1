package portal

import (
	"sync"
	"time"

	"khuevan/services/catalog"
)

// versions remembers course versions with all their lessons for a moment: a version never changes, and whether the course
// was withdrawn meanwhile changes nothing for those in it.
type versions struct {
	mu   sync.Mutex
	seen map[catalog.GetCourseRequest]rememberedCourse
}

type rememberedCourse struct {
	course catalog.Course
	until  time.Time
}

const mostVersions = 64 // at a time; beyond them they are asked for anew

func newVersions() *versions {
	return &versions{seen: map[catalog.GetCourseRequest]rememberedCourse{}}
}

// course gives a version of a course, 0 the latest, which is always asked for. The result is shared: not to be changed.
func (v *view) course(course string, version int) (catalog.Course, error) {
	all, now := v.p.versions, v.p.d.Clock.Now()
	req := catalog.GetCourseRequest{Course: course, Version: version}
	all.mu.Lock()
	known, ok := all.seen[req]
	all.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.course, nil
	}
	got, err := catalog.GetCourse.Call(v.ctx(), v.p.d.RPC, req)
	if err != nil || version == 0 {
		return got, err
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	if len(all.seen) >= mostVersions {
		clear(all.seen)
	}
	all.seen[req] = rememberedCourse{course: got, until: now.Add(moment)}
	return got, nil
}
