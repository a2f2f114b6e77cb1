package progress

import (
	"maps"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/eventtest"
	"khuevan/platform/fault"
)

// meeting is a session of lesson a from the first minute of monday, an hour and a half long.
var meeting = events.SessionScheduled{Session: "s1", Course: "attt", Lesson: "a", Unit: "xa1", Start: after(0), End: after(90), Place: "Hội trường", By: "moc"}

func list(n int, rows ...events.Attendance) events.AttendanceImported {
	return events.AttendanceImported{Session: "s1", Import: n, Rows: rows, By: "moc"}
}

func was(person string, minutes int) events.Attendance {
	return events.Attendance{Person: person, Minutes: minutes}
}

func imports(minute int, rows ...events.Attendance) importAttendance {
	return importAttendance{Session: "s1", By: "moc", Rows: rows, At: after(minute)}
}

func TestSchedulingASession(t *testing.T) {
	at := func(past ...eventsource.Event) eventtest.Scenario[session] {
		return eventtest.Given[session](t, past...)
	}
	at().When(schedule{meeting}).Then(meeting)
	at(meeting).When(schedule{meeting}).ThenNothing()
	for _, change := range []func(*events.SessionScheduled){func(e *events.SessionScheduled) { e.End = e.Start }, func(e *events.SessionScheduled) { e.End = e.Start.Add(13 * time.Hour) },
		func(e *events.SessionScheduled) { e.Place = "" }} {
		wrong := meeting
		change(&wrong)
		at().When(schedule{wrong}).ThenRefused(fault.Invalid)
	}
	at().When(cancel{"s1", "moc"}).ThenRefused(fault.NotFound)
	at(meeting).When(cancel{"s1", "moc"}).Then(events.SessionCancelled{Session: "s1", By: "moc"})
	at(meeting, list(1, was("lan", 90))).When(cancel{"s1", "moc"}).ThenRefused(fault.Conflict)
	at(meeting, list(1, was("lan", 90)), events.AttendanceUndone{Session: "s1", Import: 1}).When(cancel{"s1", "moc"}).Then(events.SessionCancelled{Session: "s1", By: "moc"})
}

func TestImportingAttendance(t *testing.T) {
	at := func(past ...eventsource.Event) eventtest.Scenario[session] {
		return eventtest.Given[session](t, past...)
	}
	at().When(imports(90, was("lan", 90))).ThenRefused(fault.NotFound)
	at(meeting).When(imports(-1, was("lan", 90))).ThenRefused(fault.Conflict)
	at(meeting, events.SessionCancelled{Session: "s1"}).When(imports(90, was("lan", 90))).ThenRefused(fault.Conflict)
	at(meeting).When(imports(90, was("lan", 90), was("minh", 0))).Then(list(1, was("lan", 90)))
	at(meeting, list(1, was("lan", 90))).When(imports(95, was("lan", 90))).ThenNothing()
	at(meeting, list(1, was("lan", 90))).When(imports(95, was("lan", 0), was("minh", 80))).Then(list(2, was("lan", 0), was("minh", 80)))
}

func TestTakingAttendanceBack(t *testing.T) {
	at := func(past ...eventsource.Event) eventtest.Scenario[session] {
		return eventtest.Given[session](t, past...)
	}
	past := []eventsource.Event{meeting, list(1, was("lan", 40), was("minh", 90)), list(2, was("lan", 90))}
	back := func(n int, rows ...events.Attendance) events.AttendanceUndone {
		return events.AttendanceUndone{Session: "s1", Import: n, Rows: rows, By: "moc"}
	}
	at(past...).When(undoAttendance{"s1", 2, "moc"}).Then(back(2, was("lan", 40)))
	at(past...).When(undoAttendance{"s1", 1, "moc"}).Then(back(1, was("minh", 0))) // of lan the second list speaks
	at(append(past, back(2, was("lan", 40)))...).When(undoAttendance{"s1", 2, "moc"}).ThenNothing()
	at(past...).When(undoAttendance{"s1", 3, "moc"}).ThenRefused(fault.NotFound)
	at(append(past, back(2, was("lan", 40)))...).When(imports(99, was("lan", 90))).Then(list(3, was("lan", 90))) // the same list again, on purpose
}

