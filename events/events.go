// Package events is the story of Khuê Văn: every fact, one file per service, as plain structs.
//
// A type string such as "quiz.answer-saved.v1" is the contract; its JSON Schema stands in schemas/. Adding an optional
// field keeps the version, anything else makes a new one, and the old struct gains an Upgrade method. Ids are opaque.
// Names, e-mail addresses and free text about people are Sealed: readable only while the person's key exists.
package events

// Sealed is text under a person's own key. Fields of this type say by their name under which field name they are sealed.
type Sealed string

// Event is a fact with its written type.
type Event interface{ EventType() string }

// Roles, as they stand in facts.
const (
	RoleLearner = "learner" // everybody
	RoleTrainer = "trainer"
	RoleHead    = "head" // of a unit and those below it
	RoleAnalyst = "analyst"
	RoleAdmin   = "admin"
)

// All has one value of every event type and version.
func All() []Event {
	return []Event{
		AccessDenied{},

		UnitEstablished{}, PersonRegistered{}, PersonCorrected{}, MembershipBegan{}, MembershipEnded{}, RoleGranted{}, RoleWithdrawn{},
		PasswordSet{}, ImportConfirmed{},

		CoursePublished{}, CourseWithdrawn{},

		AssignmentMade{}, PersonEnrolled{}, EnrolmentReminded{}, EnrolmentCompleted{},

		CourseOpened{}, LessonStarted{}, LessonCompleted{}, QuizPassed{}, CourseCompleted{},

		ItemWritten{}, QuizDefined{}, AttemptStarted{}, AnswerSaved{}, AttemptSubmitted{},

		CertificateIssued{},

		CampaignScheduled{}, CampaignTicked{}, CampaignStopped{},

		MessageQueued{}, MessageRead{}, MailBegun{}, MailHandedOver{}, MailFlagged{},
	}
}
