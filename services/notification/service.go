package notification

import (
	"context"
	"errors"
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

	ReplyTo     string // address for answers; "" for none
	Bounces     string // envelope sender, to which what cannot be delivered comes back; "" for the sender
	BounceDir   string // Maildir into which that mail is delivered; "" reads none
	Connections int    // to the mail server at the same time; 0 for 8
	PerSecond   int    // letters that may be sent in a second; 0 for as many as the server takes
	StateDir    string // of this process alone, for what it may forget; "" for none
}

// lines is how many connections there are to the server.
func (c Config) lines() int {
	if c.Connections == 0 {
		return 8
	}
	return c.Connections
}

func (c Config) mails() bool { return c.SMTPAddr != "" || c.SinkDir != "" }

// New makes the service.
func New(d host.Deps, c Config) (host.Service, error) {
	s, _, err := assemble(d, c)
	return s, err
}

// assemble makes the service and gives its post, nil where there is none.
func assemble(d host.Deps, c Config) (s host.Service, p *post, err error) {
	base, err := url.Parse(c.BaseURL)
	if err != nil || base.Hostname() == "" {
		return s, nil, fmt.Errorf("notification: the base URL %q is not absolute", c.BaseURL)
	}
	c.BaseURL = strings.TrimRight(c.BaseURL, "/")
	if c.Connections < 0 || c.PerSecond < 0 {
		return s, nil, errors.New("notification: connections and letters a second must not be negative")
	}
	v := newViews(d.Keys)
	w := &writer{d: d, views: v, mails: c.mails(), hours: c.Hours}
	a := &api{d: d, views: v, base: c.BaseURL, from: c.From}
	s = host.Service{
		Name:        "notification",
		Projections: []*readmodel.Projection{v.inbox, v.contacts},
		Reactors:    []host.Reactor{{Name: "queue", Facts: slices.Concat(queueFacts, noticeFacts, timelyFacts), React: w.react}},
	}
	if c.mails() {
		var sink *sink
		if p, sink, err = newPost(d, c, v, base.Hostname()); err != nil {
			return s, nil, err
		}
		x := &release{d, v}
		s.Reactors = append(s.Reactors,
			host.Reactor{Name: "mail", Facts: []string{messageNoun + ".message-queued", messageNoun + ".mail-released", messageNoun + ".mail-requeued"}, React: p.react},
			host.Reactor{Name: "bundle", Facts: []string{bundleNoun + ".bundle-made"}, React: x.made},
			host.Reactor{Name: "hold", Facts: []string{"directory.person.person-corrected"}, React: (&hold{d, v}).react})
		s.Loops = append(s.Loops, host.Loop{Name: "post", Run: p.run}, host.Loop{Name: "release", Run: x.run})
		if c.BounceDir != "" {
			s.Loops = append(s.Loops, host.Loop{Name: "bounces", Run: (&bounceBox{p, c.BounceDir}).run})
		}
		if sink != nil {
			a.sink = sink
			s.Loops = append(s.Loops, host.Loop{Name: "sink", Run: sink.run})
		}
	}
	s.Endpoints = []rpc.Endpoint{
		MyMessages.Handle(a.myMessages), ReadMessage.Handle(a.readMessage), ListMail.Handle(a.listMail),
		ListLetters.Handle(a.listLetters), DecideLetter.Handle(a.decideLetter),
		MyPreferences.Handle(a.myPreferences), Choose.Handle(a.choose), GetUnsubscription.Handle(a.getUnsubscription), Unsubscribe.Handle(a.unsubscribe),
		ListTemplates.Handle(a.listTemplates), GetTemplate.Handle(a.getTemplate), ReviseTemplate.Handle(a.reviseTemplate), ResetTemplate.Handle(a.resetTemplate),
	}
	return s, p, nil
}

func newPost(d host.Deps, c Config, v *views, domain string) (*post, *sink, error) {
	server, err := newServer(c, domain)
	if err != nil {
		return nil, nil, err
	}
	p := newPostTo(d, c, v, server, domain)
	if p.logbook, err = openLogbook(c.StateDir, bootID()); err != nil {
		return nil, nil, err
	}
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
