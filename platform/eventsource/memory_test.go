package eventsource_test

import (
	"testing"

	"khuevan/platform/eventsource"
	"khuevan/platform/eventsource/journaltest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	journaltest.Run(t, func(t *testing.T) eventsource.Journal { return eventsource.NewMemory(journaltest.Registry(t)) })
}
