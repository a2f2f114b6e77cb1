package catalog

import (
	"context"
	"maps"
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods about programmes.
var (
	ListProgrammes        = rpc.Query[ListProgrammesRequest, []ProgrammeCard]("catalog.list-programmes", "Lists the published programmes of courses.", rpc.SignedIn).About(rpc.Nothing())
	GetProgramme          = rpc.Query[GetProgrammeRequest, Programme]("catalog.get-programme", "Gives a version of a programme with its parts.", rpc.SignedIn).About(rpc.Nothing())
	ListProgrammePackages = rpc.Query[rpc.Empty, []ProgrammePackage]("catalog.list-programme-packages", "Lists the programmes that ship with the platform.", events.RoleTrainer).About(rpc.Nothing())
	PublishProgramme      = rpc.Command[PublishProgrammeRequest, PublishedProgramme]("catalog.publish-programme", "Publishes a programme, or a new version when its content has changed.", events.RoleTrainer).About(rpc.Nothing())
	WithdrawProgramme     = rpc.Command[WithdrawProgrammeRequest, rpc.Receipt]("catalog.withdraw-programme", "Takes a programme out of the offer; people in it go on.", events.RoleTrainer).About(rpc.Nothing())
)

func (a api) listProgrammes(ctx context.Context, req ListProgrammesRequest) ([]ProgrammeCard, error) {
	if err := a.Await(ctx, a.programmes.projection, req.After); err != nil {
		return nil, err
	}
	hours, err := a.hours(ctx, req.After)
	if err != nil {
		return nil, err
	}
	return a.programmes.list(ctx, hours)
}

func (a api) getProgramme(ctx context.Context, req GetProgrammeRequest) (Programme, error) {
	if err := a.Await(ctx, a.programmes.projection, req.After); err != nil {
		return Programme{}, err
	}
	hours, err := a.hours(ctx, req.After)
	if err != nil {
		return Programme{}, err
	}
	return a.programmes.get(ctx, req.Programme, req.Version, hours)
}

// hours gives the hours of each course's latest version, of what was published up to a fact.
func (a api) hours(ctx context.Context, after uint64) (func(course string) int, error) {
	if err := a.Await(ctx, a.view.projection, after); err != nil {
		return nil, err
	}
	known := map[string]int{}
	err := a.view.cards.Each(ctx, readmodel.Query{}, func(c card) error {
		known[c.Course] = c.Hours
		return nil
	})
	return func(course string) int { return known[course] }, err
}

func (a api) listProgrammePackages(ctx context.Context, _ rpc.Empty) ([]ProgrammePackage, error) {
	all := []ProgrammePackage{}
	for _, name := range slices.Sorted(maps.Keys(a.shippedProgrammes)) {
		content := a.shippedProgrammes[name]
		kept, _, err := a.programmes.programmes.Get(ctx, content.Programme)
		if err != nil {
			return nil, err
		}
		p := ProgrammePackage{Name: name, Title: content.Title, Summary: content.Summary}
		if kept.Latest.Version > 0 && !kept.Withdrawn {
			same, err := sameProgramme(kept.Latest, content)
			if err != nil {
				return nil, err
			}
			p.Published, p.Changed = kept.Latest.Version, !same
		}
		for _, course := range coursesOf(content) {
			c, found, err := a.view.cards.Get(ctx, course)
			if err != nil {
				return nil, err
			}
			if !found || c.Withdrawn {
				p.Missing = append(p.Missing, course)
			}
		}
		all = append(all, p)
	}
	return all, nil
}

// coursesOf are the courses of a programme, without equivalents, each once.
func coursesOf(p events.ProgrammePublished) (all []string) {
	for _, part := range slices.Concat(p.Parts, p.Again) {
		for _, c := range part.Courses {
			if !slices.Contains(all, c.Course) {
				all = append(all, c.Course)
			}
		}
	}
	return all
}

func (a api) publishProgramme(ctx context.Context, req PublishProgrammeRequest) (PublishedProgramme, error) {
	content, err := a.askedProgramme(req)
	if err != nil {
		return PublishedProgramme{}, err
	}
	course, err := a.standings(ctx, content)
	if err != nil {
		return PublishedProgramme{}, err
	}
	if err := checkProgramme(content, course); err != nil {
		return PublishedProgramme{}, err
	}
	command := publishProgramme{Content: content, Seen: req.Seen, Shipped: req.Package != ""}
	var decided []eventsource.Event
	var seq uint64
	if req.DryRun {
		decided, err = a.tryProgramme(ctx, command)
	} else {
		var done eventsource.Outcome
		done, err = host.Do(ctx, a.Deps, command)
		decided, seq = done.Events, done.Seq
	}
	if err != nil {
		return PublishedProgramme{}, err
	}
	for _, e := range decided {
		if e, ok := e.(events.ProgrammePublished); ok {
			return PublishedProgramme{Seq: seq, Programme: e.Programme, Version: e.Version}, nil
		}
	}
	o, err := a.programme(ctx, content.Programme) // nothing new: the version stands there already
	return PublishedProgramme{Seq: seq, Programme: content.Programme, Version: o.latest.Version}, err
}

func (a api) programme(ctx context.Context, programme string) (programmeOffer, error) {
	past, err := a.Journal.Load(ctx, programmeStream(programme))
	if err != nil {
		return programmeOffer{}, err
	}
	return eventsource.Fold[programmeOffer](past), nil
}

func (a api) tryProgramme(ctx context.Context, c publishProgramme) ([]eventsource.Event, error) {
	o, err := a.programme(ctx, c.Content.Programme)
	if err != nil {
		return nil, err
	}
	return c.Decide(o)
}

// askedProgramme is the content that a request wants to be published.
func (a api) askedProgramme(req PublishProgrammeRequest) (events.ProgrammePublished, error) {
	if (req.Package == "") == (req.Content == nil) {
		return events.ProgrammePublished{}, fault.New(fault.Invalid,
			"Hãy chọn một chương trình có sẵn hoặc gửi nội dung của chương trình, chỉ một trong hai.",
			"Choose a shipped programme or send a programme's content, one of the two.")
	}
	if req.Content != nil {
		return tidied(*req.Content), nil
	}
	content, ok := a.shippedProgrammes[req.Package]
	if !ok {
		return events.ProgrammePublished{}, fault.Newf(fault.NotFound,
			"Không có chương trình “%s” trong bộ cài đặt.", "No programme “%s” ships with the platform.", req.Package)
	}
	return content, nil
}

// tidied has no spaces around texts, and one word for what is not certified, so that they make no difference.
func tidied(p events.ProgrammePublished) events.ProgrammePublished {
	p.Title, p.Summary, p.CertificateTitle = trimmed(p.Title), trimmed(p.Summary), trimmed(p.CertificateTitle)
	if p.Certificate == events.CertificateNone {
		p.Certificate = ""
	}
	for _, parts := range []*[]events.ProgrammePart{&p.Parts, &p.Again} {
		*parts = slices.Clone(*parts)
		for i, part := range *parts {
			(*parts)[i].Title = trimmed(part.Title)
		}
	}
	return p
}

func trimmed(w events.Words) events.Words {
	return events.Words{Vi: strings.TrimSpace(w.Vi), En: strings.TrimSpace(w.En)}
}

// standings is what the offer says of the courses of a programme, from the journal itself: a course that was published a moment
// ago is there.
func (a api) standings(ctx context.Context, p events.ProgrammePublished) (func(course string) standing, error) {
	known := map[string]standing{}
	look := func(course string) error {
		if _, ok := known[course]; ok || !idPattern.MatchString(course) {
			return nil
		}
		past, err := a.Journal.Load(ctx, stream(course))
		if err != nil {
			return err
		}
		switch o := eventsource.Fold[offer](past); {
		case o.version == 0:
			known[course] = notOffered
		case o.withdrawn:
			known[course] = wasWithdrawn
		default:
			known[course] = offered
		}
		return nil
	}
	for _, part := range slices.Concat(p.Parts, p.Again) {
		for _, c := range part.Courses {
			for _, course := range append([]string{c.Course}, c.Equivalents...) {
				if err := look(course); err != nil {
					return nil, err
				}
			}
		}
	}
	return func(course string) standing { return known[course] }, nil
}

func (a api) withdrawProgramme(ctx context.Context, req WithdrawProgrammeRequest) (rpc.Receipt, error) {
	if !idPattern.MatchString(req.Programme) {
		return rpc.Receipt{}, unknownProgramme(req.Programme)
	}
	done, err := host.Do(ctx, a.Deps, withdrawProgramme(req))
	return rpc.Receipt{Seq: done.Seq}, err
}
