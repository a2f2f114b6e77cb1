package notification

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Config says how letters leave the platform. Without SMTPAddr and SinkDir messages go to the inbox only.
type Config struct {
	SMTPAddr string // host:port of the mail server
	User     string // "" for a server that asks for no sign-in
	Password string
	From     string // sender, such as "Khuê Văn <khuevan@tinh.example>"
	BaseURL  string // of the portal, for links and Message-IDs
	TLS      string // "starttls" (default) or "none"
	SinkDir  string // keep letters as files here instead of sending them; for the demo
	Hours    Hours  // when letters are sent
}

func (c Config) mails() bool { return c.SMTPAddr != "" || c.SinkDir != "" }

// New makes the service.
func New(d host.Deps, c Config) (host.Service, error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Hostname() == "" {
		return host.Service{}, fmt.Errorf("notification: the base URL %q is not absolute", c.BaseURL)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	v := newViews(d.Keys)
	w := &writer{d: d, views: v, mails: c.mails(), hours: c.Hours}
	x := &release{d, v}
	a := &api{d: d, views: v, base: c.BaseURL, from: c.From}
	s := host.Service{
		Name:        "notification",
		Projections: []*readmodel.Projection{v.inbox, v.contacts},
		Reactors:    []host.Reactor{{Name: "queue", Facts: slices.Concat(queueFacts, noticeFacts, timelyFacts), React: w.react}},
	}
	if c.mails() {
		p, sink, err := newPost(d, c, v, base.Hostname())
		if err != nil {
			return host.Service{}, err
		}
		s.Reactors = append(s.Reactors, host.Reactor{Name: "mail", Facts: []string{messageNoun + ".message-queued", messageNoun + ".mail-released"}, React: p.react})
		s.Reactors = append(s.Reactors, host.Reactor{Name: "bundle", Facts: []string{bundleNoun + ".bundle-made"}, React: x.made})
		s.Loops = append(s.Loops, host.Loop{Name: "post", Run: p.run}, host.Loop{Name: "release", Run: x.run})
		if sink != nil {
			a.sink = sink
			s.Loops = append(s.Loops, host.Loop{Name: "sink", Run: sink.run})
		}
	}
	s.Endpoints = []rpc.Endpoint{
		MyMessages.Handle(a.myMessages), ReadMessage.Handle(a.readMessage), ListMail.Handle(a.listMail), ListFlagged.Handle(a.listFlagged),
		MyPreferences.Handle(a.myPreferences), Choose.Handle(a.choose), GetUnsubscription.Handle(a.getUnsubscription), Unsubscribe.Handle(a.unsubscribe),
		ListTemplates.Handle(a.listTemplates), GetTemplate.Handle(a.getTemplate), ReviseTemplate.Handle(a.reviseTemplate), ResetTemplate.Handle(a.resetTemplate),
	}
	return s, nil
}

func newPost(d host.Deps, c Config, v *views, domain string) (*post, *sink, error) {
	server, err := newServer(c, domain)
	if err != nil {
		return nil, nil, err
	}
	p := &post{d: d, views: v, server: server, domain: domain, base: c.BaseURL, underWay: map[string]bool{}, known: map[string]knowledge{}}
	if c.SinkDir != "" {
		sink, err := newSink(c.SinkDir)
		if err != nil {
			return nil, nil, err
		}
		sink.keys = d.Keys
		p.addr = sink.address
		return p, sink, nil
	}
	if _, _, err := splitAddr(c.SMTPAddr); err != nil {
		return nil, nil, err
	}
	p.addr = func(context.Context) (string, error) { return c.SMTPAddr, nil }
	return p, nil, nil
}
