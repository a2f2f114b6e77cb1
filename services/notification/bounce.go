package notification

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"net/textproto"
	"regexp"
	"strings"
)

// letterHeader holds the token by which a letter of ours is told from one that somebody made up.
const letterHeader = "X-Khuevan-Letter"

// bounce is what a delivery status notification says of a letter.
type bounce struct {
	messageID string // of the letter, without angle brackets
	token     string
	action    string // failed, delayed, delivered, relayed, expanded
	status    string
}

// Bounds of what is read of a notification: anybody may send one.
const (
	bounceMost  = 4 << 20 // bytes
	bounceParts = 20
)

var (
	errNotReport    = errors.New("not a delivery status notification (multipart/report)")
	errNoStatus     = errors.New("the notification names no recipient with an action and a status")
	errNoOriginal   = errors.New("the notification does not say of which letter it is: no Message-ID")
	statusCodes     = regexp.MustCompile(`(?:^|[^0-9.])([245]\.\d{1,3}\.\d{1,3})(?:$|[^0-9.])`)
	bounceOfActions = map[string]bool{"failed": true, "delayed": true, "delivered": true, "relayed": true, "expanded": true}
)

// statusIn finds an enhanced status code (RFC 3463) in a text; "" when there is none.
func statusIn(text string) string {
	if found := statusCodes.FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

// parseBounce reads a delivery status notification (RFC 3464 in a report of RFC 6522). Our letters have one recipient each, so
// the first recipient that it names counts. Addresses and words in it are not kept.
func parseBounce(r io.Reader) (b bounce, err error) {
	m, err := netmail.ReadMessage(io.LimitReader(r, bounceMost))
	if err != nil {
		return b, fmt.Errorf("not a message: %w", err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") {
		return b, errNotReport
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for range bounceParts {
		part, err := parts.NextPart()
		if err != nil {
			break // the end, or what is torn off: what was read must do
		}
		kind, _, _ := mime.ParseMediaType(part.Header.Get("Content-Type"))
		switch kind {
		case "message/delivery-status", "message/global-delivery-status":
			b.action, b.status = recipientOf(part)
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			h := headersOf(part)
			b.messageID, b.token = strings.Trim(h.Get("Message-Id"), "<> \t"), strings.TrimSpace(h.Get(letterHeader))
		}
	}
	switch {
	case !bounceOfActions[b.action] || b.status == "":
		return b, errNoStatus
	case b.messageID == "":
		return b, errNoOriginal
	}
	return b, nil
}

// recipientOf reads the groups of a delivery status: the first is of the message, each further one of a recipient.
func recipientOf(r io.Reader) (action, status string) {
	groups := textproto.NewReader(bufio.NewReader(r))
	for range bounceParts {
		h, err := groups.ReadMIMEHeader()
		action, status = strings.ToLower(strings.TrimSpace(h.Get("Action"))), statusIn(h.Get("Status"))
		if action != "" || err != nil {
			return action, status
		}
	}
	return "", ""
}

// headersOf reads the head of the letter; one that is cut short gives what there is.
func headersOf(r io.Reader) textproto.MIMEHeader {
	h, _ := textproto.NewReader(bufio.NewReader(r)).ReadMIMEHeader() // what could be read counts
	return h
}

// hard reports whether a status says that the address is no good (RFC 3463, 3.2 and 3.3), and not the letter, the network,
// a full mailbox or somebody's policy. Of 5.1.x those about the sender are left out.
func hard(status string) bool {
	var class, subject, detail int
	if n, _ := fmt.Sscanf(status, "%d.%d.%d", &class, &subject, &detail); n != 3 || class != 5 {
		return false
	}
	switch subject {
	case 1: // addressing
		return detail != 7 && detail != 8
	case 2: // mailbox: disabled
		return detail == 1
	case 4: // routing: the domain cannot be found
		return detail == 4
	default:
		return false
	}
}

// statusOf gives the status of a recipient's refusal: what the server says, or else what its reply code means (RFC 5321, 4.2.3).
func statusOf(err error) string {
	code, status := codesOf(err)
	switch {
	case status != "":
		return status
	case code == 550, code == 551, code == 553: // no such mailbox, not here, not a name
		return "5.1.1"
	case code == 552:
		return "5.2.2"
	default:
		return "5.0.0"
	}
}

// held reports whether a letter waits until its person's address changes: the last one that bounced for good went to the address
// that the person still has. Addresses are named by the sequence of the fact that gave them.
func held(bounced, now uint64) bool { return bounced != 0 && bounced >= now }
