package jetstream

import (
	"fmt"
	"reflect"
	"testing"

	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/journaltest"
)

// crowded is a journal in which so many streams of so many facts each lie among each other, some written in pairs.
func crowded(t testing.TB, streams, facts int) *Journal {
	t.Helper()
	s, err := StartServer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Shutdown)
	nc, err := s.Connect("test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	j, err := OpenJournal(t.Context(), nc, journaltest.Registry(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	ends := make([]eventsource.End, streams)
	for n := 0; n < facts; {
		together := min(1+n%2, facts-n)
		group := make(chan error, streams)
		for i := range streams {
			go func() {
				stream, all := crowdStream(i), make([]eventsource.Fact, together)
				for k := range all {
					all[k].Event = journaltest.Counted{N: n + k}
				}
				seq, err := j.Append(t.Context(), stream, ends[i], all...)
				for range together {
					ends[i].Chain = eventsource.Chain(ends[i].Chain, stream, "test.counted.v2", fmt.Appendf(nil, `{"n":%d}`, all[0].Event.(journaltest.Counted).N))
					all = all[1:]
				}
				ends[i].Seq = seq
				group <- err
			}()
		}
		for range streams {
			if err := <-group; err != nil {
				t.Fatal(err)
			}
		}
		n += together
	}
	return j
}

func crowdStream(i int) string { return fmt.Sprintf("test.count.c%d", i) }

func TestAStreamIsWalkedAsItWouldBeScanned(t *testing.T) {
	j := crowded(t, 20, 11)
	for _, stream := range []string{crowdStream(0), crowdStream(13), "test.count.nobody"} {
		walked, ok, err := j.walk(t.Context(), stream)
		if err != nil || !ok {
			t.Fatalf("%s was not walked: %v", stream, err)
		}
		scanned, err := j.scan(t.Context(), stream)
		if err != nil || !reflect.DeepEqual(walked, scanned) {
			t.Errorf("%s: walked %+v, scanned %+v, %v", stream, walked, scanned, err)
		}
	}
}

func TestABrokenLinkIsNotBelieved(t *testing.T) {
	j := crowded(t, 2, 4)
	for name, at := range map[string]eventsource.End{
		"another chain": {Seq: 0, Chain: "not this one"},
		"no chain":      {},
	} {
		stream := crowdStream(0)
		last, err := j.Last(t.Context(), stream)
		if err != nil {
			t.Fatal(err)
		}
		at.Seq = last
		if _, err := j.Append(t.Context(), stream, at, eventsource.Fact{Event: journaltest.Counted{N: 9}}); err != nil {
			t.Fatal(err)
		}
		if _, ok, err := j.walk(t.Context(), stream); ok || err != nil {
			t.Errorf("%s: walked, %v", name, err)
		}
		h, err := j.Load(t.Context(), stream)
		if scanned, _ := j.scan(t.Context(), stream); err != nil || len(h) < 5 || !reflect.DeepEqual(h, scanned) {
			t.Errorf("%s: loaded %d facts, %v", name, len(h), err)
		}
	}
}

func TestALongStreamIsScanned(t *testing.T) {
	j := crowded(t, 1, mostSteps+20)
	if _, ok, err := j.walk(t.Context(), crowdStream(0)); ok || err != nil {
		t.Errorf("walked, %v", err)
	}
	if h, err := j.Load(t.Context(), crowdStream(0)); err != nil || len(h) != mostSteps+20 {
		t.Errorf("loaded %d facts, %v", len(h), err)
	}
}

// BenchmarkLoad loads streams of 20 facts that lie among those of a thousand others.
func BenchmarkLoad(b *testing.B) {
	j := crowded(b, 1000, 20)
	for name, load := range map[string]func(int) error{
		"walk": func(i int) error { _, _, err := j.walk(b.Context(), crowdStream(i%1000)); return err },
		"scan": func(i int) error { _, err := j.scan(b.Context(), crowdStream(i%1000)); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for i := range b.N {
				if err := load(i); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
