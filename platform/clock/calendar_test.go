package clock

import (
	"testing"
	"testing/fstest"
	"time"

	"khuevan/content"
)

func day(t *testing.T, date string) time.Time {
	t.Helper()
	d, err := ParseDate(date)
	if err != nil {
		t.Fatal(err)
	}
	return d.Add(8 * time.Hour)
}

func shipped(t *testing.T) *Calendar {
	t.Helper()
	c, err := ReadCalendar(content.FS, "calendar")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestBusinessDaysOfTheShippedYears(t *testing.T) {
	c := shipped(t)
	for _, x := range []struct{ from, next, five string }{
		{"2026-11-23", "2026-11-23", "2026-11-30"}, // a Monday
		{"2026-11-28", "2026-11-30", "2026-12-04"}, // a Saturday
		{"2027-02-04", "2027-02-04", "2027-02-18"}, // the day before Tết: 12 February is a Friday between holiday and weekend
		{"2027-02-05", "2027-02-12", "2027-02-18"},
		{"2027-04-30", "2027-05-04", "2027-05-10"}, // two holidays, a Sunday and a day in lieu
		{"2026-12-31", "2026-12-31", "2027-01-08"}, // over the turn of the year
		{"2030-01-05", "2030-01-07", "2030-01-11"}, // a year without data has weekends
	} {
		from := day(t, x.from)
		if got := Date(c.NextBusinessDay(from)); got != x.next {
			t.Errorf("from %s the next business day is %s, want %s", x.from, got, x.next)
		}
		if got := Date(c.AddBusinessDays(from, 5)); got != x.five {
			t.Errorf("five business days after %s is %s, want %s", x.from, got, x.five)
		}
	}
	if h, ok := c.Holiday(day(t, "2027-02-06")); !ok || !h.Unsure || h.Vi != "Tết Nguyên đán Đinh Mùi" {
		t.Errorf("Tết is %+v, %v", h, ok)
	}
	if _, ok := c.Year(2030); ok {
		t.Error("2030 is said to be known")
	}
	if source, ok := c.Year(2027); !ok || source.Vi == "" {
		t.Errorf("the source of 2027 is %+v, %v", source, ok)
	}
}

func TestADayIsThatOfTheProvinceAndKeepsTheClockOfItsZone(t *testing.T) {
	c := shipped(t)
	lateFriday := time.Date(2026, 11, 27, 18, 0, 0, 0, time.UTC) // Saturday, 1 a.m., in Ha Noi
	if !c.DayOff(lateFriday) {
		t.Error("Saturday morning in Ha Noi is worked")
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	before := time.Date(2027, 3, 27, 8, 0, 0, 0, berlin) // the clocks change in the night to Sunday
	if got := c.NextBusinessDay(before); got.Hour() != 8 || got.Day() != 29 {
		t.Errorf("moved to %s", got)
	}
}

func TestWorkedSaturdaysAndBrokenFiles(t *testing.T) {
	read := func(text string) (*Calendar, error) {
		return ReadCalendar(fstest.MapFS{"calendar/2027.yaml": {Data: []byte(text)}}, "calendar")
	}
	const head = "year: 2027\ncitation: {vi: V, en: E}\n"
	c, err := read(head + "worked: [2027-05-08]\n")
	if err != nil || c.DayOff(day(t, "2027-05-08")) || !c.DayOff(day(t, "2027-05-09")) {
		t.Errorf("a Saturday that is worked: %v", err)
	}
	for name, text := range map[string]string{
		"an unknown field":     head + "offs: []\n",
		"no citation":          "year: 2027\n",
		"another year":         head + "off: [{from: 2028-01-01, name: {vi: V, en: E}}]\n",
		"an end before it":     head + "off: [{from: 2027-02-05, to: 2027-02-01, name: {vi: V, en: E}}]\n",
		"a year off":           head + "off: [{from: 2027-02-05, to: 2027-12-01, name: {vi: V, en: E}}]\n",
		"no name":              head + "off: [{from: 2027-02-05}]\n",
		"no date":              head + "off: [{from: soon, name: {vi: V, en: E}}]\n",
		"worked another year":  head + "worked: [2026-05-08]\n",
		"a day that is no day": head + "worked: [2027-02-30]\n",
	} {
		if _, err := read(text); err == nil {
			t.Errorf("%s was read", name)
		}
	}
	var none *Calendar
	if none.DayOff(day(t, "2027-02-05")) || !none.DayOff(day(t, "2027-02-06")) {
		t.Error("without a calendar weekends are off, and they only")
	}
}
