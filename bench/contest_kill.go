package main

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"khuevan/services/quiz"
)

// killedInTheMiddle lets a second wave sit the quiz and kills the server with SIGKILL when half of the answers are
// acknowledged. Learners send again what was not acknowledged, as the page does. It counts the acknowledged answers that
// are not there afterwards.
func (c *contest) killedInTheMiddle(ctx context.Context, people []*candidate) (lost int, err error) {
	if _, _, err := c.crowd(ctx, people, c.begin); err != nil {
		return 0, fmt.Errorf("start of the second wave: %w", err)
	}
	var given atomic.Int64
	half := int64(len(people) * contestItems / 2)
	reached, back := make(chan struct{}), make(chan error, 1)
	go func() {
		select {
		case <-reached:
			c.p.kill()
			back <- c.p.again(ctx)
		case <-ctx.Done():
			back <- ctx.Err()
		}
	}()
	_, _, err = c.crowd(ctx, people, func(ctx context.Context, l *candidate) ([]float64, error) {
		for i := range l.answers {
			if err := c.answerStubbornly(ctx, l, i); err != nil {
				return nil, err
			}
			if given.Add(1) == half {
				close(reached)
			}
		}
		return nil, nil
	})
	if err != nil {
		return 0, err
	}
	if err := <-back; err != nil {
		return 0, err
	}
	for _, l := range people {
		missing, err := c.missing(ctx, l)
		if err != nil {
			return 0, err
		}
		lost += missing
	}
	return lost, nil
}

// answerStubbornly sends an answer until it is acknowledged, as the page does.
func (c *contest) answerStubbornly(ctx context.Context, l *candidate, i int) error {
	for until := time.Now().Add(settleWithin); ; {
		err := c.answer(ctx, l, i)
		if err == nil || ctx.Err() != nil || time.Now().After(until) {
			return err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// missing counts the acknowledged answers that an attempt does not show.
func (c *contest) missing(ctx context.Context, l *candidate) (n int, err error) {
	var a quiz.Attempt
	if err := c.call(ctx, l.token, "quiz/get-attempt", quiz.GetAttemptRequest{Attempt: l.attempt}, &a); err != nil {
		return 0, err
	}
	var shown []string
	for _, q := range a.Questions {
		for _, id := range q.Chosen {
			shown = append(shown, q.Item+"="+id)
		}
	}
	for _, one := range l.acked {
		if !slices.Contains(shown, one) {
			n++
		}
	}
	return n, nil
}
