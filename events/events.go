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

// Chapter is the facts of one kind of stream.
type Chapter struct {
	Noun  string // "service.noun", the first two parts of the stream's name
	ID    string // what the id consists of
	Facts []Event
}

// Story has one value of every event type and version, by the streams in which they stand.
func Story() []Chapter {
	return []Chapter{
		{"access.person", "<person>_<day>", []Event{AccessDenied{}}},
		{"access.delegation", "<giver>_<id>", []Event{StandInGiven{}, StandInEnded{}}},
		{"access.reads", "<reader>_<hour>", []Event{DataRead{}}},
		{"directory.unit", "<unit>", []Event{UnitEstablished{}, UnitRenamed{}, UnitMoved{}, UnitEnded{}, UnitFactWithdrawn{}}},
		{"directory.person", "<person>", []Event{PersonRegistered{}, PersonCorrected{}, MembershipBegan{}, MembershipEnded{},
			RoleGranted{}, RoleWithdrawn{}, PasswordSet{}, PersonErased{}, PersonRetracted{},
			MembershipRestated{}, MembershipWithdrawn{}, LeaveBegan{}, LeaveEnded{}, PersonRetired{}, PersonReturned{}, CareerDayCame{}, UnitDayCame{}}},
		{"directory.request", "<person>_<request>", []Event{PrivacyRequestReceived{}, PrivacyRequestAcknowledged{}, PrivacyRequestFulfilled{}, PrivacyRequestWithdrawn{}}},
		{"directory.plan", "<import>_<part>", []Event{ImportPlanned{}}},
		{"directory.import", "<import>", []Event{ImportAccepted{}, ImportAdvanced{}, ImportConfirmed{}, ImportUndoBegan{}, ImportUndone{}}},
		{"directory.mapping", "<organisation>-<signature>", []Event{MappingChosen{}}},
		{"directory.doubt", "<person>", []Event{IdentityDoubted{}, IdentityDecided{}, IdentityDropped{}}},
		{"account.person", "<person>", []Event{TotpEnrolled{}, TotpAccepted{}, RecoveryCodeSpent{}, TotpDisabled{}, PasskeyRegistered{}, PasskeyUsed{},
			PasskeyRemoved{}, IdentityLinked{}, RecoveryOffered{}, RecoveryUsed{}}},
		{"catalog.course", "<course>", []Event{CoursePublished{}, CourseWithdrawn{}}},
		{"catalog.file", "<digest>", []Event{FileStored{}}},
		{"catalog.programme", "<programme>", []Event{ProgrammePublished{}, ProgrammeWithdrawn{}}},
		{"enrolment.assignment", "<assignment>", []Event{AssignmentMade{}, AssignmentEnded{}, AssignmentTakenBack{}}},
		{"enrolment.enrolment", "<person>_<course>", []Event{PersonEnrolled{}, EnrolmentReminded{}, EnrolmentCompleted{}, PersonExcused{}, ExcuseWithdrawn{}, PeriodMoved{}, EnrolmentWithdrawn{}, PersonHeldOut{}, HoldOutEnded{}}},
		{"enrolment.trial", "<campaign>_<tick>", []Event{ArmsDrawn{}}},
		{"enrolment.programme", "<person>_<programme>", []Event{ProgrammeEnrolled{}, ProgrammeCourseCounted{}, ProgrammeCompleted{}}},
		{"enrolment.escalation", "<campaign>_<tick>_<unit>", []Event{OverdueEscalated{}}},
		{"enrolment.request", "<person>_<course>", []Event{EnrolmentRequested{}, EnrolmentApproved{}, EnrolmentRefused{}, RequestWithdrawn{}}},
		{"progress.course", "<person>_<course>_<period>", []Event{CourseOpened{}, CourseMoved{}, LessonStarted{}, LessonCompleted{}, QuizPassed{}, CourseCompleted{},
			LessonWatched{}, ReadingConfirmed{}, LessonAttended{}, LessonReopened{}}},
		{"progress.session", "<session>", []Event{SessionScheduled{}, SessionChanged{}, SessionCancelled{}, AttendanceImported{}, AttendanceUndone{}}},
		{"progress.invitation", "<person>_<session>", []Event{SessionInvited{}, SessionUninvited{}}},
		{"progress.time", "<person>_<day>", []Event{LessonTimeNoted{}}},
		{"quiz.item", "<course>-<item>", []Event{ItemWritten{}, ItemSubmitted{}, ItemApproved{}, ItemReturned{}, ItemRetired{}, ItemRestored{}}},
		{"quiz.picture", "<digest>", []Event{PictureStored{}}},
		{"quiz.quiz", "<course>", []Event{QuizDefined{}, QuizRevised{}}},
		{"quiz.sitting", "<sitting>", []Event{SittingScheduled{}, SittingPrepared{}, SittingCancelled{}}},
		{"quiz.accommodation", "<person>", []Event{ExtraTimeGranted{}}},
		{"quiz.remark", "<remark>", []Event{RemarkDecided{}}},
		{"quiz.attempt", "<person>_<course>_<period>_<number>", []Event{AttemptPrepared{}, AttemptStarted{}, AnswerSaved{}, AnswerCameLate{},
			ItemFlagged{}, AttemptObserved{}, DeadlineExtended{}, AttemptSubmitted{}, AttemptRemarked{}}},
		{"measurement.bank", "<course>", []Event{BankCalibrated{}}},
		{"certification.certificate", "<person>_<course>_<period> or <person>_programme_<programme>_<period>", []Event{CertificateIssued{}, CertificateRevoked{}, CertificateSuperseded{}, ConfirmationGiven{}}},
		{"certification.order", "<order>", []Event{IssueOrdered{}, IssueAdvanced{}, IssueFinished{}, IssueRetried{}}},
		{"certification.register", "<issuer>_<year>", []Event{NumbersDrawn{}}},
		{"certification.issuer", "<issuer>", []Event{IssuerEstablished{}, IssuerKeyMade{}, IssuerSucceeded{}}},
		{"scheduler.campaign", "<campaign>", []Event{CampaignScheduled{}, CampaignTicked{}, CampaignPaused{}, CampaignResumed{}, CampaignStopped{}}},
		{"webhook.endpoint", "<endpoint>", []Event{EndpointRegistered{}, EndpointSecretRotated{}, EndpointPaused{}, EndpointResumed{}, EndpointRewound{},
			EndpointFailing{}, EndpointRecovered{}, EndpointSuspended{}, EndpointReached{}, EndpointRemoved{}}},
		{"refresher.person", "<person>", []Event{CompetenciesPassed{}, RefresherOffered{}, QuestionAnswered{}, RefresherFinished{}, RefresherExpired{}}},
		{"evaluation.forecast", "<campaign>_<tick>", []Event{ForecastMade{}}},
		{"scheduler.routine", "<name>", []Event{RoutineTicked{}}},
		{"scheduler.timer", "<what>_<whose>", []Event{TimerSet{}, TimerFired{}, TimerCancelled{}}},
		{"notification.message", "<person>_<what>", []Event{MessageQueued{}, MessageRead{}, MailReleased{}, MailWithheld{}, MailBundled{},
			MailBegun{}, MailDeferred{}, MailHandedOver{}, MailBounced{}, MailFlagged{}, MailRequeued{}, MailLeft{}}},
		{"notification.bundle", "<person>_<bundle>", []Event{BundleMade{}}},
		{"notification.preferences", "<person>", []Event{WayChosen{}}},
		{"notification.template", "<template>", []Event{TemplateRevised{}, TemplateReset{}}},
	}
}

// All has one value of every event type and version.
func All() []Event {
	var all []Event
	for _, c := range Story() {
		all = append(all, c.Facts...)
	}
	return all
}
