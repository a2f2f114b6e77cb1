package clock

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Calendar knows which days are worked, in the province's zone: Monday to Friday, but for what its years say otherwise. A nil
// calendar knows weekends only.
type Calendar struct {
	off    map[string]Holiday // by date
	worked map[string]bool    // weekend days, by date
	years  map[int]Citation
}

// Holiday is a day off that is no mere weekend.
type Holiday struct {
	Vi, En string
	Unsure bool // not yet confirmed by the notice of its year
}

// Citation says by which law a year's days off are.
type Citation struct {
	Vi string `yaml:"vi"`
	En string `yaml:"en"`
}

// yearFile is a file of a calendar; content/calendar tells what the fields mean.
type yearFile struct {
	Year     int      `yaml:"year"`
	Citation Citation `yaml:"citation"`
	Off      []struct {
		From   string `yaml:"from"`
		To     string `yaml:"to"` // "" for one day
		Unsure bool   `yaml:"unsure"`
		Name   struct {
			Vi string `yaml:"vi"`
			En string `yaml:"en"`
		} `yaml:"name"`
	} `yaml:"off"`
	Worked []string `yaml:"worked"`
}

// longestHoliday is the most days that one entry may span; a longer one is a slip of the pen.
const longestHoliday = 31

// ReadCalendar reads the files of a folder, one a year. A field that is unknown and a day outside its year are errors.
func ReadCalendar(files fs.FS, folder string) (*Calendar, error) {
	names, err := fs.Glob(files, folder+"/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("read the calendar: %w", err)
	}
	c := &Calendar{off: map[string]Holiday{}, worked: map[string]bool{}, years: map[int]Citation{}}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read the calendar: %w", err)
		}
		var y yearFile
		d := yaml.NewDecoder(strings.NewReader(string(text)))
		d.KnownFields(true)
		if err := d.Decode(&y); err != nil {
			return nil, fmt.Errorf("calendar %s: %w", name, err)
		}
		if err := c.add(y); err != nil {
			return nil, fmt.Errorf("calendar %s: %w", name, err)
		}
	}
	return c, nil
}

func (c *Calendar) add(y yearFile) error {
	if _, twice := c.years[y.Year]; twice || y.Citation.Vi == "" || y.Citation.En == "" {
		return errors.New("a year stands in one file, with its citation in both languages")
	}
	c.years[y.Year] = y.Citation
	within := func(date string) (time.Time, error) {
		day, err := ParseDate(date)
		if err == nil && day.Year() != y.Year {
			err = fmt.Errorf("%s is not in %d", date, y.Year)
		}
		return day, err
	}
	for _, o := range y.Off {
		if o.To == "" {
			o.To = o.From
		}
		day, err := within(o.From)
		if err != nil {
			return err
		}
		last, err := within(o.To)
		if err != nil {
			return err
		}
		if last.Before(day) || last.After(day.AddDate(0, 0, longestHoliday)) || o.Name.Vi == "" || o.Name.En == "" {
			return fmt.Errorf("the days off from %s need an end after it, at most %d days on, and a name in both languages", o.From, longestHoliday)
		}
		for ; !day.After(last); day = day.AddDate(0, 0, 1) {
			c.off[Date(day)] = Holiday{Vi: o.Name.Vi, En: o.Name.En, Unsure: o.Unsure}
		}
	}
	for _, date := range y.Worked {
		if _, err := within(date); err != nil {
			return err
		}
		c.worked[date] = true
	}
	return nil
}

// Year is the source of a year's days off; ok is false for a year of which weekends only are known.
func (c *Calendar) Year(year int) (source Citation, ok bool) {
	if c == nil {
		return source, false
	}
	source, ok = c.years[year]
	return source, ok
}

// Holiday names the day off on which t lies; ok is false on all others, a mere weekend included.
func (c *Calendar) Holiday(t time.Time) (h Holiday, ok bool) {
	if c == nil {
		return h, false
	}
	h, ok = c.off[Date(t)]
	return h, ok
}

// DayOff reports whether nobody works on the day of t.
func (c *Calendar) DayOff(t time.Time) bool {
	if _, ok := c.Holiday(t); ok {
		return true
	}
	day := Local(t).Weekday()
	return (day == time.Saturday || day == time.Sunday) && (c == nil || !c.worked[Date(t)])
}

// NextBusinessDay is t, or where its day is off the same time by its own zone's clock on the first day after it that is worked.
func (c *Calendar) NextBusinessDay(t time.Time) time.Time {
	at := t
	for n := 1; c.DayOff(at); n++ { // ends: what the years name is bounded, and weekdays follow
		at = t.AddDate(0, 0, n)
	}
	return at
}

// AddBusinessDays is the same time so many business days after t; the day of t does not count.
func (c *Calendar) AddBusinessDays(t time.Time, days int) time.Time {
	for range days {
		t = c.NextBusinessDay(t.AddDate(0, 0, 1))
	}
	return t
}
