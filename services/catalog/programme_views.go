package catalog

import (
	"time"

	"khuevan/events"
)

// ListProgrammesRequest asks for the programmes as they stand after a fact.
type ListProgrammesRequest struct {
	After uint64 `json:"after,omitempty"`
}

// ProgrammeCard is a programme in a list.
type ProgrammeCard struct {
	Programme  string       `json:"programme"`
	Version    int          `json:"version"`
	Title      events.Words `json:"title"`
	Summary    events.Words `json:"summary"`
	PartCount  int          `json:"part_count"`
	LeastHours int          `json:"least_hours"` // tiết of 45 minutes, of today's versions of the courses, the shortest way
	MostHours  int          `json:"most_hours"`  // the longest way
	Withdrawn  bool         `json:"withdrawn,omitempty"`
}

// GetProgrammeRequest names a programme and version; 0 is the latest.
type GetProgrammeRequest struct {
	Programme string `json:"programme"`
	Version   int    `json:"version,omitempty"`
	After     uint64 `json:"after,omitempty"`
}

// Programme is a version of a programme.
type Programme struct {
	ProgrammeCard
	Parts          []events.ProgrammePart `json:"parts"`
	Again          []events.ProgrammePart `json:"again,omitempty"` // from the second period on; none for Parts again
	ValidityMonths int                    `json:"validity_months,omitempty"`

	Certificate      string       `json:"certificate,omitempty"` // how completing it is certified: "" for not at all, auto, ordered
	CertificateTitle events.Words `json:"certificate_title,omitzero"`

	History []ProgrammeVersion `json:"history"` // newest first
}

// ProgrammeVersion is when a version was published.
type ProgrammeVersion struct {
	Version   int       `json:"version"`
	Published time.Time `json:"published"`
}

// ProgrammePackage is a programme that ships with the platform.
type ProgrammePackage struct {
	Name      string       `json:"name"`
	Title     events.Words `json:"title"`
	Summary   events.Words `json:"summary"`
	Missing   []string     `json:"missing,omitempty"` // courses that are not in the offer, and must be published first
	Published int          `json:"published"`         // version in the offer; 0 for none
	Changed   bool         `json:"changed"`           // the shipped content differs from the published version
}

// PublishProgrammeRequest publishes a shipped programme by name, or the given content, whose version is not looked at.
type PublishProgrammeRequest struct {
	Package string                     `json:"package,omitempty"`
	Content *events.ProgrammePublished `json:"content,omitempty"`
	Seen    int                        `json:"seen,omitempty"`    // the latest version that the author of the content has seen; 0 for a new programme
	DryRun  bool                       `json:"dry_run,omitempty"` // only says what would be, or what is wrong
}

// PublishedProgramme tells which version stands in the offer now.
type PublishedProgramme struct {
	Seq       uint64 `json:"seq"`
	Programme string `json:"programme"`
	Version   int    `json:"version"`
}

// WithdrawProgrammeRequest names a programme.
type WithdrawProgrammeRequest struct {
	Programme string `json:"programme"`
}
