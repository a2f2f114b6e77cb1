package scheduler

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/host"
	"khuevan/platform/jetstream"
	"khuevan/platform/readmodel"
)

// harm is what befalls a replica at its next append.
type harm string

const (
	diesBefore harm = "dies before the append"
	diesAfter  harm = "dies between append and acknowledgement"
	losesAck   harm = "loses the acknowledgement and lives on"
	stalls     harm = "stalls before the append"
	killed     harm = "is killed wherever it is"
)

// replica is a scheduler with a connection, a journal and a read model of its own.
type replica struct {
	host.Record
	stop    context.CancelFunc
	done    chan struct{} // closed once it is dead
	release chan struct{} // lets a stalled one go on
	mu      sync.Mutex
	next    harm
	stalled bool
}

func (r *replica) arm(h harm) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.next = h
}

func (r *replica) stall(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stalled = on
}

// Append does what the replica was armed for.
func (r *replica) Append(ctx context.Context, stream string, at eventsource.End, facts ...eventsource.Fact) (uint64, error) {
	r.mu.Lock()
	next := r.next
	r.next = ""
	r.mu.Unlock()
	switch next {
	case diesBefore:
		r.stop()
		return 0, context.Canceled
	case stalls:
		r.stall(true)
		select {
		case <-r.release:
		case <-ctx.Done():
		}
		r.stall(false)
	case diesAfter, losesAck:
		if _, err := r.Record.Append(context.WithoutCancel(ctx), stream, at, facts...); errors.Is(err, eventsource.ErrMoved) {
			return 0, err
		}
		if next == diesAfter {
			r.stop()
		}
		return 0, eventsource.ErrUnsure
	}
	return r.Record.Append(ctx, stream, at, facts...)
}

// province is a journal with campaigns, and the replicas that tick them.
type province struct {
	t        *testing.T
	server   *jetstream.Server
	registry *eventsource.Registry
	clock    *clock.Test
	dice     *rand.Rand
	replicas [3]*replica
	frail    map[int]int // replicas of which nobody knows whether they are well, with the steps until they are mended
	harmed   map[harm]int
	ticked   chan events.CampaignTicked
	last     map[string]time.Time // by campaign
}

const (
	provinceCampaigns = 25
	provinceMinutes   = 80 // together 2,000 due times
)

func (p *province) journal(ctx context.Context) (*jetstream.Journal, func()) {
	p.t.Helper()
	nc, err := p.server.Connect("replica")
	if err != nil {
		p.t.Fatal(err)
	}
	j, err := jetstream.OpenJournal(ctx, nc, p.registry, jetstream.Options{})
	if err != nil {
		p.t.Fatal(err)
	}
	return j, func() { j.Close(); nc.Close() }
}

// start brings up a replica that has nothing but the journal.
func (p *province) start(i int) {
	p.t.Helper()
	ctx, stop := context.WithCancel(p.t.Context())
	j, leave := p.journal(ctx)
	r := &replica{Record: j, stop: stop, done: make(chan struct{}), release: make(chan struct{}, 1)}
	a := newAgenda()
	if err := a.Open(ctx, readmodel.NewMemory(), "scheduler"); err != nil {
		p.t.Fatal(err)
	}
	deps := host.Deps{Journal: r, Clock: p.clock, Log: slog.New(slog.DiscardHandler), Recent: eventsource.NewRecent(p.registry, 100)}
	var going sync.WaitGroup
	going.Go(func() { _ = a.Run(ctx, j) }) // ends with the replica
	going.Go(func() {
		for ctx.Err() == nil { // is started again, as the host does
			_ = ticker{deps: deps, agenda: a}.run(ctx)
		}
	})
	go func() {
		going.Wait()
		leave()
		close(r.done)
	}()
	p.replicas[i] = r
}

// chaos mends who was frail for long enough, and may harm one more.
func (p *province) chaos() {
	for i, left := range p.frail {
		if p.frail[i] = left - 1; left == 0 {
			p.mend(i)
		}
	}
	i := p.dice.IntN(3)
	if _, already := p.frail[i]; already || p.dice.IntN(3) == 0 {
		return
	}
	h := []harm{diesBefore, diesAfter, losesAck, stalls, killed}[p.dice.IntN(5)]
	p.harmed[h]++
	switch r := p.replicas[i]; h {
	case killed:
		r.stop()
	default:
		r.arm(h)
	}
	if h != losesAck {
		p.frail[i] = 1 + p.dice.IntN(5)
	}
}

// mend brings a replica back: one that stalled goes on with what it saw then, a dead one starts anew.
func (p *province) mend(i int) {
	r := p.replicas[i]
	delete(p.frail, i)
	r.mu.Lock()
	stalled := r.stalled
	r.mu.Unlock()
	if stalled {
		r.release <- struct{}{}
		return
	}
	r.stop()
	<-r.done
	p.start(i)
}

