package sqlite_test

import (
	"path/filepath"
	"testing"

	"khuevan/platform/readmodel"
	"khuevan/platform/readmodel/readmodeltest"
	"khuevan/platform/readmodel/sqlite"
)

type file struct {
	*sqlite.Store
	path string
}

func openFile(t *testing.T, path string) file {
	t.Helper()
	s, err := sqlite.Open(path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return file{s, path}
}

func openNew(t *testing.T) readmodel.Store {
	return openFile(t, filepath.Join(t.TempDir(), "views.db"))
}

func TestSuite(t *testing.T) {
	readmodeltest.Run(t, openNew, readmodeltest.Options{Reopen: func(t *testing.T, s readmodel.Store) readmodel.Store {
		f := s.(file)
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		return openFile(t, f.path)
	}})
}

func TestSameAsMemory(t *testing.T) { readmodeltest.SameAsMemory(t, openNew) }
