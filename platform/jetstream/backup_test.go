package jetstream

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/journaltest"
)

// empty is a journal without facts.
func empty(t *testing.T, o Options) *Journal {
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
	j, err := OpenJournal(t.Context(), nc, journaltest.Registry(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

func TestARestoredJournalIsTheSameAndGoesOn(t *testing.T) {
	from, to := crowded(t, 20, 30), empty(t, Options{})
	var copied bytes.Buffer
	b, err := from.WriteTo(t.Context(), &copied)
	if err != nil || b.Facts != 600 {
		t.Fatalf("%+v, %v", b, err)
	}
	text := copied.String()
	if err := to.ReadFrom(t.Context(), strings.NewReader(text), b); err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		want, err := from.Load(t.Context(), crowdStream(i))
		if err != nil {
			t.Fatal(err)
		}
		got, err := to.Load(t.Context(), crowdStream(i))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("%s differs: %v", crowdStream(i), err)
		}
		last := want[len(want)-1]
		if _, err := to.Append(t.Context(), crowdStream(i), eventsource.End{Seq: last.Seq, Chain: last.Chain},
			eventsource.Fact{Event: journaltest.Counted{N: 99}}); err != nil {
			t.Fatalf("%s does not go on: %v", crowdStream(i), err)
		}
	}
	again := empty(t, Options{})
	var second bytes.Buffer
	grown, err := to.WriteTo(t.Context(), &second)
	if err != nil || grown.Facts != 620 {
		t.Fatalf("%+v, %v", grown, err)
	}
	if err := again.ReadFrom(t.Context(), &second, grown); err != nil {
		t.Fatalf("a copy of what was restored: %v", err)
	}
}

func TestADamagedBackupIsRefused(t *testing.T) {
	var copied bytes.Buffer
	b, err := crowded(t, 3, 5).WriteTo(t.Context(), &copied)
	if err != nil {
		t.Fatal(err)
	}
	text := copied.String()
	first, rest, _ := strings.Cut(text, "\n")
	other := b
	other.Partitions = 7
	for name, c := range map[string]struct {
		text string
		b    Backup
	}{
		"cut off":            {text[:len(text)-3], b},
		"without the last":   {text[:strings.LastIndexByte(text[:len(text)-1], '\n')+1], b},
		"without the first":  {rest, b},
		"the first twice":    {first + "\n" + text, b},
		"edited":             {strings.Replace(text, `"Kv-Type"`, `"Kv-type"`, 1), b},
		"other partitions":   {text, other},
		"of another program": {text, Backup{Format: "x"}},
		"no lines of ours":   {"xin chào\n", b},
	} {
		if err := empty(t, Options{}).ReadFrom(t.Context(), strings.NewReader(c.text), c.b); err == nil {
			t.Errorf("%s: it was taken", name)
		}
	}
	full := crowded(t, 1, 1)
	if err := full.ReadFrom(t.Context(), strings.NewReader(text), b); err == nil {
		t.Error("a journal with facts was overwritten")
	}
}
