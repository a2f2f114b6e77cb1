package events

import "time"

// EndpointRegistered says where some kinds of events are sent from now on. Stream webhook.endpoint.<endpoint>.
type EndpointRegistered struct {
	Endpoint string   `json:"endpoint"`
	Name     string   `json:"name"`
	URL      string   `json:"url"`
	Types    []string `json:"types"`           // as those outside know them, such as khuevan.course.completed.v1
	Codes    bool     `json:"codes,omitempty"` // personnel codes and numbers of certificates leave the house too
	After    uint64   `json:"after"`           // what stands behind this sequence of the journal is sent
	Secret   Sealed   `json:"secret"`          // sealed as "secret" under the endpoint's own key
	By       string   `json:"by"`
}

// EventType implements Event.
func (EndpointRegistered) EventType() string { return "webhook.endpoint-registered.v1" }

// EndpointSecretRotated gives an endpoint a new secret. Until the old one ends, both sign.
type EndpointSecretRotated struct {
	Endpoint string    `json:"endpoint"`
	Secret   Sealed    `json:"secret"` // sealed as "secret" under the endpoint's own key
	OldUntil time.Time `json:"old_until"`
	By       string    `json:"by"`
}

// EventType implements Event.
func (EndpointSecretRotated) EventType() string { return "webhook.endpoint-secret-rotated.v1" }

// EndpointPaused says that an administrator wants nothing sent for now. What happens meanwhile is sent later.
type EndpointPaused struct {
	Endpoint string `json:"endpoint"`
	By       string `json:"by"`
}

// EventType implements Event.
func (EndpointPaused) EventType() string { return "webhook.endpoint-paused.v1" }

// EndpointResumed says that what waits is sent, at once.
type EndpointResumed struct {
	Endpoint string `json:"endpoint"`
	By       string `json:"by"`
}

// EventType implements Event.
func (EndpointResumed) EventType() string { return "webhook.endpoint-resumed.v1" }

// EndpointRewound says that what stands behind a sequence is sent (again), in order.
type EndpointRewound struct {
	Endpoint string `json:"endpoint"`
	After    uint64 `json:"after"`
	By       string `json:"by"`
}

// EventType implements Event.
func (EndpointRewound) EventType() string { return "webhook.endpoint-rewound.v1" }

// EndpointFailing says that one event could not be delivered several times in a row. It stays the next until it can.
type EndpointFailing struct {
	Endpoint string    `json:"endpoint"`
	Since    time.Time `json:"since"`
}

// EventType implements Event.
func (EndpointFailing) EventType() string { return "webhook.endpoint-failing.v1" }

// EndpointRecovered says that what failed was delivered.
type EndpointRecovered struct {
	Endpoint string `json:"endpoint"`
}

// EventType implements Event.
func (EndpointRecovered) EventType() string { return "webhook.endpoint-recovered.v1" }

// EndpointSuspended says that the platform no longer tries, until an administrator resumes it.
type EndpointSuspended struct {
	Endpoint string   `json:"endpoint"`
	Name     string   `json:"name"` // of the endpoint, then
	Why      string   `json:"why"`  // gone (the receiver said so), failing (for too long)
	Tell     []string `json:"tell"` // administrators of that day
}

// EventType implements Event.
func (EndpointSuspended) EventType() string { return "webhook.endpoint-suspended.v1" }

// EndpointReached notes, at most once a day, that everything up to a sequence was delivered. The place itself is kept
// beside the journal; this is where it goes on after a restore from a backup, which has only facts.
type EndpointReached struct {
	Endpoint string    `json:"endpoint"`
	Seq      uint64    `json:"seq"`
	At       time.Time `json:"at"`
}

// EventType implements Event.
func (EndpointReached) EventType() string { return "webhook.endpoint-reached.v1" }

// EndpointRemoved ends an endpoint for ever; its secrets are destroyed.
type EndpointRemoved struct {
	Endpoint string `json:"endpoint"`
	By       string `json:"by"`
}

// EventType implements Event.
func (EndpointRemoved) EventType() string { return "webhook.endpoint-removed.v1" }
