package tries

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
)

func monday() time.Time { return time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC) }

func TestAnAddressWaitsLongerAndLonger(t *testing.T) {
	c := clock.NewTest(monday())
	all := New(c)
	for n := range 20 {
		if err := all.Begin("attacked", "10.0.0.1"); err != nil {
			t.Fatalf("try %d: %v", n+1, err)
		}
		err := all.Begin("attacked", "10.0.0.1")
		if n+1 < byAddress.free {
			if err != nil {
				t.Fatalf("try %d waits: %v", n+1, err)
			}
			all.Undo("attacked", "10.0.0.1")
		} else if !fault.Is(err, fault.Denied) || !strings.Contains(fault.Of(err).Vi, "Đã nhập sai nhiều lần") {
			t.Fatalf("try %d is heard at once: %v", n+1, err)
		}
		c.Advance(byAddress.longest)
	}
	if err := all.Begin("attacked", "10.0.0.2"); err != nil {
		t.Errorf("another address: %v", err)
	}
	c.Advance(forgotten)
	if err := all.Begin("attacked", "10.0.0.1"); err != nil || all.by["attacked"].failures != 1 {
		t.Errorf("an hour later: %v, %+v", err, all.by["attacked"])
	}
}

// A flood of strangers slows strangers down by a minute at most, and the owner, where she is known, not at all.
func TestAFloodDoesNotLockTheOwnerOut(t *testing.T) {
	c := clock.NewTest(monday())
	all := New(c)
	if err := all.Begin("lan", "10.0.0.7"); err != nil {
		t.Fatal(err)
	}
	all.Succeed("lan", "10.0.0.7")
	refused := 0
	for n := range 5000 {
		if all.Begin("lan", fmt.Sprint("198.51.100.", n)) != nil {
			refused++
		}
		c.Advance(100 * time.Millisecond)
	}
	if refused < 4900 {
		t.Errorf("a flood of 5000 was refused %d times", refused)
	}
	if err := all.Begin("lan", "10.0.0.7"); err != nil {
		t.Errorf("the owner at her desk: %v", err)
	}
	all.Succeed("lan", "10.0.0.7")
	c.Advance(byAccount.longest)
	if err := all.Begin("lan", "10.0.0.8"); err != nil {
		t.Errorf("the owner elsewhere, after a minute: %v", err)
	}
}

// However tries come, one account and address are never heard more often than their pace allows.
func TestNoOrderOfTriesIsFasterThanThePace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := clock.NewTest(monday())
		all, heard := New(c), []time.Time{}
		for range rapid.IntRange(1, 60).Draw(t, "tries") {
			c.Advance(time.Duration(rapid.IntRange(0, 1200).Draw(t, "pause")) * time.Second)
			if all.Begin("a", "x") == nil {
				heard = append(heard, c.Now())
			}
		}
		for i := byAddress.free; i < len(heard); i++ {
			if gap := heard[i].Sub(heard[i-1]); gap < byAddress.first {
				t.Fatalf("try %d came %v after the one before", i+1, gap)
			}
		}
	})
}

func TestMemoryIsBoundedAndTheAttackedOneStays(t *testing.T) {
	c := clock.NewTest(monday())
	all := New(c)
	for range 3 {
		if err := all.Begin("attacked", "x"); err != nil {
			t.Fatal(err)
		}
	}
	for n := range most {
		if err := all.Begin(fmt.Sprint("invented-", n), "y"); err != nil {
			t.Fatal(err)
		}
	}
	if len(all.by) > most || all.by["attacked"].failures != 3 {
		t.Errorf("%d keys are remembered, the attacked one with %+v", len(all.by), all.by["attacked"])
	}
}
