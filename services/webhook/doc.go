// Package webhook tells other systems of the province what happened here: signed, in order, at least once.
//
// Rules, in plain words:
//   - An endpoint is an address that an administrator registered, with the types of events it wants. What leaves the house is
//     listed in outside.go: opaque ids, courses, dates. Personnel codes and numbers of certificates only where the administrator
//     chose so; names never.
//   - Each event is a POST of a CloudEvent (1.0, structured JSON), signed as Standard Webhooks says. Its id is made of the
//     fact's place in the journal, so the same event has the same id however often, and from wherever, it is sent.
//   - Events of an endpoint go out one after the other, each until the receiver answers 2xx. The place is durable
//     (jetstream.Feed), so a killed process misses none and may repeat one. Endpoints do not wait for each other.
//   - What fails is tried again after 5 s, 10 s, … up to 4 h, each time a little off so that receivers are not hit in step. An
//     endpoint that fails for five days, or answers 410, is suspended, and the administrators are told in their inbox.
//   - An administrator pauses, resumes, replays from a date or sequence, changes the secret (the old one signs too for some
//     hours), and removes. Nothing is lost by a pause.
//   - Secrets stand in facts sealed under the endpoint's own key, and are shown once. Removal destroys the key.
//   - Only public addresses are called, and networks that the operator named; redirects are not followed; of an answer
//     nothing is kept but its code.
//
// Events in: those of outside.go; directory.person-registered, directory.person-corrected for codes; directory.role-granted,
// directory.role-withdrawn for who administers.
// Events out: endpoint-registered, endpoint-secret-rotated, endpoint-paused, endpoint-resumed, endpoint-rewound,
// endpoint-failing, endpoint-recovered, endpoint-suspended, endpoint-reached, endpoint-removed.
package webhook
