// Package notification tells people what concerns them: in the portal's inbox, and by e-mail once each.
//
// Rules, in plain words:
//   - A message is queued for its reason (enrolled, reminded, certified) once; the reason is part of its id. Queuing
//     it puts it into the inbox of its person. Only its person reads it.
//   - Whoever's codes, passkeys, recovery codes or recovery link were changed or used, and both sides of a stand-in, get a
//     notice: what happened, when, and what to do if it was not they.
//   - Heads of a unit get one notice for each campaign's tick of which people of theirs are overdue: how many, and where to see
//     them. Whoever holds a certificate is told 30 days before it expires.
//   - A person with an e-mail address also gets it as a letter, when a mail server is configured.
//   - Each letter is handed over once or flagged. MailBegun is recorded when the server has accepted sender and
//     recipient and nothing of the letter was given to it yet; MailHandedOver when the server answered 250 to its end.
//     A letter begun of which nothing more is known is flagged and never sent again: a person looks at it.
//   - A server that cannot be reached, or that refuses the platform rather than one letter, has taken nothing. The
//     letters stay queued and are tried again every minute, in order, without end; so an hour without a mail server
//     flags nothing. A temporary refusal of one letter is tried again for three days. A permanent one is flagged.
//   - Facts hold no readable personal data: names and addresses are revealed when a letter or a page is written, and
//     of a refusal only the server's codes are kept, for its words may hold the address.
//
// Events in: enrolment.person-enrolled, enrolment.enrolment-reminded, certification.certificate-issued,
// directory.person-registered, directory.person-corrected, catalog.course-published, account.totp-enrolled, account.totp-disabled,
// account.passkey-registered, account.passkey-removed, account.recovery-code-spent, account.recovery-used, access.stand-in-given,
// enrolment.overdue-escalated, scheduler.timer-fired.
// Events out: message-queued, message-read, mail-begun, mail-handed-over, mail-flagged.
package notification
