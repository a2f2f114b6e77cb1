// Package directory knows the units and the people of the province, what roles people hold, and how they sign in.
//
// # Rules
//
// Units and people come from CSV files that an administrator imports. A preview reads the files, compares them with the
// directory and writes nothing; a confirmation carries the digest of exactly the previewed text and takes the good rows
// over. A bad row names its line, column and remedy and hinders no other row, except those that need it: a division whose
// department is bad, a person whose unit is bad. Rows that contradict each other (one code twice, one e-mail address for
// two people) are all left out, for nobody knows which one is meant. The same file twice changes nothing. An import that
// was cut off is ended by importing the same file again: parents are written before their children and units before
// people, and every row is compared with what is there.
//
// A unit is known by its code, a person by the personnel code, both without regard to case. Codes never change, and a
// person has one main place: the unit and post of the latest file, held from the day of that import on. A later row may
// restate a unit's name, kind and day (the fact is UnitEstablished again: the unit as it is from that day on). It may not
// move the unit under another parent; that is a reorganisation, which has dated facts of its own and is refused here.
// A person who is missing in a later file stays as she is: a file is no list of leavers.
//
// Everybody is a learner. A head is head of the unit she belongs to and those below it; trainers, analysts and
// administrators are so everywhere.
//
// An import ends when its caller's time ends: new people take about a second per thousand, so a caller allows minutes.
// One import runs at a time in one process. Two processes that import the same new people in the same moment would
// register them twice, so a deployment gives this service one replica.
//
// # The organisation over time
//
// A step establishes, renames, moves, merges, splits or dissolves units from a day on, which may lie in the past or in the
// future. It is previewed, and checked against the structure of its day and of the later days on which anything changes. A
// step, or a single fact, can be withdrawn: it then holds on no day, and as known before it still did. A unit that was
// merged carries its people and what stands below it into its successor; the people of a split or dissolved one are to be
// placed. Main posts, concurrent posts and secondments are memberships with an id, from a day until another;
// leave and retirement are noted beside them. What is stated for a later day counts for sign-in, roles and today's
// numbers already; the tree and the histories go by the day. Package organisation has the rules.
//
// # Sign-in
//
// By personnel code or e-mail address and a password. Passwords have 10 to 128 characters and are neither the code nor
// the address. Hashes are argon2id with 19 MiB of memory, 2 passes and 1 lane (what the OWASP Password Storage Cheat Sheet
// asks for at least), in PHC string form and sealed under the person's key; at most two are computed at once. An unknown account costs the same time as a known one. After five wrong tries an account waits 30
// seconds, then twice as long after each further one, up to 15 minutes; this is kept in the memory of each process.
// People whose code starts with "DEMO-" can sign in only where the platform runs as a demo, by whatever way.
//
// # Personal data
//
// Personnel codes, names, addresses and birth years are sealed under the person's own key, in facts and in read models.
// Read models also hold keyed hashes of code and address, to look people up, and of all particulars together, to see
// that a row says nothing new; events hold none of these.
//
// An administrator erases a person by typing her personnel code: PersonErased is recorded, then her key destroyed; a reactor
// does the second again after a crash or a restore. Sealed texts, keyed hashes, roles and password leave the document;
// of where she stood, the past stays, so that totals do: on days before she counts, from the day on she stands nowhere. Everybody gets everything held about them: every fact on streams of theirs, and who
// looked at them, read from the journal. Requests are acknowledged by a date that content/law sets, and can be
// withdrawn until they are fulfilled.
//
// # Events
//
// In: access denials of any service, to list them (AccessDenied). Out: UnitEstablished; PersonRegistered,
// UnitRenamed, UnitMoved, UnitEnded, UnitFactWithdrawn;
// PersonCorrected, MembershipBegan, MembershipEnded, MembershipRestated, MembershipWithdrawn, LeaveBegan, LeaveEnded,
// PersonRetired, PersonReturned, RoleGranted, RoleWithdrawn, PasswordSet, PersonErased;
// PrivacyRequestReceived, PrivacyRequestAcknowledged, PrivacyRequestFulfilled, PrivacyRequestWithdrawn; ImportConfirmed.
package directory
