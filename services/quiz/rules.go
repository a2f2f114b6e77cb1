package quiz

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"khuevan/events"
)

// Limits of rules.
const (
	maxDrawn   = 200 // items of an attempt
	maxMinutes = 24 * 60
	maxRows    = 30 // of a blueprint
	maxUnseen  = 20 // attempts
	maxGrace   = 300
	maxTries   = 5
	maxCooling = 24 * 366 // hours
)

// wrongRule is a rule that cannot hold, with the remedy.
type wrongRule struct{ Field, Vi, En string }

// checkRules lists what is wrong with rules.
func checkRules(r events.QuizRules) []wrongRule {
	var wrong []wrongRule
	check := func(ok bool, field, vi, en string) {
		if !ok {
			wrong = append(wrong, wrongRule{field, vi, en})
		}
	}
	check(r.Items >= 1 && r.Items <= maxDrawn, "items", fmt.Sprintf("Số câu từ 1 đến %d.", maxDrawn), fmt.Sprintf("1 to %d items.", maxDrawn))
	check(r.Pass >= 0 && r.Pass <= 10, "pass", "Điểm đạt từ 0 đến 10.", "A pass mark of 0 to 10.")
	check(r.Minutes >= 1 && r.Minutes <= maxMinutes, "minutes", "Thời gian từ 1 phút đến 24 giờ.", "1 minute to 24 hours.")
	check(r.Attempts >= 0, "attempts", "Số lượt không được âm; 0 là không hạn chế.", "No negative number of attempts; 0 is unlimited.")
	check(slices.Contains(Behaviours(), behaviour(r)), "behaviour", "Không có cách làm bài này.", "There is no such behaviour.")
	check(r.Unseen >= 0 && r.Unseen <= maxUnseen, "unseen", "Số lượt cần tránh câu cũ từ 0 đến 20.", "Items of at most 20 attempts can be avoided.")
	check(r.CoolingHours >= 0 && r.CoolingHours <= maxCooling, "cooling_hours", "Thời gian chờ từ 0 giờ đến một năm.", "A wait of up to a year.")
	check(r.GraceSeconds >= 0 && r.GraceSeconds <= maxGrace, "grace_seconds", "Thời gian gia hạn nộp từ 0 đến 300 giây.", "A grace of 0 to 300 seconds.")
	check(r.Tries >= 0 && r.Tries <= maxTries, "tries", "Số lần thử mỗi câu từ 1 đến 5.", "1 to 5 tries of an item.")
	check(r.TryPenalty >= 0 && r.TryPenalty <= 1, "try_penalty", "Mức trừ mỗi lần thử sai từ 0 đến 1.", "A penalty of 0 to 1.")
	return append(append(wrong, checkBlueprint(r)...), checkAdaptive(r)...)
}

func checkBlueprint(r events.QuizRules) []wrongRule {
	var wrong []wrongRule
	sum := 0
	for i, row := range r.Blueprint {
		sum += row.Items
		most := mostDifficulty(row)
		if row.Items < 1 || len(row.Tags) == 0 || row.MinDifficulty < 0 || most > 1 || row.MinDifficulty > most {
			wrong = append(wrong, wrongRule{"blueprint", fmt.Sprintf("Dòng %d của ma trận đề: cần ít nhất một thẻ, ít nhất 1 câu và độ khó từ 0 đến 1.", i+1),
				fmt.Sprintf("Row %d of the blueprint needs a tag, at least 1 item and a difficulty of 0 to 1.", i+1)})
		}
	}
	if sum > r.Items {
		wrong = append(wrong, wrongRule{"blueprint", fmt.Sprintf("Ma trận đề cần %d câu, nhiều hơn số câu của bài (%d).", sum, r.Items),
			fmt.Sprintf("The blueprint asks for %d items, more than the quiz has (%d).", sum, r.Items)})
	}
	if len(r.Blueprint) > maxRows {
		wrong = append(wrong, wrongRule{"blueprint", "Ma trận đề có quá 30 dòng.", "The blueprint has more than 30 rows."})
	}
	return wrong
}

func checkAdaptive(r events.QuizRules) []wrongRule {
	if behaviour(r) != Adaptive {
		return nil
	}
	a := r.Adaptive
	if a == nil || a.Least < 1 || a.Most < a.Least || a.Most > maxDrawn || !(a.Confidence >= 0.5 && a.Confidence < 1) {
		return []wrongRule{{"adaptive", "Bài thích ứng cần số câu ít nhất, số câu nhiều nhất và độ tin cậy từ 0,5 đến dưới 1.",
			"An adaptive test needs a least and a most number of items and a confidence of 0.5 to below 1."}}
	}
	return nil
}

func mostDifficulty(row events.BlueprintRow) float64 {
	if row.MaxDifficulty == 0 {
		return 1
	}
	return row.MaxDifficulty
}

// sameRules compares rules without the form that was pinned for them.
func sameRules(a, b events.QuizRules) bool {
	a.Form, b.Form = nil, nil
	return reflect.DeepEqual(a, b)
}

// grace is how long after the deadline answers are still taken, by the server's clock. It pays for the network: an
// answer given on a page at the last second may take seconds to arrive over a slow line, and its giver did nothing
// wrong. The page itself counts down to the deadline and knows nothing of it.
func grace(r events.QuizRules) time.Duration {
	if r.GraceSeconds == 0 {
		return usualGrace
	}
	return time.Duration(r.GraceSeconds) * time.Second
}

const usualGrace = 15 * time.Second

// tries is how often an item with immediate feedback may be checked.
func tries(r events.QuizRules) int { return max(1, r.Tries) }
