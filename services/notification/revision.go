package notification

import (
	"strconv"

	"khuevan/events"
	"khuevan/platform/eventsource"
)

// revised is what messages of a template say.
type revised struct {
	made  int // revisions so far
	now   int // 0 as shipped
	texts events.MessageTexts
}

// Evolve implements eventsource.State.
func (s revised) Evolve(e eventsource.Event) revised {
	switch e := e.(type) {
	case events.TemplateRevised:
		return revised{made: e.Revision, now: e.Revision, texts: e.Texts}
	case events.TemplateReset:
		s.now = 0
	}
	return s
}

func templateStream(name string) string { return "notification.template." + name }

// revisionID names what a revision says; 0 is what was shipped.
func revisionID(template string, n int) string { return template + "_" + strconv.Itoa(n) }

// revise says what messages of a template say from now on. Letters that were queued keep the words of their time.
type revise struct {
	Template template
	Texts    events.MessageTexts
	By       string
}

// Stream implements eventsource.Command.
func (c revise) Stream() string { return templateStream(c.Template.Name) }

// Decide implements eventsource.Command.
func (c revise) Decide(s revised) ([]eventsource.Event, error) {
	now := c.Template.texts()
	if s.now > 0 {
		now = s.texts
	}
	if now == c.Texts {
		return nil, nil
	}
	if err := c.Template.check(c.Texts); err != nil {
		return nil, err
	}
	return []eventsource.Event{events.TemplateRevised{Template: c.Template.Name, Revision: s.made + 1, Texts: c.Texts, By: c.By}}, nil
}

// reset brings back what was shipped.
type reset struct{ Template, By string }

// Stream implements eventsource.Command.
func (c reset) Stream() string { return templateStream(c.Template) }

// Decide implements eventsource.Command.
func (c reset) Decide(s revised) ([]eventsource.Event, error) {
	if s.now == 0 {
		return nil, nil
	}
	return []eventsource.Event{events.TemplateReset(c)}, nil
}
