package webhook

import (
	"time"

	"khuevan/events"
)

// Shapes of data that leave the house. Receivers rely on them: schemas/openapi.json has them under "webhooks".
type (
	// CourseAssigned says that a person must take a course until a time, if one is set.
	CourseAssigned struct {
		Whose
		Course  string    `json:"course"`
		Version int       `json:"version"`
		Period  int       `json:"period"` // counts how often the person was asked to take it, from 1
		Due     time.Time `json:"due,omitzero"`
	}
	// CourseCompleted says that a person has done what a period of a course asked.
	CourseCompleted struct {
		Whose
		Course    string    `json:"course"`
		Period    int       `json:"period"`
		Completed time.Time `json:"completed"`
	}
	// CourseExcused says that a person need not, or must after all, complete a period of a course. The reason stays inside.
	CourseExcused struct {
		Whose
		Course string `json:"course"`
		Period int    `json:"period"`
	}
	// CourseTakenBack says that a person need not take a period of a course any more: it was assigned, not begun, and taken back.
	// The next time it is assigned is a period of its own.
	CourseTakenBack struct {
		Whose
		Course string `json:"course"`
		Period int    `json:"period"`
	}
	// ProgrammeAssigned says that a person must complete a programme until a time, if one is set.
	ProgrammeAssigned struct {
		Whose
		Programme string    `json:"programme"`
		Version   int       `json:"version"`
		Period    int       `json:"period"`
		Due       time.Time `json:"due,omitzero"`
	}
	// ProgrammeCompleted says that a person has completed a programme.
	ProgrammeCompleted struct {
		Whose
		Programme string    `json:"programme"`
		Version   int       `json:"version"`
		Period    int       `json:"period"`
		Completed time.Time `json:"completed"`
	}
	// CertificateIssued says that a person holds a certificate. Its number leads to a page with the holder's name, so it leaves
	// the house only with codes.
	CertificateIssued struct {
		Whose
		Certificate string    `json:"certificate"`
		Number      string    `json:"number,omitempty"`
		Course      string    `json:"course"` // "" when it is of a programme
		Programme   string    `json:"programme,omitempty"`
		Version     int       `json:"version"`
		Period      int       `json:"period"`
		Issued      time.Time `json:"issued"`
		Expires     time.Time `json:"expires,omitzero"`
	}
	// CertificateEnded says that a certificate was revoked, or superseded by a later one of the same course.
	CertificateEnded struct {
		Whose
		Certificate string `json:"certificate"`
		By          string `json:"by,omitempty"` // the later certificate
	}
	// CourseOffered says that a version of a course was published, or that the course was withdrawn (without version and title).
	CourseOffered struct {
		Course  string       `json:"course"`
		Version int          `json:"version,omitempty"`
		Title   events.Words `json:"title,omitzero"`
	}
	// Test is what an administrator sends to see whether an endpoint works.
	Test struct {
		Endpoint string `json:"endpoint"`
	}
)

// typeTest is the type of test events; nobody subscribes to it.
const typeTest = "khuevan.test.v1"
