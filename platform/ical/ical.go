// Package ical writes an event as iCalendar (RFC 5545) that is sent as an invitation, updated and cancelled (RFC 5546).
package ical

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"khuevan/platform/clock"
)

// Method is what a calendar is to do with an event.
type Method string

// The methods that are written here.
const (
	Request Method = "REQUEST" // an invitation, or an update of it
	Cancel  Method = "CANCEL"
	Publish Method = "PUBLISH" // to be looked at or taken over; nobody is invited
)

// Event is one thing that is held from a moment to another.
type Event struct {
	UID      string    // the same for everything that is ever said of the event
	Sequence int       // rises with each change
	Stamp    time.Time // when it was said
	Start    time.Time
	End      time.Time

	Summary, Location, Description, URL string

	Organizer Party
	Attendee  Party         // no address: nobody is invited
	Remind    time.Duration // before the start; 0 for no alarm
}

// Party is whoever organises or attends.
type Party struct{ Name, Address string }

// local is how times in the province's zone are written, and utc the other one.
const (
	local = "20060102T150405"
	utc   = "20060102T150405Z"
)

// zone is the province's: UTC+7 since 1975, without daylight saving. It stands in each calendar, so that none needs to know it.
var zone = []string{
	"BEGIN:VTIMEZONE", "TZID:" + clock.DefaultZone,
	"BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:+0700", "TZOFFSETTO:+0700", "TZNAME:+07", "END:STANDARD",
	"END:VTIMEZONE",
}

// Write gives the event as a calendar of a method; the same event makes the same bytes.
func (e Event) Write(m Method) []byte {
	lines := append([]string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Khuê Văn//Khuê Văn//VI", "CALSCALE:GREGORIAN", "METHOD:" + string(m)}, zone...)
	lines = append(lines, "BEGIN:VEVENT", "UID:"+text(e.UID), fmt.Sprintf("SEQUENCE:%d", e.Sequence), "DTSTAMP:"+e.Stamp.UTC().Format(utc),
		"DTSTART;TZID="+clock.DefaultZone+":"+clock.Local(e.Start).Format(local), "DTEND;TZID="+clock.DefaultZone+":"+clock.Local(e.End).Format(local),
		"SUMMARY:"+text(e.Summary))
	for _, p := range [][2]string{{"LOCATION", text(e.Location)}, {"DESCRIPTION", text(e.Description)}, {"URL", uri(e.URL)}} {
		if p[1] != "" {
			lines = append(lines, p[0]+":"+p[1])
		}
	}
	if e.Organizer.Address != "" {
		lines = append(lines, "ORGANIZER"+e.Organizer.named()+":mailto:"+uri(e.Organizer.Address))
	}
	if e.Attendee.Address != "" && m != Publish {
		lines = append(lines, "ATTENDEE"+e.Attendee.named()+";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=FALSE:mailto:"+uri(e.Attendee.Address))
	}
	lines = append(lines, e.state(m)...)
	return fold(append(lines, "END:VEVENT", "END:VCALENDAR"))
}

// state is whether the event is held, and the alarm before it.
func (e Event) state(m Method) []string {
	if m == Cancel {
		return []string{"STATUS:CANCELLED"}
	}
	lines := []string{"STATUS:CONFIRMED", "TRANSP:OPAQUE"}
	if e.Remind > 0 {
		lines = append(lines, "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:"+text(e.Summary), fmt.Sprintf("TRIGGER:-PT%dM", int(e.Remind.Minutes())), "END:VALARM")
	}
	return lines
}

// named gives the name as a parameter. Within its quotes nothing is escaped (RFC 5545, 3.2), so what may not stand there is left out.
func (p Party) named() string {
	name := strings.ReplaceAll(plain(p.Name, ' '), `"`, "'")
	if strings.TrimSpace(name) == "" {
		return ""
	}
	return `;CN="` + name + `"`
}

// text escapes a value of type TEXT (RFC 5545, 3.3.11).
func text(s string) string {
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(plain(s, -1))
}

// uri leaves out what would end the line.
func uri(s string) string { return strings.ReplaceAll(plain(s, -1), "\n", "") }

// plain puts something else in the place of control characters, -1 for nothing; lines stay where nothing takes their place.
func plain(s string, otherwise rune) string {
	return strings.Map(func(c rune) rune {
		if unicode.IsControl(c) && (c != '\n' || otherwise != -1) {
			return otherwise
		}
		return c
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// longest is how many octets a line has at most, without the CR LF that ends it (RFC 5545, 3.1).
const longest = 75

// fold writes lines; a longer one goes on in the next, which begins with a space. No character is cut in two.
func fold(lines []string) []byte {
	var out strings.Builder
	for _, line := range lines {
		room := longest
		for _, c := range line {
			if n := len(string(c)); n > room {
				out.WriteString("\r\n ")
				room = longest - 1 - n
			} else {
				room -= n
			}
			out.WriteRune(c)
		}
		out.WriteString("\r\n")
	}
	return []byte(out.String())
}
