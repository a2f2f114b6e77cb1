package notification

import (
	"slices"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

var (
	morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	queued  = events.MessageQueued{Message: "lan_enrolled-attt-1", Person: "lan", Template: templateEnrolled,
		Values: map[string]string{valueCourse: "attt", valueTitleVi: "An toàn thông tin", valueDue: "2026-12-31T16:59:59Z"}, Email: true, At: morning}
	inboxOnly = events.MessageQueued{Message: "lan_certified-attt-1", Person: "lan", Template: templateCertified, At: morning}
	begun     = events.MailBegun{Message: queued.Message, MessageID: "<lan_enrolled-attt-1@dt.example>", At: morning, Address: 1}
	taken     = events.MailHandedOver{Message: queued.Message}
	flagged   = events.MailFlagged{Message: queued.Message, Reason: reasonUnknown, Kind: events.FlagUnknown}
	heldBack  = events.MailFlagged{Message: queued.Message, Reason: reasonHeld, Kind: events.FlagHeld}
	bounced   = events.MailBounced{Message: queued.Message, Status: "5.1.1", At: morning}
	put       = events.MailDeferred{Message: queued.Message, At: morning}
	later     = events.MailDeferred{Message: queued.Message, At: morning, Reply: "451 4.7.1"}
	again     = events.MailRequeued{Message: queued.Message, At: morning}
	left      = events.MailLeft{Message: queued.Message, At: morning}
)

func TestAMessageIsQueuedOnceForItsReason(t *testing.T) {
	eventtest.Given[message](t).When(queueMessage{queued}).Then(queued)
	eventtest.Given[message](t, queued).When(queueMessage{queued}).ThenNothing()
}

func TestReadingIsNotedOnce(t *testing.T) {
	read := events.MessageRead{Message: queued.Message, At: morning}
	eventtest.Given[message](t, queued).When(markRead{queued.Message, morning}).Then(read)
	eventtest.Given[message](t, queued, read).When(markRead{queued.Message, morning.Add(time.Hour)}).ThenNothing()
	eventtest.Given[message](t).When(markRead{queued.Message, morning}).ThenRefused(fault.NotFound)
}

func TestALetterIsBegunOnce(t *testing.T) {
	begin := beginMail{begun}
	eventtest.Given[message](t, queued).When(begin).Then(begun)
	eventtest.Given[message](t, queued, begun).When(begin).ThenRefused(fault.Conflict)
	eventtest.Given[message](t, queued, begun, taken).When(begin).ThenRefused(fault.Conflict)
	eventtest.Given[message](t, queued, flagged).When(begin).ThenRefused(fault.Conflict)
	eventtest.Given[message](t, inboxOnly).When(beginMail{events.MailBegun{Message: inboxOnly.Message}}).ThenRefused(fault.Conflict)
}

func TestHandingOverIsNotedOnceEvenAfterAFlag(t *testing.T) {
	cmd := handOverMail{queued.Message}
	eventtest.Given[message](t, queued, begun).When(cmd).Then(taken)
	eventtest.Given[message](t, queued, begun, flagged).When(cmd).Then(taken)
	eventtest.Given[message](t, queued, begun, taken).When(cmd).ThenNothing()
	eventtest.Given[message](t, queued).When(cmd).ThenRefused(fault.Conflict)
}

func TestALetterIsFlaggedOnceAndNotAfterItWasTaken(t *testing.T) {
	cmd := flagMail{queued.Message, events.FlagUnknown, reasonUnknown}
	eventtest.Given[message](t, queued).When(cmd).Then(flagged)
	eventtest.Given[message](t, queued, begun).When(cmd).Then(flagged)
	eventtest.Given[message](t, queued, begun, flagged).When(cmd).ThenNothing()
	eventtest.Given[message](t, queued, begun, taken).When(cmd).ThenNothing()
	eventtest.Given[message](t, inboxOnly).When(flagMail{inboxOnly.Message, events.FlagUnknown, reasonUnknown}).ThenRefused(fault.Conflict)
}

func TestALetterOfWhichNothingWasTakenWaitsAgain(t *testing.T) {
	eventtest.Given[message](t, queued, begun).When(deferMail{later}).Then(later)
	eventtest.Given[message](t, queued, begun, later).When(deferMail{later}).ThenNothing()
	eventtest.Given[message](t, queued, begun, taken).When(deferMail{put}).ThenNothing()
	eventtest.Given[message](t, queued, begun, flagged).When(deferMail{put}).ThenNothing()
	eventtest.Given[message](t, queued, begun, later).When(beginMail{begun}).Then(begun)
}

func TestABounceCountsOnceAndOnlyOfALetterThatWasGiven(t *testing.T) {
	cmd := bounceMail{bounced}
	eventtest.Given[message](t, queued, begun, taken).When(cmd).Then(bounced)
	eventtest.Given[message](t, queued, begun).When(cmd).Then(bounced)
	eventtest.Given[message](t, queued, begun, flagged).When(cmd).Then(bounced)
	eventtest.Given[message](t, queued, begun, taken, bounced).When(cmd).ThenNothing()
	eventtest.Given[message](t, queued).When(cmd).ThenRefused(fault.Conflict)
	eventtest.Given[message](t, queued, heldBack).When(cmd).ThenRefused(fault.Conflict)
	eventtest.Given[message](t, queued, begun, taken, bounced).When(handOverMail{queued.Message}).ThenNothing()
}

func TestAPersonDecidesAboutAFlaggedLetter(t *testing.T) {
	send, leave := requeueMail{queued.Message, morning}, leaveMail{queued.Message, morning}
	for name, given := range map[string][]eventsource.Event{
		"flagged": {queued, begun, flagged}, "bounced": {queued, begun, taken, bounced}, "held": {queued, heldBack},
	} {
		t.Run(name, func(t *testing.T) {
			eventtest.Given[message](t, given...).When(send).Then(again)
			eventtest.Given[message](t, given...).When(leave).Then(left)
			sent := append(slices.Clone(given), again)
			eventtest.Given[message](t, sent...).When(send).ThenNothing()
			eventtest.Given[message](t, sent...).When(leave).ThenRefused(fault.Conflict)
			eventtest.Given[message](t, sent...).When(beginMail{begun}).Then(begun)
			closed := append(slices.Clone(given), left)
			eventtest.Given[message](t, closed...).When(leave).ThenNothing()
			eventtest.Given[message](t, closed...).When(send).ThenRefused(fault.Conflict)
		})
	}
	for _, given := range [][]eventsource.Event{{queued, begun, taken}, {inboxOnly}, {}} {
		eventtest.Given[message](t, given...).When(send).ThenRefused(fault.Conflict)
		eventtest.Given[message](t, given...).When(leave).ThenRefused(fault.Conflict)
	}
}
