package notification

import (
	"errors"
	"fmt"
	"io"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

func TestNextStep(t *testing.T) {
	at := func(mail string, ago time.Duration) message {
		return message{mail: mail, letter: letter{begun: morning.Add(-ago)}}
	}
	refusedBefore := func(ago time.Duration) message {
		return message{mail: mailQueued, letter: letter{tries: 2, deferred: morning.Add(-ago)}}
	}
	for name, c := range map[string]struct {
		letter message
		known  knowledge
		want   step
	}{
		"not a letter":                                {at(mailNone, 0), knowNothing, stepNone},
		"queued":                                      {at(mailQueued, 0), knowNothing, stepSend},
		"queued after a temporary refusal":            {at(mailQueued, 0), knowNotTaken, stepSend},
		"refused for now twice, not due":              {refusedBefore(2*time.Minute - 1), knowNothing, stepNone},
		"refused for now twice, due":                  {refusedBefore(2 * time.Minute), knowNothing, stepSend},
		"bounced":                                     {at(mailBounced, time.Hour), knowTaken, stepNone},
		"left":                                        {at(mailLeft, time.Hour), knowNothing, stepNone},
		"begun just now by somebody":                  {at(mailBegun, grace-time.Second), knowNothing, stepNone},
		"begun before a crash":                        {at(mailBegun, grace), knowNothing, stepFlag},
		"begun here and refused for now":              {at(mailBegun, time.Second), knowNotTaken, stepDefer},
		"begun here long ago and refused for now":     {at(mailBegun, time.Hour), knowNotTaken, stepDefer},
		"taken, not recorded":                         {at(mailBegun, time.Hour), knowTaken, stepRecord},
		"taken, not recorded, flagged by another":     {at(mailFlagged, time.Hour), knowTaken, stepRecord},
		"taken and recorded":                          {at(mailHandedOver, time.Hour), knowTaken, stepNone},
		"flagged":                                     {at(mailFlagged, time.Hour), knowNothing, stepNone},
		"flagged by another while refused for now":    {at(mailFlagged, time.Hour), knowNotTaken, stepNone},
		"handed over":                                 {at(mailHandedOver, time.Hour), knowNothing, stepNone},
		"handed over, the fact of queuing comes anew": {at(mailHandedOver, 0), knowNothing, stepNone},
	} {
		if got := next(c.letter, c.known, morning); got != c.want {
			t.Errorf("%s: step %d, want %d", name, got, c.want)
		}
	}
}

func TestJudgement(t *testing.T) {
	answer := func(code int) error { return &textproto.Error{Code: code, Msg: "no"} }
	for name, c := range map[string]struct {
		at   stage
		err  error
		want verdict
	}{
		"connection refused":                     {stageSession, errors.New("connection refused"), unreachable},
		"sign-in refused":                        {stageSession, answer(535), unreachable},
		"sender refused for good":                {stageSender, answer(550), unreachable},
		"recipient refused for good":             {stageRecipient, answer(550), refused},
		"recipient refused for now":              {stageRecipient, answer(451), deferred},
		"server closes down at the recipient":    {stageRecipient, answer(421), unreachable},
		"server wants a sign-in":                 {stageRecipient, answer(530), unreachable},
		"connection lost at the recipient":       {stageRecipient, io.EOF, unreachable},
		"DATA refused for good":                  {stageData, answer(554), refused},
		"DATA refused for now":                   {stageData, answer(452), deferred},
		"connection lost at DATA":                {stageData, io.EOF, unreachable},
		"connection lost within the letter":      {stageContent, io.ErrUnexpectedEOF, unreachable},
		"taken":                                  {stageEnd, nil, handedOver},
		"letter refused for good":                {stageEnd, answer(552), refused},
		"letter refused for now":                 {stageEnd, answer(451), deferred},
		"server closes down at the end":          {stageEnd, answer(421), unreachable},
		"connection lost after the end was sent": {stageEnd, io.EOF, unknown},
		"an answer of no meaning after the end":  {stageEnd, answer(299), unknown},
	} {
		if got := judge(c.at, c.err); got != c.want {
			t.Errorf("%s: verdict %d, want %d", name, got, c.want)
		}
	}
}

func TestReasonsKeepCodesAndNoWords(t *testing.T) {
	err := &textproto.Error{Code: 550, Msg: "5.1.1 <lan@dt.example>: no such user"}
	if got := reasonRefused(err); !strings.Contains(got, "550 5.1.1") || strings.Contains(got, "@") {
		t.Errorf("reason %q", got)
	}
	if got := reasonTooLong(&textproto.Error{Code: 451, Msg: "try later"}); !strings.Contains(got, "(451)") {
		t.Errorf("reason %q", got)
	}
}

func TestLogsKeepTheCodesOfAnAnswerAndNotItsWords(t *testing.T) {
	answer := fmt.Errorf("rcpt: %w", &textproto.Error{Code: 421, Msg: "4.3.2 <lan.chi@mayngan.example> try later"})
	if got := withoutWords(answer); strings.Contains(got, "lan.chi") || !strings.Contains(got, "421 4.3.2") {
		t.Errorf("%q", got)
	}
	if got := withoutWords(errors.New("connection refused")); got != "connection refused" {
		t.Errorf("%q", got)
	}
}
