package notification

import (
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

var (
	morning = time.Date(2026, 11, 23, 1, 0, 0, 0, time.UTC)
	queued  = events.MessageQueued{Message: "lan_enrolled-attt-1", Person: "lan", Template: templateEnrolled,
		Values: map[string]string{valueCourse: "attt", valueTitleVi: "An toàn thông tin", valueDue: "2026-12-31T16:59:59Z"}, Email: true, At: morning}
	inboxOnly = events.MessageQueued{Message: "lan_certified-attt-1", Person: "lan", Template: templateCertified, At: morning}
	begun     = events.MailBegun{Message: queued.Message, MessageID: "<lan_enrolled-attt-1@dt.example>"}
	taken     = events.MailHandedOver{Message: queued.Message}
	flagged   = events.MailFlagged{Message: queued.Message, Reason: reasonUnknown}
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
	begin := beginMail{queued.Message, begun.MessageID}
	eventtest.Given[message](t, queued).When(begin).Then(begun)
	eventtest.Given[message](t, queued, begun).When(begin).ThenRefused(fault.Conflict)
	eventtest.Given[message](t, queued, begun, taken).When(begin).ThenRefused(fault.Conflict)
	eventtest.Given[message](t, queued, flagged).When(begin).ThenRefused(fault.Conflict)
	eventtest.Given[message](t, inboxOnly).When(beginMail{inboxOnly.Message, "<x>"}).ThenRefused(fault.Conflict)
}

func TestHandingOverIsNotedOnceEvenAfterAFlag(t *testing.T) {
	cmd := handOverMail{queued.Message}
	eventtest.Given[message](t, queued, begun).When(cmd).Then(taken)
	eventtest.Given[message](t, queued, begun, flagged).When(cmd).Then(taken)
	eventtest.Given[message](t, queued, begun, taken).When(cmd).ThenNothing()
	eventtest.Given[message](t, queued).When(cmd).ThenRefused(fault.Conflict)
}

func TestALetterIsFlaggedOnceAndNotAfterItWasTaken(t *testing.T) {
	cmd := flagMail{queued.Message, reasonUnknown}
	eventtest.Given[message](t, queued).When(cmd).Then(flagged)
	eventtest.Given[message](t, queued, begun).When(cmd).Then(flagged)
	eventtest.Given[message](t, queued, begun, flagged).When(cmd).ThenNothing()
	eventtest.Given[message](t, queued, begun, taken).When(cmd).ThenNothing()
	eventtest.Given[message](t, inboxOnly).When(flagMail{inboxOnly.Message, reasonUnknown}).ThenRefused(fault.Conflict)
}
