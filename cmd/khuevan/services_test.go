package main

import "testing"

func TestTheRecordOfADenialKeepsIdsAndNothingElse(t *testing.T) {
	for body, want := range map[string]string{
		`{"attempt":"p1_attt-co-ban_1_1"}`:     "attempt p1_attt-co-ban_1_1",
		`{"unit":"Nguyễn Văn A, Xã Đỉnh Mây"}`: "",
		`{"code":"KV-2026-0000-0000-0000"}`:    "",
		`{"course":""}`:                        "",
		`not json`:                             "",
	} {
		if got := objectOf([]byte(body)); got != want {
			t.Errorf("%s: %q, want %q", body, got, want)
		}
	}
}

func TestTheRecordOfDenialsIsBounded(t *testing.T) {
	cmd := recordDenial{day: "20261123"}
	if facts, err := cmd.Decide(mostDenials - 1); err != nil || len(facts) != 1 {
		t.Errorf("%v, %v", facts, err)
	}
	if facts, err := cmd.Decide(mostDenials); err != nil || len(facts) != 0 {
		t.Errorf("%v, %v", facts, err)
	}
}
