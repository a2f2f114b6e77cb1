package mongo_test

import (
	"context"
	"flag"
	"testing"
	"time"

	"khuevan/platform/readmodel"
	"khuevan/platform/readmodel/mongo"
	"khuevan/platform/readmodel/mongo/wiretest"
	"khuevan/platform/readmodel/readmodeltest"
)

type database struct {
	*mongo.Store
	server wiretest.Server
	name   string
}

func openDatabase(t *testing.T, server wiretest.Server, name string) database {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	s, err := mongo.Open(ctx, mongo.Options{URI: server.URI, Database: name, BulkSize: server.BulkSize()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // some tests have closed it
	return database{s, server, name}
}

func opener(server wiretest.Server) readmodeltest.Open {
	return func(t *testing.T) readmodel.Store { return openDatabase(t, server, server.Database(t)) }
}

func TestSuite(t *testing.T) {
	server := wiretest.Start(t)
	readmodeltest.Run(t, opener(server), readmodeltest.Options{
		Small: !server.Real, Serial: !server.Real,
		Reopen: func(t *testing.T, s readmodel.Store) readmodel.Store {
			d := s.(database)
			if err := d.Close(); err != nil {
				t.Fatal(err)
			}
			return openDatabase(t, d.server, d.name)
		},
	})
}

func TestSameAsMemory(t *testing.T) {
	server := wiretest.Start(t)
	if !server.Real { // it takes seconds for what MongoDB does in one
		checks := flag.Lookup("rapid.checks").Value
		before := checks.String()
		if err := checks.Set("15"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = checks.Set(before) })
	}
	readmodeltest.SameAsMemory(t, opener(server))
}