// await waits until every campaign has been ticked for this minute.
func (p *province) await() {
	p.t.Helper()
	patience, cancel := context.WithTimeout(p.t.Context(), time.Minute)
	defer cancel()
	for {
		behind := 0
		for _, last := range p.last {
			if last.Before(p.clock.Now()) {
				behind++
			}
		}
		if behind == 0 && len(p.last) == provinceCampaigns {
			return
		}
		select {
		case e := <-p.ticked:
			p.last[e.Campaign] = e.Due
		case <-patience.Done():
			p.t.Fatalf("%d campaigns are not ticked for %s; frail: %v", behind, p.clock.Now(), p.frail)
		}
	}
}

func newProvince(t *testing.T) *province {
	t.Helper()
	registry, err := eventsource.NewRegistry(events.All()...)
	if err != nil {
		t.Fatal(err)
	}
	server, err := jetstream.StartServer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Shutdown)
	p := &province{t: t, server: server, registry: registry, clock: clock.NewTest(monday), dice: rand.New(rand.NewPCG(20, 26)), //nolint:gosec // a test's dice
		frail: map[int]int{}, harmed: map[harm]int{}, ticked: make(chan events.CampaignTicked, 2*provinceCampaigns*provinceMinutes), last: map[string]time.Time{}}
	return p
}

func (p *province) plan(i int) events.CampaignScheduled {
	plan := weekly()
	plan.Campaign, plan.Cron, plan.From, plan.CatchUp = "c"+strconv.Itoa(i), "* * * * *", monday.Add(time.Second), events.CatchUpAll
	return plan
}

func TestThreeReplicasKilledAndPausedAtRandomTick2000DueTimesOnceEach(t *testing.T) {
	p := newProvince(t)
	j, leave := p.journal(t.Context())
	t.Cleanup(leave)
	for i := range provinceCampaigns {
		if _, err := j.Append(t.Context(), campaignStream("c"+strconv.Itoa(i)), eventsource.End{}, eventsource.Fact{Event: p.plan(i)}); err != nil {
			t.Fatal(err)
		}
	}
	watching, blind := context.WithCancel(t.Context())
	defer blind()
	go func() {
		_ = j.Read(watching, 0, []string{"scheduler.campaign"}, func(facts []eventsource.Recorded) error { // ends with the test
			for _, r := range facts {
				if e, ok := r.Event.(events.CampaignTicked); ok {
					p.ticked <- e
				}
			}
			return nil
		})
	}()
	for i := range p.replicas {
		p.start(i)
	}
	dark := 0
	for range provinceMinutes {
		p.clock.Advance(time.Minute)
		p.chaos()
		if len(p.frail) == len(p.replicas) {
			dark++ // nobody may be there to tick: the clock goes on
			continue
		}
		p.await()
	}
	for i := range p.replicas {
		if _, frail := p.frail[i]; frail {
			p.mend(i)
		}
	}
	p.await()
	for i := range p.replicas {
		p.replicas[i].stop()
		<-p.replicas[i].done
	}
	t.Logf("harm done: %v; minutes without a replica that was sure to be well: %d", p.harmed, dark)
	if len(p.harmed) != 5 || dark == 0 {
		t.Error("the dice spared the replicas: the test shows nothing")
	}
	p.check(j)
}

// check holds each campaign's ticks against its timetable, and the checker against ticks with a double and with a gap.
func (p *province) check(j eventsource.Journal) {
	p.t.Helper()
	sum := 0
	for i := range provinceCampaigns {
		history, err := j.Load(p.t.Context(), campaignStream("c"+strconv.Itoa(i)))
		if err != nil {
			p.t.Fatal(err)
		}
		var ticks []events.CampaignTicked
		ids := map[string]bool{}
		for _, r := range history {
			if e, ok := r.Event.(events.CampaignTicked); ok {
				ticks = append(ticks, e)
				ids[e.ID] = true
			}
		}
		table := table(p.t, "* * * * *", "", p.plan(i).From, time.Time{})
		if err := accounted(table, p.clock.Now(), ticks); err != nil {
			p.t.Errorf("campaign %d: %v", i, err)
		}
		if len(ids) != len(ticks) {
			p.t.Errorf("campaign %d: %d ids for %d ticks", i, len(ids), len(ticks))
		}
		sum += len(ticks)
		at := p.dice.IntN(len(ticks))
		if accounted(table, p.clock.Now(), slices.Insert(slices.Clone(ticks), at, ticks[at])) == nil || accounted(table, p.clock.Now(), slices.Delete(slices.Clone(ticks), at, at+1)) == nil {
			p.t.Errorf("campaign %d: a double or a gap at tick %d is not seen", i, at)
		}
	}
	if sum != provinceCampaigns*provinceMinutes {
		p.t.Errorf("%d ticks, want %d: one for each due time", sum, provinceCampaigns*provinceMinutes)
	}
}
