package progress

import (
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// New makes the service.
func New(d host.Deps) host.Service {
	v := newView()
	a := api{Deps: d, view: v}
	h := hours{Deps: d, ledger: newLedger()}
	l := live{hours: h, view: v, sessions: newSessionsView()}
	return host.Service{
		Name: "progress",
		Endpoints: []rpc.Endpoint{
			MyProgress.Handle(a.myProgress),
			GetProgress.Handle(a.getProgress),
			StartLesson.Handle(a.startLesson),
			CompleteLesson.Handle(a.completeLesson),
			NoteTime.Handle(a.noteTime),
			NoteWatched.Handle(a.noteWatched), ConfirmReading.Handle(a.confirmReading),
			GetHours.Handle(h.getHours), GetUnitHours.Handle(h.getUnitHours), DownloadHours.Handle(h.downloadHours),
			ScheduleSession.Handle(l.scheduleSession), ListSessions.Handle(l.listSessions), MySessions.Handle(l.mySessions), GetSession.Handle(l.getSession), ChangeSession.Handle(l.changeSession), CancelSession.Handle(l.cancelSession),
			PreviewAttendance.Handle(l.previewAttendance), ImportAttendance.Handle(l.importAttendance), UndoAttendance.Handle(l.undoAttendance),
		},
		Projections: []*readmodel.Projection{v.projection, h.projection, h.structure.Projection, l.sessions.projection},
		Reactors:    append(reactors{Deps: d, view: v}.list(), l.inviter()),
	}
}
