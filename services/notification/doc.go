// Package notification tells people what concerns them: in the portal's inbox, and by e-mail once each.
//
// Rules, in plain words:
//   - A message is queued for its reason (enrolled, reminded, certified, asked to refresh) once; the reason is part of its id. Queuing
//     it puts it into the inbox of its person. Only its person reads it.
//   - Whoever's codes, passkeys, recovery codes or recovery link were changed or used, and both sides of a stand-in, get a
//     notice: what happened, when, and what to do if it was not they.
//   - Whoever is enrolled in a programme gets one message about it, and none about each course that it opens; about a course chosen
//     in it they do. Another tells that it is completed.
//   - Heads of a unit get one notice for each campaign's tick of which people of theirs are overdue: how many, and where to see
//     them. Whoever holds a certificate is told 30 days before it expires.
//   - A person with an e-mail address also gets it as a letter, when a mail server is configured: at once, in the one letter of
//     the day, or not at all, as they chose for its kind. Some kinds cannot be refused; kinds.go says which, and why. A letter that can
//     be refused carries a link that does so at a click, without sign-in.
//   - In quiet hours and on days off no letter is sent but notices about the account, and what of a session would come too late
//     otherwise. The others wait; the inbox does not. when.go is the rule. What its person refuses meanwhile is not sent.
//   - One reminder, not six: a course is reminded of once a day, and all reminders of a person on a day are one letter. Which messages
//     a digest or a letter of reminders tells is a fact of its own, so that each is told once. That letter is a letter like others.
//   - Invitations to sessions carry the session as iCalendar; a change raises its sequence, a cancellation takes it back.
//   - What templates say stands in texts.yaml and can be changed; a message keeps the revision that held when it was queued.
//   - What waits for its time is not the sender's; once it is released, what follows holds.
//   - Each letter is handed over once or flagged. MailBegun is recorded before anything of a letter is offered to the server,
//     MailHandedOver when the server answered 250 to its end. A letter begun of which nothing more is known is flagged and never
//     sent again: a person looks at it, and sends it once more or leaves it. A logbook of the machine spares most the flag.
//   - A server that cannot be reached, or that refuses the platform rather than one letter, has taken nothing. The
//     letters stay queued and are tried again every minute, in order, without end; so an hour without a mail server
//     flags nothing. A temporary refusal of one letter is tried again, ever more seldom, for three days. A permanent one of the
//     letter is flagged; of the recipient, it is a bounce.
//   - What comes back as a delivery status notification is a bounce of the letter whose Message-ID and token it brings. When it says
//     that the address is no good, letters to the person are held with a flag until the address changes; then they go.
//   - Letters go over several connections, no faster than is set, and are begun ahead of their turn in a window.
//   - Facts hold no readable personal data: names and addresses are revealed when a letter or a page is written, and
//     of a refusal only the server's codes are kept, for its words may hold the address.
//
// Events in: enrolment.person-enrolled, enrolment.enrolment-reminded, certification.certificate-issued,
// enrolment.programme-enrolled, enrolment.programme-completed, enrolment.enrolment-withdrawn, catalog.programme-published,
// directory.person-registered, directory.person-corrected (also lets held letters go), catalog.course-published, account.totp-enrolled,
// account.totp-disabled, account.passkey-registered, account.passkey-removed, account.recovery-code-spent, account.recovery-used,
// access.stand-in-given, progress.session-invited, progress.session-uninvited, webhook.endpoint-suspended (administrators are told),
// refresher.refresher-offered,
// enrolment.overdue-escalated, scheduler.timer-fired.
// Events out: message-queued, message-read, mail-released, mail-withheld, mail-bundled, mail-begun, mail-deferred, mail-handed-over,
// mail-bounced, mail-flagged, mail-requeued, mail-left, bundle-made, way-chosen, template-revised, template-reset.
package notification
