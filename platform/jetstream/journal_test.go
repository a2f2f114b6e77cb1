package jetstream_test

import (
	"testing"

	"github.com/nats-io/nats.go"

	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/journaltest"
	"khuevan/platform/jetstream"
)

func connect(t *testing.T) *nats.Conn {
	t.Helper()
	s, err := jetstream.StartServer(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Shutdown)
	nc, err := s.Connect("test")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

func open(t *testing.T, o jetstream.Options) *jetstream.Journal {
	t.Helper()
	j, err := jetstream.OpenJournal(t.Context(), connect(t), journaltest.Registry(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

func TestJournalKeepsTheContract(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) eventsource.Journal { return open(t, jetstream.Options{}) })
}

func TestPartitionedJournalKeepsTheContract(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) eventsource.Journal { return open(t, jetstream.Options{Partitions: 8}) })
}
