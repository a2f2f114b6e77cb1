package notification

import (
	"errors"
	"fmt"
	"net/textproto"
	"strconv"
	"time"
)

// knowledge is what this process knows of a letter beyond its facts, because it could not be recorded yet; a crash forgets it.
type knowledge int

const (
	knowNothing  knowledge = iota
	knowNotTaken           // begun here, and the server has taken nothing
	knowTaken              // the server took it
)

// step is what is to be done about a letter.
type step int

const (
	stepNone   step = iota
	stepSend        // begin and send
	stepDefer       // record that nothing was taken
	stepRecord      // record that it was handed over
	stepFlag        // nobody knows; never send it again
)

// grace is longer than any letter is under way once it is begun (see stale and sessionTime): one begun longer ago is under
// way nowhere.
const grace = time.Minute

// next decides about a letter that is not under way in this process.
func next(m message, known knowledge, now time.Time) step {
	switch {
	case m.mail == mailHandedOver, m.mail == mailBounced:
		return stepNone
	case known == knowTaken:
		return stepRecord // even when it was flagged meanwhile: we know better
	case m.mail == mailQueued && !now.Before(m.due()):
		return stepSend
	case m.mail == mailBegun && known == knowNotTaken:
		return stepDefer
	case m.mail == mailBegun && now.Sub(m.begun) >= grace:
		return stepFlag
	default: // not a letter, flagged, not due, or begun a moment ago by somebody who may still be at it
		return stepNone
	}
}

// stage is how far a conversation with the mail server had come.
type stage int

const (
	stageSession   stage = iota // connection, TLS, sign-in
	stageSender                 // MAIL FROM
	stageRecipient              // RCPT TO
	stageData                   // DATA
	stageContent                // the letter, without the line that ends it
	stageEnd                    // the line that ends it, and the answer
)

// verdict is what a conversation with the mail server proves about a letter.
type verdict int

const (
	handedOver  verdict = iota
	refused             // for good
	deferred            // for now; nothing was taken
	unreachable         // the server takes nothing from us now, whatever the letter; nothing was taken
	unknown             // the end was sent and no answer came back
)

// Answers that concern the platform, not a letter: closing down, and missing or wrong credentials.
const (
	codeClosing      = 421
	codeAuthRequired = 530
	codeAuthFailed   = 535
)

// judge tells what the end of a conversation proves. A server owns a letter only from its answer 250 to the line
// that ends it (RFC 5321, 4.1.1.4 and 6.1), so whatever breaks before that line is sent has handed over nothing.
func judge(at stage, err error) verdict {
	if err == nil && at == stageEnd {
		return handedOver
	}
	var answer *textproto.Error
	answered := errors.As(err, &answer)
	switch {
	case at <= stageSender:
		return unreachable
	case !answered && at == stageEnd:
		return unknown
	case !answered, answer.Code == codeClosing, answer.Code == codeAuthRequired, answer.Code == codeAuthFailed:
		return unreachable
	case answer.Code >= 500 && answer.Code < 600:
		return refused
	case answer.Code >= 400 && answer.Code < 500:
		return deferred
	case at == stageEnd:
		return unknown // an answer of no known meaning
	default:
		return unreachable
	}
}

// Reasons of flags, as administrators read them.
const (
	reasonUnknown   = "Không rõ máy chủ thư đã nhận hay chưa; không gửi lại để tránh trùng."
	reasonNoAddress = "Người nhận không còn địa chỉ thư điện tử dùng được."
	reasonHeld      = "Thư trước gửi đến địa chỉ này đã bị trả lại; tạm giữ đến khi địa chỉ thay đổi."
)

// reasonRefused keeps only the codes of an answer: its words may hold the address.
func reasonRefused(err error) string {
	return fmt.Sprintf("Máy chủ thư từ chối nhận (%s).", answerCodes(err))
}

func reasonTooLong(err error) string {
	return fmt.Sprintf("Máy chủ thư tạm từ chối quá ba ngày (%s).", answerCodes(err))
}

// withoutWords is an error as logs may keep it: of a server's answer the codes only, for its words may hold the address.
func withoutWords(err error) string {
	var answer *textproto.Error
	if errors.As(err, &answer) {
		return "the server answered " + answerCodes(err)
	}
	return err.Error()
}

// answerCodes gives the reply code and, where the server says one, the enhanced code (RFC 3463).
func answerCodes(err error) string {
	code, status := codesOf(err)
	switch {
	case code == 0:
		return "không có mã"
	case status == "":
		return strconv.Itoa(code)
	default:
		return strconv.Itoa(code) + " " + status
	}
}

// codesOf gives both codes of a server's answer; 0 where err is none.
func codesOf(err error) (code int, status string) {
	var answer *textproto.Error
	if !errors.As(err, &answer) {
		return 0, ""
	}
	return answer.Code, statusIn(answer.Msg)
}
