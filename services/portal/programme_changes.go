package portal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"khuevan/events"
)

// programmeWords speaks of programmes in the reader's language; title names a course.
type programmeWords struct {
	*view
	title func(course string) string
}

// rule says how many of its courses a part asks for.
func (w programmeWords) rule(p events.ProgrammePart) string {
	n := len(p.Courses)
	if p.AtLeast == 0 && n == 1 {
		return w.t("1 khóa học", "one course")
	}
	if p.AtLeast == 0 {
		return fmt.Sprintf(w.t("tất cả %d khóa học", "all of %d courses"), n)
	}
	return fmt.Sprintf(w.t("chọn %d trong %d khóa học", "choose %d of %d courses"), p.AtLeast, n)
}

func (w programmeWords) titles(courses []string) string {
	var all []string
	for _, c := range courses {
		all = append(all, w.title(c))
	}
	return strings.Join(all, "; ")
}

func (w programmeWords) months(n int) string {
	if n == 0 {
		return w.t("không thời hạn", "unlimited")
	}
	return w.t(strconv.Itoa(n)+" tháng", counted(n, "month"))
}

// hours says a range of hours.
func (w programmeWords) hours(least, most int) string {
	if least == most {
		return w.t(strconv.Itoa(least)+" tiết", counted(least, "period")+" of 45 minutes")
	}
	return fmt.Sprintf(w.t("%d–%d tiết", "%d–%d periods of 45 minutes"), least, most)
}

// changes says what differs between two versions, a sentence each; none where they say the same.
func (w programmeWords) changes(was, is events.ProgrammePublished) []string {
	all := slices.Concat(
		w.renamed(w.t("Tên chương trình", "The title"), was.Title, is.Title),
		w.renamed(w.t("Phần giới thiệu", "The summary"), was.Summary, is.Summary))
	if was.ValidityMonths != is.ValidityMonths {
		all = append(all, fmt.Sprintf(w.t("Hiệu lực: từ %s thành %s.", "Validity: from %s to %s."), w.months(was.ValidityMonths), w.months(is.ValidityMonths)))
	}
	all = append(all, w.certificateChanges(was, is)...)
	all = append(all, w.partChanges("", was.Parts, is.Parts)...)
	return append(all, w.partChanges(w.t("Lộ trình rút gọn: ", "The shorter path: "), was.Again, is.Again)...)
}

func (w programmeWords) renamed(what string, was, is events.Words) (all []string) {
	if was.Vi != is.Vi {
		all = append(all, fmt.Sprintf(w.t("%s: từ “%s” thành “%s”.", "%s: from “%s” to “%s”."), what, was.Vi, is.Vi))
	}
	if was.En != is.En {
		all = append(all, fmt.Sprintf(w.t("%s bằng tiếng Anh: từ “%s” thành “%s”.", "%s in English: from “%s” to “%s”."), what, was.En, is.En))
	}
	return all
}

func (w programmeWords) partChanges(in string, was, is []events.ProgrammePart) (all []string) {
	id := func(p events.ProgrammePart) string { return p.ID }
	dropped, added, reordered := compared(was, is, id)
	for _, p := range dropped {
		all = append(all, fmt.Sprintf(w.t("%sBỏ phần “%s”.", "%sThe part “%s” is taken out."), in, w.words(p.Title)))
	}
	for _, p := range added {
		all = append(all, fmt.Sprintf(w.t("%sThêm phần “%s”, %s: %s.", "%sA new part “%s”, %s: %s."), in, w.words(p.Title), w.rule(p), w.titles(coursesIn(p))))
	}
	for _, p := range is {
		if at := slices.IndexFunc(was, func(x events.ProgrammePart) bool { return x.ID == p.ID }); at >= 0 {
			all = append(all, w.partChange(in+fmt.Sprintf(w.t("Phần “%s”", "Part “%s”"), w.words(was[at].Title)), was[at], p)...)
		}
	}
	if reordered {
		var order []string
		for _, p := range is {
			order = append(order, w.words(p.Title))
		}
		all = append(all, fmt.Sprintf(w.t("%sThứ tự các phần: %s.", "%sThe order of the parts: %s."), in, strings.Join(order, "; ")))
	}
	return all
}

func (w programmeWords) partChange(in string, was, is events.ProgrammePart) []string {
	all := w.renamed(in+w.t(", tên", ", title"), was.Title, is.Title)
	if w.rule(was) != w.rule(is) {
		all = append(all, fmt.Sprintf(w.t("%s: từ %s thành %s.", "%s: from %s to %s."), in, w.rule(was), w.rule(is)))
	}
	dropped, added, reordered := compared(coursesIn(was), coursesIn(is), itself)
	all = append(all, w.listed(in, dropped, added)...)
	if reordered {
		all = append(all, fmt.Sprintf(w.t("%s, thứ tự các khóa học: %s.", "%s, the order of the courses: %s."), in, w.titles(coursesIn(is))))
	}
	for _, c := range is.Courses {
		old := events.ProgrammeCourse{}
		if at := slices.IndexFunc(was.Courses, func(x events.ProgrammeCourse) bool { return x.Course == c.Course }); at >= 0 {
			old = was.Courses[at]
		}
		here := in + fmt.Sprintf(w.t(", khóa học được tính thay cho “%s”", ", courses that count instead of “%s”"), w.title(c.Course))
		dropped, added, reordered := compared(old.Equivalents, c.Equivalents, itself)
		all = append(all, w.listed(here, dropped, added)...)
		if reordered {
			all = append(all, here+": "+w.titles(c.Equivalents)+".")
		}
	}
	return all
}

func (w programmeWords) listed(in string, dropped, added []string) (all []string) {
	if len(dropped) > 0 {
		all = append(all, fmt.Sprintf(w.t("%s: bỏ %s.", "%s: without %s."), in, w.titles(dropped)))
	}
	if len(added) > 0 {
		all = append(all, fmt.Sprintf(w.t("%s: thêm %s.", "%s: with %s."), in, w.titles(added)))
	}
	return all
}

func coursesIn(p events.ProgrammePart) (all []string) {
	for _, c := range p.Courses {
		all = append(all, c.Course)
	}
	return all
}

func itself(s string) string { return s }

// compared tells what stands in one list only, and whether the rest stands in another order.
func compared[T any](was, is []T, id func(T) string) (dropped, added []T, reordered bool) {
	ids := func(all []T) (names []string) {
		for _, x := range all {
			names = append(names, id(x))
		}
		return names
	}
	old, now := ids(was), ids(is)
	var kept []string
	for i, x := range was {
		if slices.Contains(now, old[i]) {
			kept = append(kept, old[i])
		} else {
			dropped = append(dropped, x)
		}
	}
	var stayed []string
	for i, x := range is {
		if slices.Contains(old, now[i]) {
			stayed = append(stayed, now[i])
		} else {
			added = append(added, x)
		}
	}
	return dropped, added, !slices.Equal(kept, stayed)
}
