package host

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
)

func TestWhatFollowsFromABulkWaitsForItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b bulks
		end := b.begin("#5/enrolment-assign")
		var mu sync.Mutex
		passed := map[string]bool{}
		for _, cause := range []string{"#5/enrolment-assign", "#5/enrolment-assign/k1", "#55/enrolment-assign", "#5/enrolment-assigned", "#6/quiz-define", ""} {
			go func() {
				if err := b.await(t.Context(), cause); err != nil {
					t.Errorf("%s: %v", cause, err)
				}
				mu.Lock()
				passed[cause] = true
				mu.Unlock()
			}()
			synctest.Wait()
		}
		if len(passed) != 4 || passed["#5/enrolment-assign"] || passed["#5/enrolment-assign/k1"] {
			t.Errorf("went on during the bulk: %v", passed)
		}
		given, give := context.WithCancel(t.Context())
		give()
		if b.await(given, "#5/enrolment-assign") == nil {
			t.Error("whoever gave up is told that the bulk is done")
		}
		end()
		synctest.Wait()
		if len(passed) != 6 {
			t.Errorf("after the bulk: %v", passed)
		}
		if err := b.await(t.Context(), "#5/enrolment-assign"); err != nil {
			t.Error(err)
		}
	})
}
