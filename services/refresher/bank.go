package refresher

import (
	"context"
	"strconv"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// bank is the items that a tap can answer, and what each version of a course teaches.
type bank struct {
	projection *readmodel.Projection
	versions   *readmodel.Collection[events.ItemWritten] // by versionKey; every version, also of items that are no longer drawn
	items      *readmodel.Collection[itemDoc]            // by itemKey
	courses    *readmodel.Collection[courseDoc]
}

// itemDoc is an item with the version that is drawn.
type itemDoc struct {
	Course  string `json:"course"`
	Item    string `json:"item"`
	Live    int    `json:"live"` // 0 for none
	Retired bool   `json:"retired,omitempty"`
}

// courseDoc is a course with the competencies of its versions.
type courseDoc struct {
	Course    string           `json:"course"`
	Title     events.Words     `json:"title"` // of the latest version
	Latest    int              `json:"latest"`
	Tags      map[int][]string `json:"tags"` // by version
	Withdrawn bool             `json:"withdrawn,omitempty"`
}

func newBank() bank {
	v := bank{
		versions: readmodel.NewCollection[events.ItemWritten]("versions"),
		items:    readmodel.NewCollection[itemDoc]("items"),
		courses:  readmodel.NewCollection[courseDoc]("courses"),
	}
	v.projection = readmodel.NewProjection("bank", 1, []string{"quiz.item", "catalog.course"}, v.apply, v.versions, v.items, v.courses)
	return v
}

func versionKey(course, item string, version int) string {
	return itemKey(course, item) + "_" + strconv.Itoa(version)
}

func (v bank) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.ItemWritten:
		if err := v.versions.Update(b, versionKey(e.Course, e.Item, e.Version), func(d *events.ItemWritten) { *d = e }); err != nil {
			return err
		}
		return v.change(b, e.Course, e.Item, func(d *itemDoc) {
			if !e.Draft {
				d.Live = e.Version
			}
		})
	case events.ItemApproved:
		return v.change(b, e.Course, e.Item, func(d *itemDoc) { d.Live = e.Version })
	case events.ItemRetired:
		return v.change(b, e.Course, e.Item, func(d *itemDoc) { d.Retired = true })
	case events.ItemRestored:
		return v.change(b, e.Course, e.Item, func(d *itemDoc) { d.Retired = false })
	case events.CoursePublished:
		return v.courses.Update(b, e.Course, func(d *courseDoc) {
			tags := map[int][]string{e.Version: e.Tags}
			for version, of := range d.Tags {
				tags[version] = of
			}
			*d = courseDoc{Course: e.Course, Title: e.Title, Latest: e.Version, Tags: tags}
		})
	case events.CourseWithdrawn:
		return v.courses.Update(b, e.Course, func(d *courseDoc) { d.Course, d.Withdrawn = e.Course, true })
	}
	return nil
}

func (v bank) change(b *readmodel.Batch, course, item string, fn func(*itemDoc)) error {
	return v.items.Update(b, itemKey(course, item), func(d *itemDoc) {
		d.Course, d.Item = course, item
		fn(d)
	})
}

// drawable gives what may be asked, by course.
func (v bank) drawable(ctx context.Context) (map[string][]drawable, error) {
	all := map[string][]drawable{}
	return all, v.items.Each(ctx, readmodel.Query{}, func(d itemDoc) error {
		if d.Live == 0 || d.Retired {
			return nil
		}
		w, _, err := v.versions.Get(ctx, versionKey(d.Course, d.Item, d.Live))
		if err != nil || !tapped(w.Kind) {
			return err
		}
		it := drawable{Course: d.Course, Item: d.Item, Version: d.Live, Kind: w.Kind, Tags: w.Tags, Unshuffled: w.Unshuffled}
		for _, c := range w.Choices {
			it.Choices = append(it.Choices, c.ID)
		}
		all[d.Course] = append(all[d.Course], it)
		return nil
	})
}
