package catalog

import (
	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// offer is what the commands of a course are decided on: its latest version.
type offer struct {
	version   int
	digest    string
	withdrawn bool
}

// Evolve implements eventsource.State.
func (o offer) Evolve(e eventsource.Event) offer {
	switch e := e.(type) {
	case events.CoursePublished:
		return offer{version: e.Version, digest: e.Digest}
	case events.CourseWithdrawn:
		o.withdrawn = true
	}
	return o
}

func stream(course string) string { return "catalog.course." + course }

// publish offers a course with this content; Version is not set yet.
type publish struct{ Content events.CoursePublished }

// Stream implements eventsource.Command.
func (c publish) Stream() string { return stream(c.Content.Course) }

// Decide implements eventsource.Command.
func (c publish) Decide(o offer) ([]eventsource.Event, error) {
	e := c.Content
	e.Version = o.version + 1
	if o.version > 0 && o.digest == e.Digest {
		if !o.withdrawn {
			return nil, nil
		}
		e.Version = o.version
	}
	return []eventsource.Event{e}, nil
}

// withdraw takes a course out of the offer.
type withdraw struct{ Course string }

// Stream implements eventsource.Command.
func (c withdraw) Stream() string { return stream(c.Course) }

// Decide implements eventsource.Command.
func (c withdraw) Decide(o offer) ([]eventsource.Event, error) {
	if o.version == 0 {
		return nil, unknown(c.Course)
	}
	if o.withdrawn {
		return nil, nil
	}
	return []eventsource.Event{events.CourseWithdrawn{Course: c.Course}}, nil
}

func unknown(course string) *fault.Error {
	return fault.Newf(fault.NotFound, "Không có khóa học “%s”.", "There is no course “%s”.", course)
}

func unknownVersion(course string, version int) *fault.Error {
	return fault.Newf(fault.NotFound, "Khóa học “%s” không có phiên bản %d.", "The course “%s” has no version %d.", course, version)
}
