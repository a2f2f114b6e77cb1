package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"khuevan/content"
	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/jetstream"
	"khuevan/platform/rpc"
	"khuevan/platform/web"
	"khuevan/services/access"
	"khuevan/services/account"
	"khuevan/services/catalog"
	"khuevan/services/certification"
	"khuevan/services/directory"
	"khuevan/services/enrolment"
	"khuevan/services/evaluation"
	"khuevan/services/measurement"
	"khuevan/services/notification"
	"khuevan/services/portal"
	"khuevan/services/progress"
	"khuevan/services/quiz"
	"khuevan/services/refresher"
	"khuevan/services/reporting"
	"khuevan/services/scheduler"
	"khuevan/services/webhook"
)

// targets are the services, in the order in which they start.
func targets() []string {
	return []string{"directory", "account", "access", "catalog", "enrolment", "progress", "quiz", "measurement", "certification", "scheduler", "refresher", "evaluation", "notification", "webhook", "reporting", "portal"}
}

// chosen reads -target.
func chosen(list []string) ([]string, error) {
	if len(list) == 0 || slices.Equal(list, []string{"all"}) {
		return targets(), nil
	}
	for _, t := range list {
		if !slices.Contains(targets(), t) {
			return nil, fmt.Errorf("unknown target %q; did you mean %q? Targets: all, %s", t, nearest(t, targets()), strings.Join(targets(), ", "))
		}
	}
	return list, nil
}

// build makes one service.
func (b *bus) build(ctx context.Context, name, baseURL string) (host.Service, error) {
	d := b.deps
	switch name {
	case "directory":
		return directory.New(d), nil
	case "account":
		return account.New(d, account.Config{BaseURL: baseURL, Provider: b.config.provider()}), nil
	case "access":
		return access.New(d), nil
	case "catalog":
		return catalog.New(d, content.FS)
	case "enrolment":
		return enrolment.New(d), nil
	case "progress":
		return progress.New(d), nil
	case "quiz":
		return quiz.New(d, quiz.Config{Seed: randomSeed, Shipped: content.Questions}), nil
	case "measurement":
		return measurement.New(d), nil
	case "certification":
		return certification.New(d, certification.Config{Issuer: b.config.Issuer, BaseURL: baseURL})
	case "scheduler":
		return scheduler.New(d, content.FS)
	case "refresher":
		return refresher.New(d, content.FS)
	case "evaluation":
		return evaluation.New(d, content.FS)
	case "notification":
		c, err := b.mail(baseURL)
		if err != nil {
			return host.Service{}, err
		}
		return notification.New(d, c)
	case "webhook":
		return b.webhooks(ctx, baseURL)
	case "reporting":
		return reporting.New(d, reporting.Config{Scan: b.journal.Scan})
	case "portal":
		kept, err := web.NATSSessions(ctx, b.journal.JetStream(), b.config.Replicas)
		if err != nil {
			return host.Service{}, err
		}
		sessions, err := web.RememberSessions(kept, d.Clock, b.conn)
		if err != nil {
			return host.Service{}, err
		}
		return portal.New(d, portal.Config{ //nolint:contextcheck // pages live with their requests
			BaseURL: baseURL, TrustedProxies: b.config.TrustedProxies, Sessions: sessions,
			OnChange: func(service string, heard func()) (func(), error) { return host.OnChange(b.conn, service, heard) },
			Services: targets(), Issuer: b.config.Issuer})
	}
	return host.Service{}, fmt.Errorf("no service %q", name)
}

// randomSeed is what the drawing of an attempt begins with.
func randomSeed() uint64 {
	var b [8]byte
	rand.Read(b[:]) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
	return binary.LittleEndian.Uint64(b[:])
}

func (b *bus) mail(baseURL string) (notification.Config, error) {
	hours, err := b.config.hours(b.deps.Demo)
	if hours.DayOff != nil && err == nil {
		var days *clock.Calendar
		days, err = clock.ReadCalendar(content.FS, "calendar")
		hours.DayOff = days.DayOff
	}
	c := notification.Config{SMTPAddr: b.config.SMTPAddr, User: b.config.SMTPUser, Password: b.config.SMTPPassword,
		From: b.config.MailFrom, TLS: b.config.SMTPTLS, BaseURL: baseURL, Hours: hours, ReplyTo: b.config.MailReplyTo, Bounces: b.config.MailBounces,
		BounceDir: b.config.MailBounceDir, Connections: b.config.SMTPLines, PerSecond: b.config.SMTPPerSecond, StateDir: b.dir}
	if b.deps.Demo && c.SMTPAddr == "" {
		c.SinkDir = filepath.Join(b.dir, "mail")
	}
	return c, err
}

