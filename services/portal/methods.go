package portal

import (
	"khuevan/platform/host"
	"khuevan/platform/rpc"
	"khuevan/services/access"
	"khuevan/services/account"
	"khuevan/services/catalog"
	"khuevan/services/certification"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/evaluation"
	"khuevan/services/measurement"
	"khuevan/services/notification"
	"khuevan/services/progress"
	"khuevan/services/quiz"
	"khuevan/services/refresher"
	"khuevan/services/reporting"
	"khuevan/services/scheduler"
	"khuevan/services/webhook"
)

// Methods is everything that can be asked under /api/v1: what the pages use, with the same rules.
func Methods(services []string) []rpc.Signature {
	all := []rpc.Signature{
		directory.SetPassword.Signature, directory.ListUnits.Signature, directory.ListPeople.Signature, directory.NamePeople.Signature, directory.FindPeople.Signature,
		directory.PreviewImport.Signature, directory.ConfirmImport.Signature, directory.StartImport.Signature,
		directory.UndoImport.Signature, directory.ListImports.Signature, directory.GetImport.Signature, directory.ListDoubts.Signature, directory.DecideIdentity.Signature,
		directory.ListDenials.Signature,
		directory.ErasePerson.Signature, directory.RequestPrivacy.Signature, directory.AcknowledgePrivacy.Signature, directory.WithdrawPrivacy.Signature, directory.ListPrivacy.Signature, directory.ExportPerson.Signature,
		account.Factors.Signature, account.BeginTotp.Signature, account.ConfirmTotp.Signature, account.DisableTotp.Signature,
		account.ListPasskeys.Signature, account.RemovePasskey.Signature, account.OfferRecovery.Signature,
		access.GiveStandIn.Signature, access.EndStandIn.Signature, access.MyStandIns.Signature, access.ListFellows.Signature,
		access.WhoLooked.Signature, access.WhoLookedAt.Signature, access.WhoMay.Signature,
		directory.ListBelow.Signature, directory.FindUnits.Signature, directory.GetUnit.Signature, directory.ListChanges.Signature,
		directory.PreviewReorganise.Signature, directory.Reorganise.Signature, directory.Withdraw.Signature, directory.PlayMerger.Signature,
		directory.GetCareer.Signature, directory.ChangeCareer.Signature, directory.CorrectCode.Signature, directory.ListToPlace.Signature,
		catalog.ListCourses.Signature, catalog.GetCourse.Signature, catalog.ListPackages.Signature,
		catalog.PublishCourse.Signature, catalog.ListFrameworks.Signature, catalog.WithdrawCourse.Signature, catalog.GetFile.Signature,
		enrolment.AssignCourse.Signature, enrolment.PreviewAssign.Signature, enrolment.EndAssignment.Signature, enrolment.PreviewTakeBack.Signature, enrolment.TakeBack.Signature, enrolment.ListAssignments.Signature, enrolment.MyEnrolments.Signature, enrolment.Excuse.Signature, enrolment.WithdrawExcuse.Signature,
		enrolment.AskForCourse.Signature, enrolment.WithdrawRequest.Signature, enrolment.MyRequests.Signature, enrolment.ListRequests.Signature, enrolment.ApproveRequest.Signature, enrolment.RefuseRequest.Signature, enrolment.PreviewMove.Signature, enrolment.PreviewRound.Signature, enrolment.ListRounds.Signature, enrolment.MyProgrammes.Signature, enrolment.ChooseCourse.Signature,
		catalog.ListProgrammes.Signature, catalog.GetProgramme.Signature, catalog.ListProgrammePackages.Signature,
		catalog.PublishProgramme.Signature, catalog.WithdrawProgramme.Signature,
		progress.MyProgress.Signature, progress.GetProgress.Signature, progress.StartLesson.Signature, progress.CompleteLesson.Signature, progress.NoteTime.Signature, progress.NoteWatched.Signature, progress.ConfirmReading.Signature, progress.GetHours.Signature, progress.GetUnitHours.Signature, progress.DownloadHours.Signature,
		progress.ScheduleSession.Signature, progress.ListSessions.Signature, progress.MySessions.Signature, progress.GetSession.Signature, progress.ChangeSession.Signature, progress.CancelSession.Signature,
		progress.PreviewAttendance.Signature, progress.ImportAttendance.Signature, progress.UndoAttendance.Signature,
		quiz.GetQuiz.Signature, quiz.StartAttempt.Signature, quiz.GetAttempt.Signature, quiz.SaveAnswer.Signature,
		quiz.FlagItem.Signature, quiz.Observe.Signature, quiz.SubmitAttempt.Signature, quiz.GetPicture.Signature,
		quiz.ImportItems.Signature, quiz.ExportItems.Signature, quiz.ListItems.Signature, quiz.GetItem.Signature,
		quiz.WriteItem.Signature, quiz.MoveItem.Signature, quiz.StorePicture.Signature,
		quiz.GetRules.Signature, quiz.ReviseQuiz.Signature, quiz.ScheduleSitting.Signature, quiz.ListSittings.Signature,
		quiz.CancelSitting.Signature, quiz.GrantExtraTime.Signature, quiz.ListExtraTime.Signature, quiz.ListAttempts.Signature, quiz.GetTrail.Signature,
		quiz.ExtendDeadline.Signature, quiz.PreviewRemark.Signature, quiz.ConfirmRemark.Signature,
		measurement.GetAnalysis.Signature, measurement.GetItemAnalysis.Signature, measurement.Calibrate.Signature,
		certification.MyCertificates.Signature, certification.Verify.Signature, certification.DownloadPDF.Signature,
		certification.Credential.Signature, certification.DIDDocument.Signature, certification.StatusList.Signature, certification.Revocations.Signature,
		certification.Revoke.Signature, certification.ListIssuers.Signature, certification.RotateKey.Signature, certification.SucceedIssuer.Signature,
		certification.PreviewOrder.Signature, certification.StartOrder.Signature, certification.ListOrders.Signature, certification.GetOrder.Signature, certification.RetryOrder.Signature,
		certification.AskConfirmation.Signature, certification.DownloadConfirmation.Signature,
		scheduler.ScheduleCampaign.Signature, scheduler.PreviewSchedule.Signature, scheduler.ListCampaigns.Signature, scheduler.GetCampaign.Signature, scheduler.PauseCampaign.Signature, scheduler.ResumeCampaign.Signature, scheduler.StopCampaign.Signature,
		evaluation.AskWhatIf.Signature, evaluation.GetPredictedActual.Signature,
		webhook.ListTypes.Signature, webhook.Register.Signature, webhook.ListEndpoints.Signature, webhook.ListDeliveries.Signature, webhook.SendTest.Signature, webhook.Pause.Signature,
		webhook.Resume.Signature, webhook.PreviewReplay.Signature, webhook.Replay.Signature, webhook.RotateSecret.Signature, webhook.Remove.Signature,
		refresher.MyRecall.Signature, refresher.GetRefresher.Signature, refresher.Answer.Signature, refresher.GetRecall.Signature,
		evaluation.Effect.Signature, evaluation.ListTrials.Signature, evaluation.CheckArms.Signature,
		notification.MyMessages.Signature, notification.ReadMessage.Signature, notification.ListMail.Signature, notification.ListLetters.Signature, notification.DecideLetter.Signature,
		notification.MyPreferences.Signature, notification.Choose.Signature, notification.GetUnsubscription.Signature, notification.Unsubscribe.Signature,
		notification.ListTemplates.Signature, notification.GetTemplate.Signature, notification.ReviseTemplate.Signature, notification.ResetTemplate.Signature,
		reporting.GetRollup.Signature, reporting.ListRows.Signature, reporting.DownloadCompetency.Signature, reporting.ExportCompletion.Signature, reporting.Recount.Signature,
	}
	for _, service := range services {
		all = append(all, host.StatusOf(service, operators...).Signature, host.ReplayOf(service, operators...).Signature)
	}
	return all
}