// Whatever is imported and taken back: the facts of changes add up to what the lists that hold say.
func TestAttendanceIsWhatTheListsThatHoldSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := session{}.Evolve(meeting)
		told := map[string]int{}
		tell := func(rows []events.Attendance) {
			for _, r := range rows {
				if told[r.Person] = r.Minutes; r.Minutes == 0 {
					delete(told, r.Person)
				}
			}
		}
		for range rapid.IntRange(0, 12).Draw(t, "steps") {
			var decided []eventsource.Event
			var err error
			if len(s.imports) > 0 && rapid.Bool().Draw(t, "undo") {
				decided, err = undoAttendance{"s1", rapid.IntRange(1, len(s.imports)).Draw(t, "import"), "moc"}.Decide(s)
			} else {
				decided, err = imports(90, was(rapid.SampledFrom([]string{"lan", "minh", "hoa"}).Draw(t, "who"), rapid.SampledFrom([]int{0, 40, 90}).Draw(t, "minutes"))).Decide(s)
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range decided {
				s = s.Evolve(e)
				switch e := e.(type) {
				case events.AttendanceImported:
					tell(e.Rows)
				case events.AttendanceUndone:
					tell(e.Rows)
				}
			}
		}
		known := s.known()
		maps.DeleteFunc(known, func(_ string, minutes int) bool { return minutes == 0 })
		if !reflect.DeepEqual(known, told) {
			t.Fatalf("known %v, told %v", known, told)
		}
	})
}

func attends(minute, minutes int) events.LessonAttended {
	return events.LessonAttended{Person: "lan", Course: "attt", Period: 1, Lesson: "a", Session: "s1", Import: 1, Minutes: minutes, Of: 90, At: after(minute)}
}

func TestAttendanceCompletesALiveLesson(t *testing.T) {
	o := opening2(false)
	o.Rules = []events.LessonRule{{Lesson: "a", Kind: events.LessonLive, Share: 0.8}}
	reopened := events.LessonReopened{Person: "lan", Course: "attt", Period: 1, Lesson: "a", At: after(120)}

	given(t).When(attend{attends(99, 90)}).ThenRefused(fault.Unavailable)
	given(t, opening2(false)).When(attend{attends(99, 90)}).ThenNothing() // a text
	given(t, o).When(finish{stepOf("a", 5)}).ThenRefused(fault.Conflict)
	given(t, o).When(attend{attends(99, 71)}).Then(attends(99, 71))
	given(t, o).When(attend{attends(99, 72)}).Then(attends(99, 72), done("a", 99, 0))
	given(t, o, attends(99, 72), done("a", 99, 0)).When(attend{attends(100, 72)}).ThenNothing()
	given(t, o, done("b", 5, 60)).When(attend{attends(99, 90)}).Then(attends(99, 90), done("a", 99, 0), completed(99, 0, 60, allLessons))
	given(t, o, attends(99, 90), done("a", 99, 0)).When(attend{attends(120, 0)}).Then(attends(120, 0), reopened)
	given(t, o, attends(99, 0)).When(attend{attends(120, 0)}).ThenNothing()

	other := attends(99, 90) // another session of the same lesson is enough by itself
	other.Session = "s2"
	given(t, o, attends(90, 90), done("a", 90, 0), other).When(attend{attends(120, 0)}).Then(attends(120, 0))
	half := attends(99, 45)
	half.Session = "s2"
	given(t, o, attends(90, 45)).When(attend{half}).Then(half) // two halves are no whole

	whole := []eventsource.Event{o, done("b", 5, 60), attends(99, 90), done("a", 99, 0), completed(99, 0, 60, allLessons)}
	given(t, whole...).When(attend{attends(120, 0)}).Then(attends(120, 0)) // what is completed stays so
	given(t, o, attends(99, 90), done("a", 99, 30), attends(120, 0), reopened, attends(130, 90), done("a", 130, 40)).When(finish{stepOf("b", 140)}).
		Then(done("b", 140, 0), completed(140, 0, 40, allLessons))
}
