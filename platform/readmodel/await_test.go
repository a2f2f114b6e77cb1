package readmodel_test

import (
	"testing"

	"khuevan/platform/readmodel"
)

func TestNounsNameFacts(t *testing.T) {
	for _, c := range []struct {
		nouns        []string
		stream, fact string
		want         bool
	}{
		{[]string{"quiz.attempt"}, "quiz.attempt.lan_attt_1_1", "quiz.answer-saved.v1", true},
		{[]string{"quiz.attempt.answer-saved"}, "quiz.attempt.lan_attt_1_1", "quiz.answer-saved.v2", true},
		{[]string{"quiz.item", "quiz.attempt.answer"}, "quiz.attempt.lan_attt_1_1", "quiz.answer-saved.v1", false},
		{[]string{"quiz.att"}, "quiz.attempt.lan_attt_1_1", "quiz.answer-saved.v1", false},
		{[]string{"quiz"}, "quiz.attempt.lan_attt_1_1", "unreadable", true},
		{nil, "quiz.attempt.lan_attt_1_1", "quiz.answer-saved.v1", false},
	} {
		if got := readmodel.Named(c.nouns, c.stream, c.fact); got != c.want {
			t.Errorf("%v, %s of %s: %v", c.nouns, c.fact, c.stream, got)
		}
	}
}
