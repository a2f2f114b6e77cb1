package certification

import (
	"context"
	"reflect"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/readmodel"
)

// twice hands facts to a projection, each of them two times, and ends.
type twice []eventsource.Recorded

func (f twice) Read(_ context.Context, _ uint64, _ []string, fn func([]eventsource.Recorded) error) error {
	for _, r := range f {
		if err := fn([]eventsource.Recorded{r, r}); err != nil {
			return err
		}
	}
	return nil
}

func (f twice) Head(context.Context, []string) (uint64, error) { return uint64(len(f)), nil }

func project(t *testing.T, p *readmodel.Projection, story ...eventsource.Event) {
	t.Helper()
	var facts twice
	for i, e := range story {
		facts = append(facts, eventsource.Recorded{Seq: uint64(i + 1), Fact: eventsource.Fact{Event: e, Meta: eventsource.Meta{Time: completed}}})
	}
	store := readmodel.NewMemory()
	for range 2 { // a second process starts where the first ended, and finds all done
		if err := p.Open(t.Context(), store, "certification"); err != nil {
			t.Fatal(err)
		}
		if err := p.Run(t.Context(), facts); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCertificatesAreFoundByNumberAndByPersonNewestFirst(t *testing.T) {
	first, second, other := specimen(), specimen(), specimen()
	second.Certificate, second.Code, second.Issued = "lan_attt_2", "KV-2027-0000-1111-ZZZZ", first.Issued.AddDate(1, 0, 0)
	other.Certificate, other.Code, other.Person = "mai_attt_1", "KV-2026-0000-0000-0002", "mai"
	c := newCertificates()
	project(t, c.Projection, first, other, second)
	for typed, want := range map[string]string{
		"KV-2026-7QX2-M9TR-04WD": "lan_attt_1", "kv2o27 oooo-iill zzzz": "lan_attt_2", "KV-2026-0000-0000-0002": "mai_attt_1",
		"KV-2026-0000-0000-0003": "", "": "", "KV": "",
	} {
		d, found, err := c.byCode(t.Context(), typed)
		if err != nil || found != (want != "") || d.Certificate != want {
			t.Errorf("%q: %s, %v, %v; want %s", typed, d.Certificate, found, err, want)
		}
	}
	var mine []string
	err := c.ofPerson(t.Context(), "lan", func(d record) error { mine = append(mine, d.Certificate); return nil })
	if err != nil || !reflect.DeepEqual(mine, []string{"lan_attt_2", "lan_attt_1"}) {
		t.Errorf("Lan's: %v, %v", mine, err)
	}
}

func TestParticularsKeepNamesPostsUnitsAndVersions(t *testing.T) {
	p := newParticulars()
	project(t, p.Projection,
		events.UnitEstablished{Unit: "so", Name: "Sở (giả định)", On: "2025-07-01"},
		events.UnitEstablished{Unit: "xa", Name: "Xã", On: "2025-07-01"},
		events.UnitEstablished{Unit: "moi", Name: "Xã mới", On: "2026-07-01"},
		events.UnitEnded{Unit: "xa", How: events.UnitMerged, Into: []string{"moi"}, On: "2026-07-01"},
		events.UnitRenamed{Unit: "so", Name: "Sở khác", On: "2026-03-01"},
		events.PersonRegistered{Person: "lan", Name: "k1.old"},
		events.MembershipBegan{Person: "lan", Unit: "so", On: "2026-01-01"},
		events.PersonCorrected{Person: "lan", Email: "k1.mail"},
		events.PersonCorrected{Person: "lan", Name: "k1.new"},
		events.MembershipEnded{Person: "lan", Unit: "so", On: "2026-06-01"},
		events.MembershipBegan{Person: "lan", Unit: "xa", On: "2026-06-01"},
		events.CoursePublished{Course: "attt", Version: 1, Title: events.Words{Vi: "Một"}, Hours: 4},
		events.CoursePublished{Course: "attt", Version: 2, Title: events.Words{Vi: "Hai"}, Hours: 5, ValidityMonths: 12})
	lan, _, err := p.people.Get(t.Context(), "lan")
	if err != nil || lan.Person != "lan" || lan.Name != "k1.new" {
		t.Errorf("lan: %+v, %v", lan, err)
	}
	for day, want := range map[string]string{"2025-12-31": "", "2026-01-01": "Sở (giả định)", "2026-03-01": "Sở khác", "2026-06-01": "Xã", "2026-07-01": "Xã mới"} {
		if got, err := p.unitName(t.Context(), lan, day); err != nil || got != want {
			t.Errorf("on %s she counts in %q, %v; want %q", day, got, err, want)
		}
	}
	for id, want := range map[string]courseVersion{
		"attt_1": {Title: events.Words{Vi: "Một"}, Hours: 4}, "attt_2": {Title: events.Words{Vi: "Hai"}, Hours: 5, ValidityMonths: 12},
	} {
		if v, _, err := p.versions.Get(t.Context(), id); err != nil || v != want {
			t.Errorf("%s: %+v, %v", id, v, err)
		}
	}
}

func TestTheDayIsThatOfHaNoi(t *testing.T) {
	if day := dateOf(time.Date(2026, 6, 30, 17, 0, 0, 0, time.UTC)); day != "2026-07-01" {
		t.Errorf("the day in Ha Noi is %s", day)
	}
}
