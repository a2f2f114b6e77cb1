package item_test

import (
	"slices"
	"strings"
	"testing"

	"khuevan/assessment/item"
	"khuevan/events"
)

func TestCheckNamesWhatIsWrong(t *testing.T) {
	single := func() events.ItemContent {
		return events.ItemContent{Kind: item.Single, Stem: "Hỏi?", Choices: choices("+x", "y")}
	}
	long := strings.Repeat("ă", 4001)
	for name, c := range map[string]struct {
		c    func(*events.ItemContent)
		base events.ItemContent
		part string
		en   string
	}{
		"kind":               {func(c *events.ItemContent) { c.Kind = "essay" }, single(), "kind", "no kind “essay”"},
		"no stem":            {func(c *events.ItemContent) { c.Stem = " \n" }, single(), "stem", "has no text"},
		"long stem":          {func(c *events.ItemContent) { c.Stem = long }, single(), "stem", "longer than 4000"},
		"control":            {func(c *events.ItemContent) { c.Stem = "a\x00" }, single(), "stem", "invisible"},
		"no UTF-8":           {func(c *events.ItemContent) { c.Stem = "a\xff" }, single(), "stem", "invisible"},
		"long feedback":      {func(c *events.ItemContent) { c.Feedback = long }, single(), "feedback", "longer than 4000"},
		"difficulty":         {func(c *events.ItemContent) { c.Difficulty = 2 }, single(), "difficulty", "0 to 1"},
		"language":           {func(c *events.ItemContent) { c.Language = "Việt" }, single(), "language", "“Việt” is not valid"},
		"scoring":            {func(c *events.ItemContent) { c.Scoring = item.Positions }, single(), "scoring", "not one of this kind"},
		"tag":                {func(c *events.ItemContent) { c.Tags = []string{"mật khẩu"} }, single(), "tags", "tag “mật khẩu”"},
		"tag twice":          {func(c *events.ItemContent) { c.Tags = []string{"a", "a"} }, single(), "tags", "repeated"},
		"many tags":          {func(c *events.ItemContent) { c.Tags = strings.Split("a b c d e f g h i j k", " ") }, single(), "tags", "more than 10"},
		"one choice":         {func(c *events.ItemContent) { c.Choices = c.Choices[:1] }, single(), "choices", "only one choice"},
		"no choices":         {func(c *events.ItemContent) { c.Choices = nil }, single(), "choices", "no choices"},
		"no key":             {func(c *events.ItemContent) { c.Choices[0].Key = false }, single(), "choices", "No choice is marked"},
		"two keys":           {func(c *events.ItemContent) { c.Choices[1].Key = true }, single(), "choices", "one right choice"},
		"same choice":        {func(c *events.ItemContent) { c.Choices[1].Text = c.Choices[0].Text }, single(), "choice b", "same as one above"},
		"same id":            {func(c *events.ItemContent) { c.Choices[1].ID = "a" }, single(), "choices", "“a” is not valid or stands twice"},
		"two lines":          {func(c *events.ItemContent) { c.Choices[1].Text = "a\nb" }, single(), "choice b", "one line"},
		"empty choice":       {func(c *events.ItemContent) { c.Choices[1].Text = "" }, single(), "choice b", "empty"},
		"weight":             {func(c *events.ItemContent) { c.Choices[1].Weight = 2 }, single(), "choice b", "−100% to 100%"},
		"weights: key":       {func(c *events.ItemContent) { c.Scoring = item.Weights }, single(), "choice a", "does not agree"},
		"weights: no 100%":   {func(c *events.ItemContent) { c.Scoring, c.Choices[0].Key = item.Weights, false }, single(), "choices", "no right answer"},
		"weights: sum":       {func(c *events.ItemContent) { c.Kind, c.Scoring, c.Choices[0].Weight = item.Multiple, item.Weights, 0.5 }, single(), "choices", "do not add up"},
		"gaps of choices":    {func(c *events.ItemContent) { c.Gaps = []events.Gap{text()} }, single(), "gaps", "has no gaps"},
		"prompts of choices": {func(c *events.ItemContent) { c.Prompts = pairs().Prompts }, single(), "prompts", "Only a matching"},
		"false first": {func(c *events.ItemContent) {
			c.Kind, c.Choices[0].Text, c.Choices[1].Text = item.TrueFalse, "Sai", "Đúng"
		}, single(), "choices", "“Đúng” before “Sai”"},
		"one prompt":      {func(c *events.ItemContent) { c.Prompts = c.Prompts[:1] }, pairs(), "prompts", "at least two prompts"},
		"lost match":      {func(c *events.ItemContent) { c.Prompts[1].Match = "q" }, pairs(), "prompt 2", "belongs to no choice"},
		"same prompt":     {func(c *events.ItemContent) { c.Prompts[1].Text = "p" }, pairs(), "prompt 2", "same as one above"},
		"one entry":       {func(c *events.ItemContent) { c.Kind, c.Choices = item.Ordering, c.Choices[:1] }, single(), "choices", "at least two entries"},
		"no gap":          {func(c *events.ItemContent) { c.Gaps = nil }, cloze(), "gaps", "no answer"},
		"unmarked gap":    {func(c *events.ItemContent) { c.Stem = "{{1}}" }, cloze(), "gap 2", "does not stand in the text"},
		"marked twice":    {func(c *events.ItemContent) { c.Stem = "{{1}} {{1}} {{2}}" }, cloze(), "stem", "stands twice"},
		"unknown mark":    {func(c *events.ItemContent) { c.Stem += " {{3}}" }, cloze(), "stem", "{{3}} in the text has no answer"},
		"gap kind":        {func(c *events.ItemContent) { c.Gaps[0].Kind = "x" }, cloze(), "gap 1", "no kind “x”"},
		"gap weight":      {func(c *events.ItemContent) { c.Gaps[0].Weight = -1 }, cloze(), "gap 1", "0 to 1000"},
		"gap without key": {func(c *events.ItemContent) { c.Gaps[1].Choices[0].Key = false }, cloze(), "gap 2", "No choice is marked"},
		"nothing whole":   {func(c *events.ItemContent) { c.Gaps[0].Answers[0].Share = 0.5 }, cloze(), "gap 1", "No answer earns 100%"},
		"hidden": {func(c *events.ItemContent) {
			c.Gaps[0].Answers = []events.Answer{{Text: "*", Wrong: true}, {Text: "a"}}
		}, cloze(), "gap 1", "hides it"},
		"choices of a cloze": {func(c *events.ItemContent) { c.Choices = choices("x") }, cloze(), "choices", "Put them into its gaps"},
		"tolerance": {func(c *events.ItemContent) {
			c.Kind, c.Choices, c.Gaps = item.Numeric, nil, []events.Gap{numeric(events.Answer{Tolerance: -1})}
		}, single(), "gap 1", "tolerance is not"},
		"wrong gap": {func(c *events.ItemContent) {
			c.Kind, c.Choices, c.Gaps = item.Numeric, nil, []events.Gap{text(events.Answer{Text: "a"})}
		}, single(), "gap 1", "not of the question's kind"},
	} {
		t.Run(name, func(t *testing.T) {
			content := c.base
			c.c(&content)
			problems := item.Check(content)
			if !slices.ContainsFunc(problems, func(p item.Problem) bool {
				return p.Part == c.part && strings.Contains(p.En, c.en) && p.Vi != "" && !strings.Contains(p.Vi+p.En, "%!")
			}) {
				t.Errorf("problems %+v, want one of %q with %q", problems, c.part, c.en)
			}
		})
	}
}
