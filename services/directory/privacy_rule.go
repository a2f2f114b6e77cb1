package directory

import (
	"bytes"
	"fmt"
	"io/fs"
	"time"

	"go.yaml.in/yaml/v3"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/clock"
)

// rulesFile holds the dated rules about requests, with their sources.
const rulesFile = "law/personal-data.yaml"

// privacyRule says how soon a request must be acknowledged, from a day on.
type privacyRule struct {
	ID          string `yaml:"id"`
	From        string `yaml:"from"` // date
	WorkingDays int    `yaml:"acknowledge_working_days"`
	Citation    struct {
		Vi string `yaml:"vi"`
		En string `yaml:"en"`
	} `yaml:"citation"`
}

// readRules reads the rules; each error names the rule and what is missing.
func readRules(files fs.FS) ([]privacyRule, error) {
	text, err := fs.ReadFile(files, rulesFile)
	if err != nil {
		return nil, fmt.Errorf("rules about personal data: %w", err)
	}
	return parseRules(text)
}

// shippedRules are those that ship with the platform; a test reads them, so they are never missing here.
func shippedRules() []privacyRule {
	rules, err := readRules(content.FS)
	if err != nil {
		return []privacyRule{{}}
	}
	return rules
}

func parseRules(text []byte) ([]privacyRule, error) {
	var doc struct {
		Rules []privacyRule `yaml:"rules"`
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&doc); err != nil {
		return nil, fmt.Errorf("%s: %w", rulesFile, err)
	}
	if len(doc.Rules) == 0 {
		return nil, fmt.Errorf("%s: expected at least one rule under `rules:`", rulesFile)
	}
	for i, r := range doc.Rules {
		if _, err := time.Parse(time.DateOnly, r.From); err != nil {
			return nil, fmt.Errorf("%s: rule %d: from %q: expected a date such as 2026-01-01", rulesFile, i+1, r.From)
		}
		if r.ID == "" || r.WorkingDays < 1 || r.WorkingDays > 365 || r.Citation.Vi == "" {
			return nil, fmt.Errorf("%s: rule %d: expected an id, 1 to 365 acknowledge_working_days and a citation", rulesFile, i+1)
		}
	}
	return doc.Rules, nil
}

// ruleOn is the newest rule in force on the day of t; before the first rule, the first.
func ruleOn(rules []privacyRule, t time.Time) privacyRule {
	day, best := clock.Local(t).Format(time.DateOnly), rules[0]
	for _, r := range rules {
		if r.From <= day && r.From >= best.From {
			best = r
		}
	}
	return best
}

// due is the last second of the working day, in Viet Nam, by which a request of t must be acknowledged. The day of the
// request does not count.
func (r privacyRule) due(t time.Time) time.Time {
	day := clock.Local(t)
	for left := r.WorkingDays; left > 0; {
		day = day.AddDate(0, 0, 1)
		if day.Weekday() != time.Saturday && day.Weekday() != time.Sunday {
			left--
		}
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 0, day.Location()).UTC()
}

func (r privacyRule) words() events.Words { return events.Words{Vi: r.Citation.Vi, En: r.Citation.En} }
