package notification

import (
	"context"
	"time"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods of templates. What they say concerns everybody, so those who change them do so for the whole province.
var (
	ListTemplates  = rpc.Query[TemplateRequest, []TemplateCard]("notification.list-templates", "Lists the templates of messages.", events.RoleTrainer, events.RoleAdmin).About(rpc.Nothing())
	GetTemplate    = rpc.Query[TemplateRequest, Template]("notification.get-template", "Gives a template with what messages of it look like; also of texts that are not saved.", events.RoleTrainer, events.RoleAdmin).About(rpc.Nothing())
	ReviseTemplate = rpc.Command[ReviseTemplateRequest, rpc.Receipt]("notification.revise-template", "Says what messages of a template say from now on.", events.RoleTrainer, events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer, events.RoleAdmin), rpc.Proved)
	ResetTemplate  = rpc.Command[TemplateRequest, rpc.Receipt]("notification.reset-template", "Brings the shipped text of a template back.", events.RoleTrainer, events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer, events.RoleAdmin), rpc.Proved)
)

// TemplateRequest names a template, or none for all; with texts it asks what they would look like.
type TemplateRequest struct {
	Template string               `json:"template,omitempty"`
	Texts    *events.MessageTexts `json:"texts,omitempty"`
	After    uint64               `json:"after,omitempty"`
}

// ReviseTemplateRequest gives a template's texts.
type ReviseTemplateRequest struct {
	Template string              `json:"template"`
	Texts    events.MessageTexts `json:"texts"`
}

// TemplateCard is a template in a list.
type TemplateCard struct {
	Template string       `json:"template"`
	About    events.Words `json:"about"`
	Kind     events.Words `json:"kind"`     // as people choose it
	Revision int          `json:"revision"` // 0 as shipped
}

// Template is what messages say, and what they look like.
type Template struct {
	TemplateCard
	Fields []string            `json:"fields"` // placeholders that its texts may use
	Texts  events.MessageTexts `json:"texts"`
	Vi     Preview             `json:"vi"`     // in the inbox
	En     Preview             `json:"en"`     // likewise
	Letter Preview             `json:"letter"` // as it is sent
}

// Preview is a message with values of nobody.
type Preview struct {
	Subject  string `json:"subject"`
	Body     string `json:"body"`
	Calendar string `json:"calendar,omitempty"` // iCalendar
}

func (a *api) template(name string) (template, error) {
	t, ok := shipped()[name]
	if !ok {
		return template{}, fault.New(fault.NotFound, "Không có mẫu thông báo này.", "There is no such template.")
	}
	return t, nil
}

func (a *api) card(ctx context.Context, t template) (TemplateCard, error) {
	revision, err := a.views.revision(ctx, t.Name)
	m := sample(t.Name, time.Time{})
	return TemplateCard{Template: t.Name, About: t.About, Kind: kindOf(m.template, m.values).Title, Revision: revision}, err
}

func (a *api) listTemplates(ctx context.Context, req TemplateRequest) ([]TemplateCard, error) {
	if err := a.d.Await(ctx, a.views.contacts, req.After); err != nil {
		return nil, err
	}
	var all []TemplateCard
	for _, name := range templateNames() {
		c, err := a.card(ctx, shipped()[name])
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

func (a *api) getTemplate(ctx context.Context, req TemplateRequest) (Template, error) {
	if err := a.d.Await(ctx, a.views.contacts, req.After); err != nil {
		return Template{}, err
	}
	t, err := a.template(req.Template)
	if err != nil {
		return Template{}, err
	}
	card, err := a.card(ctx, t)
	if err != nil {
		return Template{}, err
	}
	out := Template{TemplateCard: card, Fields: t.Fields, Texts: t.texts()}
	if card.Revision > 0 {
		d, _, err := a.views.texts.Get(ctx, t.Name)
		if err != nil {
			return Template{}, err
		}
		out.Texts = d.Texts
	}
	if req.Texts != nil {
		if err := t.check(*req.Texts); err != nil {
			return Template{}, err
		}
		out.Texts = *req.Texts
	}
	a.preview(&out)
	return out, nil
}

// preview writes a message out as its person would read it.
func (a *api) preview(t *Template) {
	m, who := sample(t.Template, a.d.Clock.Now()), contact{name: "Nguyễn Văn Mẫu", email: "mau@khuevan.example"}
	say := func(name string, _ int) events.MessageTexts {
		if name == t.Template {
			return t.Texts
		}
		return shipped()[name].texts()
	}
	for lang, p := range map[string]*Preview{"vi": &t.Vi, "en": &t.En} {
		x := write(lang, say, m, who.name, a.base)
		*p = Preview{Subject: x.Subject, Body: x.Body}
	}
	x := bilingual(say, m, who.name, a.base)
	t.Letter = Preview{Subject: x.Subject, Body: x.Body}
	if e, method, ok := invitationOf(say, m, who, letterhead{a.base, a.from}); ok {
		t.Letter.Calendar = string(e.Write(method))
	}
}

func (a *api) reviseTemplate(ctx context.Context, req ReviseTemplateRequest) (rpc.Receipt, error) {
	t, err := a.template(req.Template)
	if err != nil {
		return rpc.Receipt{}, err
	}
	done, err := host.Do(ctx, a.d, revise{t, req.Texts, rpc.From(ctx).Identity.Person})
	return rpc.Receipt{Seq: done.Seq}, err
}

func (a *api) resetTemplate(ctx context.Context, req TemplateRequest) (rpc.Receipt, error) {
	t, err := a.template(req.Template)
	if err != nil {
		return rpc.Receipt{}, err
	}
	done, err := host.Do(ctx, a.d, reset{t.Name, rpc.From(ctx).Identity.Person})
	return rpc.Receipt{Seq: done.Seq}, err
}

// sample is a message of a template with values of nobody, some days from now.
func sample(name string, now time.Time) message {
	day := func(n int) string { return now.AddDate(0, 0, n).UTC().Format(time.RFC3339) }
	values := map[string]string{valueCourse: "mau", valueTitleVi: "Khóa học mẫu", valueTitleEn: "A sample course", valueDue: day(30), valueCode: "KV-2026-000000", valueAt: day(0),
		valueOtherName: "Trần Thị Ví Dụ", valueRole: events.RoleHead, valueFrom: now.AddDate(0, 0, 1).Format(time.DateOnly), valueUntil: now.AddDate(0, 0, 7).Format(time.DateOnly),
		valueSession: "mau", valueRevision: "0", valueLesson: "buoi-mau", valueLessonVi: "Buổi học mẫu", valueLessonEn: "A sample session", valueStart: day(7),
		valueEnd: now.AddDate(0, 0, 7).Add(90 * time.Minute).UTC().Format(time.RFC3339), valuePlace: "Hội trường mẫu", valueJoin: "https://hop.example/mau"}
	m := message{id: "mau_mau", person: "mau", template: name, values: values, at: now}
	switch name {
	case textAsked:
		m.template, values[valueRequest] = templateEnrolled, "mau"
	case templateReminders, templateDigest:
		told := []message{{template: templateReminded, values: values}, {template: templateReminded, values: values}}
		if name == templateDigest {
			told[1].template = templateCertified
		}
		bundle := bundleReminders
		if name == templateDigest {
			bundle = bundleDigest
		}
		m.values = letterOfBundle(events.BundleMade{Person: "mau", Bundle: bundle}, told, func(string) int { return 0 }).Values
	}
	return m
}
