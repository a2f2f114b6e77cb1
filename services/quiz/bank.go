package quiz

import (
	"context"
	"fmt"
	"sync"

	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/host"
)

// stock keeps in memory what attempts need of the banks, so that ten thousand starts at once do not read the bank ten
// thousand times. Versions never change and need no care; what can be drawn is read again when the bank has changed.
type stock struct {
	deps host.Deps
	view bankView

	mu       sync.Mutex
	shelves  map[string]*shelf             // by course; as many as courses with a quiz
	versions map[string]events.ItemWritten // by versionKey, at most maxVersions
}

// shelf is what can be drawn of a course, as the projection had it at a position.
type shelf struct {
	mu       sync.Mutex
	position uint64
	changed  uint64
	items    []Drawable
}

// maxVersions bounds the item versions in memory; the largest bank fits twice.
const maxVersions = 10000

func newStock(d host.Deps, v bankView) *stock {
	return &stock{deps: d, view: v, shelves: map[string]*shelf{}, versions: map[string]events.ItemWritten{}}
}

// drawable gives the live versions of a course's items. The course must have a quiz. The result is shared: not to be changed.
func (s *stock) drawable(ctx context.Context, course string) ([]Drawable, error) {
	sh := s.shelf(course)
	sh.mu.Lock() // others wait here while one reads
	defer sh.mu.Unlock()
	position := s.view.projection.Position()
	if sh.items != nil && sh.position == position {
		return sh.items, nil
	}
	bank, _, err := s.view.courses.Get(ctx, course)
	if err != nil {
		return nil, err
	}
	if sh.items == nil || sh.changed != bank.Changed {
		items := []Drawable{}
		err := s.view.each(ctx, course, func(d itemDoc) error {
			if !d.drawn() {
				return nil
			}
			live, err := s.live(ctx, d)
			items = append(items, drawableOf(live))
			return err
		})
		if err != nil {
			return nil, err
		}
		sh.items, sh.changed = items, bank.Changed
	}
	sh.position = position
	return sh.items, nil
}

func (s *stock) shelf(course string) *shelf {
	s.mu.Lock()
	defer s.mu.Unlock()
	sh, ok := s.shelves[course]
	if !ok {
		sh = &shelf{}
		s.shelves[course] = sh
	}
	return sh
}

// topicTag is the place of the topic among the tags; the competency stands before it.
const topicTag = 1

func drawableOf(e events.ItemWritten) Drawable {
	f := item.FormOf(e.ItemContent)
	d := Drawable{Item: e.Item, Version: e.Version, Kind: e.Kind, Tags: e.Tags, Difficulty: e.Difficulty, Choices: f.Choices, Rows: f.Rows, Unshuffled: e.Unshuffled}
	if len(e.Tags) > topicTag {
		d.Topic = e.Tags[topicTag]
	}
	return d
}

// live gives the version of an item that is drawn.
func (s *stock) live(ctx context.Context, d itemDoc) (events.ItemWritten, error) {
	if d.Live == d.Version {
		return d.ItemWritten, nil
	}
	return s.version(ctx, versionKey(d.Course, d.Item, d.Live), d.Seq)
}

// written gives the item versions of an attempt, in its order. They were written before the attempt's first fact, at seq.
func (s *stock) written(ctx context.Context, course string, drawn []events.DrawnItem, seq uint64) ([]events.ItemWritten, error) {
	all := make([]events.ItemWritten, len(drawn))
	for i, d := range drawn {
		e, err := s.version(ctx, versionKey(course, d.Item, d.Version), seq)
		if err != nil {
			return nil, err
		}
		all[i] = e
	}
	return all, nil
}

func (s *stock) version(ctx context.Context, key string, seq uint64) (events.ItemWritten, error) {
	s.mu.Lock()
	e, found := s.versions[key]
	s.mu.Unlock()
	if found {
		return e, nil
	}
	e, found, err := s.view.versions.Get(ctx, key)
	if err == nil && !found {
		if err = s.deps.AwaitFor(ctx, s.view.projection, seq); err == nil { // another process drew it and is ahead of this one
			e, found, err = s.view.versions.Get(ctx, key)
		}
	}
	if err != nil {
		return e, err
	}
	if !found {
		return e, fmt.Errorf("item version %s was drawn but is not in the bank", key)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.versions) >= maxVersions {
		clear(s.versions)
	}
	s.versions[key] = e
	return e, nil
}