func (b *bus) webhooks(ctx context.Context, baseURL string) (host.Service, error) {
	notes, err := jetstream.OpenNotes(ctx, b.journal, "webhook", webhook.KeptDeliveries, b.config.Replicas)
	if err != nil {
		return host.Service{}, err
	}
	c := webhook.Config{Journal: b.journal, Notes: notes, BaseURL: baseURL, Networks: b.config.WebhookNetworks, Plain: b.config.WebhookTLS == "optional"}
	if b.deps.Demo {
		c.Networks = append([]string{"127.0.0.0/8", "::1/128"}, c.Networks...) // a receiver to try it with stands on this machine
	}
	return webhook.New(b.deps, c)
}

// start runs services and returns when they serve.
func (b *bus) start(ctx context.Context, names []string, baseURL string) (*host.House, []host.Service, error) {
	var services []host.Service
	for _, name := range names {
		s, err := b.build(ctx, name, baseURL)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", name, err)
		}
		services = append(services, s)
	}
	house, err := host.Start(ctx, host.Options{
		Conn: b.conn, Journal: b.journal, Poison: b.poison, Stores: b.stores, Deps: b.deps, Version: version,
		Reacted: func(reactor string, took time.Duration) {
			b.tel.Metrics.React.WithLabelValues(reactor).Observe(took.Seconds())
		},
		Operators: []string{events.RoleAdmin}, Structure: access.NewStructure(b.deps), Hooks: rpc.Hooks{Done: b.count, Denied: b.denied, Read: access.NewRecorder(b.deps).Read},
	}, services)
	return house, services, err
}

func (b *bus) count(method string, kind fault.Kind, took time.Duration) {
	var err error
	if kind != "" {
		err = fault.New(kind, "", "")
	}
	b.tel.Metrics.Command(method, err, took)
}

// denied records that a signed-in person asked for what they may not do.
func (b *bus) denied(ctx context.Context, method string, body []byte) {
	who := rpc.From(ctx).Identity
	if who.Person == "" {
		return // a visitor; the access log has the request
	}
	day := b.deps.Clock.Now().Format("20060102")
	cmd := recordDenial{day: day, AccessDenied: events.AccessDenied{Person: who.Person, Method: method, Object: objectOf(body)}}
	if _, err := host.Do(ctx, b.deps, cmd); err != nil {
		b.deps.Log.ErrorContext(ctx, "record a denial", "method", method, "err", err)
	}
}

// recordDenial appends the fact that something was denied; a day's denials of a person stand in one stream.
type recordDenial struct {
	events.AccessDenied
	day string
}

// denials counts what a person was denied on a day.
type denials int

// Evolve implements eventsource.State.
func (n denials) Evolve(eventsource.Event) denials { return n + 1 }

// mostDenials bounds the record of one person and day: beyond it nothing new is learnt.
const mostDenials = 200

func (c recordDenial) Stream() string { return "access.person." + c.Person + "_" + c.day }

func (c recordDenial) Decide(n denials) ([]eventsource.Event, error) {
	if n >= mostDenials {
		return nil, nil
	}
	return []eventsource.Event{c.AccessDenied}, nil
}

// isID is the form of our own ids; anything else in a request is the caller's text and is not kept.
var isID = regexp.MustCompile(`^[a-z0-9_-]{1,120}$`)

// objectOf finds what a request was about, for the record; never names or other content.
func objectOf(body []byte) string {
	var fields map[string]any
	if json.Unmarshal(body, &fields) != nil {
		return ""
	}
	for _, key := range []string{"attempt", "message", "campaign", "assignment", "unit", "course", "person"} {
		if id, ok := fields[key].(string); ok && isID.MatchString(id) {
			return key + " " + id
		}
	}
	return ""
}
