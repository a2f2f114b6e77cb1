package catalog

import (
	"context"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
)

// keptProgramme is the latest version of a programme and when each was published.
type keptProgramme struct {
	Latest    events.ProgrammePublished `json:"latest"`
	Withdrawn bool                      `json:"withdrawn,omitempty"`
	History   []ProgrammeVersion        `json:"history"` // newest first
}

// programmeView keeps programmes and every version of them readable.
type programmeView struct {
	projection *readmodel.Projection
	programmes *readmodel.Collection[keptProgramme]
	versions   *readmodel.Collection[events.ProgrammePublished] // by versionID
}

func newProgrammeView() programmeView {
	v := programmeView{
		programmes: readmodel.NewCollection[keptProgramme]("programmes"),
		versions:   readmodel.NewCollection[events.ProgrammePublished]("programme-versions"),
	}
	v.projection = readmodel.NewProjection("programmes", 1, []string{"catalog.programme"}, v.apply, v.programmes, v.versions)
	return v
}

func (v programmeView) apply(b *readmodel.Batch, r eventsource.Recorded) error {
	switch e := r.Event.(type) {
	case events.ProgrammePublished:
		err := v.programmes.Update(b, e.Programme, func(k *keptProgramme) {
			if e.Version > k.Latest.Version { // else it came back as it was
				k.History = append([]ProgrammeVersion{{e.Version, r.Time}}, k.History...)
			}
			k.Latest, k.Withdrawn = e, false
		})
		if err != nil {
			return err
		}
		return v.versions.Update(b, versionID(e.Programme, e.Version), func(kept *events.ProgrammePublished) { *kept = e })
	case events.ProgrammeWithdrawn:
		return v.programmes.Update(b, e.Programme, func(k *keptProgramme) { k.Withdrawn = true })
	}
	return nil
}

// list gives all programmes, withdrawn ones too, by id.
func (v programmeView) list(ctx context.Context, hours func(string) int) ([]ProgrammeCard, error) {
	all := []ProgrammeCard{}
	err := v.programmes.Each(ctx, readmodel.Query{}, func(k keptProgramme) error {
		all = append(all, programmeCard(k.Latest, k.Withdrawn, hours))
		return nil
	})
	return all, err
}

func programmeCard(e events.ProgrammePublished, withdrawn bool, hours func(string) int) ProgrammeCard {
	c := ProgrammeCard{Programme: e.Programme, Version: e.Version, Title: e.Title, Summary: e.Summary, PartCount: len(e.Parts), Withdrawn: withdrawn}
	c.LeastHours, c.MostHours = hoursOf(e.Parts, hours)
	return c
}

// get gives a version of a programme, 0 the latest; whether it is withdrawn is said of the programme as a whole.
func (v programmeView) get(ctx context.Context, programme string, version int, hours func(string) int) (Programme, error) {
	kept, found, err := v.programmes.Get(ctx, programme)
	if err != nil {
		return Programme{}, err
	}
	if !found {
		return Programme{}, unknownProgramme(programme)
	}
	e := kept.Latest
	if version != 0 {
		if e, found, err = v.versions.Get(ctx, versionID(programme, version)); err != nil {
			return Programme{}, err
		}
		if !found {
			return Programme{}, fault.Newf(fault.NotFound, "Chương trình “%s” không có phiên bản %d.", "The programme “%s” has no version %d.", programme, version)
		}
	}
	return Programme{ProgrammeCard: programmeCard(e, kept.Withdrawn, hours), Parts: e.Parts, Again: e.Again, ValidityMonths: e.ValidityMonths,
		Certificate: e.Certificate, CertificateTitle: e.CertificateTitle, History: kept.History}, nil
}
