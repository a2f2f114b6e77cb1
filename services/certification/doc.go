// Package certification issues certificates, once and for good, and shows anyone what they claim.
//
// Rules:
//   - Whoever completes a period of a course or a programme gets exactly one certificate for it. The certificate's stream is the person, the
//     course or programme and the period, so a repeated or redelivered completion decides nothing.
//   - A course says how: at once on completion, when somebody orders it, or never. An order means everybody who completed the course
//     between two days, as far as the journal goes when it was previewed, and has no certificate of that period; it is possible for
//     every course whose latest version issues any, so also for what was completed when none were issued.
//   - An order is carried out in steps, each ended by a fact that calls for the next. A killed process leaves none out and doubles
//     none; who cannot be issued one is named with the reason, and can be tried again. Orders and completions take one way: prepare.
//   - A programme says so too, and none are issued where it says nothing. Its certificate has no mark; its hours are those of the
//     courses that filled its places, summed, each in the version that was completed; its criteria name the parts and these courses.
//     All else is as of a course.
//   - A certificate says what held when it was issued: the name as it was known, the unit in which the person held a post
//     on the day of completion, the title and hours of the course version that was completed, the issuer's name.
//     Nothing that happens later changes it.
//   - It is valid through the end of its last day: the day of completion, months later. Where that month is
//     shorter, the last day is the month's last. Days are those of Viet Nam.
//   - Its number cannot be guessed: 60 random bits. When an issue is tried twice, two numbers are drawn, and the one in
//     the journal holds; nobody has seen the other.
//   - Every claim is signed with Ed25519; see claims.go for the exact text. Whoever looks a certificate up sees every
//     claim, the text, the signature and the key, so that an edited paper or an edited database row shows.
//   - It stands in a register: each issuer counts the certificates of a year from 1, without gaps. The number is drawn before the
//     certificate is issued and stays its own, so an issue that was cut off goes on with the same one. The moment of the draw is that
//     of the issue, so one that is finished in another year, or under a successor, still stands where it was entered.
//   - It is an Open Badges 3.0 credential too, with a Data Integrity proof (eddsa-rdfc-2022), kept to the byte as it was issued.
//     statements.go gives both the JSON and the statements that the proof covers; badge_test.go has others' libraries verify it.
//   - Issuers are did:web names. A new key, another name and a successor are facts; every key that ever signed stays in the
//     DID document, so what was issued can be checked for ever. The successor keeps the keys for the lists of its forerunner.
//   - Revocation and supersession by a certificate of a later period are facts of their own and change nothing that was issued.
//     Revocation shows in a Bitstring Status List and a 1EdTech revocation list, each public.
//   - Whoever lost the paper, or the department for them, is given a confirmation: a fact with a number of its own, and a paper that
//     names what the certificate claims and what it was on that day. It is given at once, not of what was revoked or erased; the public
//     page tells how many were given and when, and no more. The certificate and its paper stay as they are.
//   - In its last 90 days a certificate is told to be expiring, unless a later one has taken its place.
//   - The holder's name is sealed under the holder's own key. Once that is destroyed, the other claims are
//     still shown; the signature covered the name, so it can no longer be checked, and the paper is not made again.
//   - Anyone may verify. Holders download their own certificate, trainers and administrators any.
//
// Events in: progress.course-completed, enrolment.programme-completed; directory.*, catalog.course-published and
// catalog.programme-published for names and titles; its own.
// Events out: certificate-issued, -revoked, -superseded, numbers-drawn, issuer-established, -key-made, -succeeded,
// issue-ordered, -advanced, -finished, -retried, confirmation-given.
package certification
