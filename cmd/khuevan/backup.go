package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/jetstream"
	"khuevan/platform/keyring"
)

const (
	journalFile  = "journal.jsonl"
	manifestFile = "backup.json"
	keysPrefix   = "keys-"
	keysSuffix   = ".jsonl"
	stampLayout  = "20060102T150405Z"
)

// manifest stands beside a copy of the journal.
type manifest struct {
	jetstream.Backup
	Made string `json:"made"` // UTC
	Keys string `json:"keys"` // name of the file of keys that belongs to it, in the other directory
}

// backupCmd copies the journal and, apart from it, the keys.
type backupCmd struct {
	place
	To     string `help:"New directory for the copy of the journal." required:"" type:"path"`
	KeysTo string `help:"Directory for the copy of the sealed keys; another one, which erasures must reach." required:"" type:"path"`
}

// Run backs up; the platform may run meanwhile. The keys are copied after the journal, so that none is missing.
func (c *backupCmd) Run(e *env) error {
	if apart, err := filepath.Rel(c.To, c.KeysTo); err == nil && !strings.HasPrefix(apart, "..") {
		return fault.New(fault.Invalid, "Bản sao khóa phải nằm ngoài thư mục sao lưu sổ sự kiện, để khi xóa dữ liệu còn tỉa được khóa.",
			"The copy of the keys must lie outside that of the journal, so that erasures can reach it.")
	}
	if err := os.MkdirAll(filepath.Dir(c.To), 0o700); err != nil {
		return err
	}
	if err := os.Mkdir(c.To, 0o700); err != nil {
		return fmt.Errorf("a backup needs a directory of its own: %w", err)
	}
	if err := os.MkdirAll(c.KeysTo, 0o700); err != nil {
		return err
	}
	return c.journal(e, func(j *jetstream.Journal) error { return c.copy(e, j) })
}

func (c *backupCmd) copy(e *env, j *jetstream.Journal) error {
	stamp := clock.System{}.Now().Format(stampLayout)
	m := manifest{Made: stamp, Keys: keysPrefix + stamp + keysSuffix}
	err := writeWhole(filepath.Join(c.To, journalFile), func(w io.Writer) (err error) {
		m.Backup, err = j.WriteTo(e.ctx, w)
		return err
	})
	if err != nil {
		return err
	}
	store, err := keyring.NATS(e.ctx, j.JetStream(), e.config.Replicas)
	if err != nil {
		return err
	}
	var keys keyring.Copied
	err = writeWhole(filepath.Join(c.KeysTo, m.Keys), func(w io.Writer) (err error) {
		keys, err = keyring.Back(e.ctx, store, w)
		return err
	})
	if err != nil {
		return err
	}
	err = writeWhole(filepath.Join(c.To, manifestFile), func(w io.Writer) error { return json.NewEncoder(w).Encode(m) })
	if err == nil {
		fmt.Fprintf(e.out, "%d events, %d keys (%d erased); the master key is in neither\n", m.Facts, keys.Keys, keys.Destroyed)
	}
	return err
}

// writeWhole writes a file that is there whole and synced, or not at all.
func writeWhole(path string, fill func(io.Writer) error) (err error) {
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600) //nolint:gosec // the operator names the directory
	if err != nil {
		return err
	}
	if err := errors.Join(fill(f), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path+".part"))
	}
	if err := os.Rename(path+".part", path); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator names the directory
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// pruneCmd takes the keys of erased people out of copies.
type pruneCmd struct {
	place
	Keys string `help:"Directory of the copies of keys." required:"" type:"existingdir"`
}

// Run prunes all copies in the directory; the old bytes are overwritten.
func (c *pruneCmd) Run(e *env) error {
	return c.journal(e, func(j *jetstream.Journal) error {
		store, err := keyring.NATS(e.ctx, j.JetStream(), e.config.Replicas)
		if err != nil {
			return err
		}
		listed, ok := store.(keyring.Rotatable)
		if !ok {
			return errors.New("this store of keys cannot be listed")
		}
		_, destroyed, err := listed.IDs(e.ctx)
		if err != nil {
			return err
		}
		return pruneAll(e, c.Keys, destroyed)
	})
}

const pruning = ".old" // a copy that was replaced and is being overwritten

func pruneAll(e *env, dir string, destroyed []string) error {
	left, err := filepath.Glob(filepath.Join(dir, keysPrefix+"*"+pruning))
	if err != nil {
		return err
	}
	for _, path := range left { // of a run that was cut off
		if err := wipe(path); err != nil {
			return err
		}
	}
	copies, err := filepath.Glob(filepath.Join(dir, keysPrefix+"*"+keysSuffix))
	if err != nil {
		return err
	}
	for _, path := range copies {
		removed, err := prune(path, destroyed)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		fmt.Fprintf(e.out, "%s: %d keys of erased people taken out\n", filepath.Base(path), removed)
	}
	return nil
}

// prune replaces a copy by one without the destroyed keys, then overwrites the old one. Cut off in between, the next run
// ends it.
func prune(path string, destroyed []string) (removed int, err error) {
	old, err := os.Open(path) //nolint:gosec // found in the directory that the operator named
	if err != nil {
		return 0, err
	}
	defer old.Close() //nolint:errcheck // only read
	fresh := path + ".new"
	err = writeWhole(fresh, func(w io.Writer) (err error) {
		removed, err = keyring.Prune(old, w, destroyed)
		return err
	})
	if err != nil {
		return 0, err
	}
	if removed == 0 {
		return 0, os.Remove(fresh)
	}
	if err := errors.Join(os.Rename(path, path+pruning), os.Rename(fresh, path), syncDir(filepath.Dir(path))); err != nil {
		return 0, err
	}
	return removed, wipe(path + pruning)
}

// wipe overwrites a file with zeros before it removes it.
func wipe(path string) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // ours
	if err != nil {
		return err
	}
	_, err = io.CopyN(f, zeros{}, info.Size())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return errors.Join(os.Remove(path), syncDir(filepath.Dir(path)))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// restoreCmd makes a data directory from copies.
type restoreCmd struct {
	place
	From string `help:"Directory of the copy of the journal." required:"" type:"existingdir"`
	Keys string `help:"File with the copy of the keys." required:"" type:"existingfile"`
}

// Run restores into an empty data directory. Whoever was erased after the keys were copied is erased again.
func (c *restoreCmd) Run(e *env) error {
	var m manifest
	text, err := os.ReadFile(filepath.Join(c.From, manifestFile))
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	if err != nil {
		return fmt.Errorf("the backup has no readable %s, so it is not whole: %w", manifestFile, err)
	}
	if _, err := os.Stat(filepath.Join(c.Data, "nats")); err == nil && e.config.NATSURL == "" {
		return fault.New(fault.Invalid, "Thư mục dữ liệu đã có sổ sự kiện. Hãy khôi phục vào một thư mục trống.",
			"The data directory holds a journal already. Restore into an empty one.")
	}
	e.config.Partitions = m.Partitions
	b := &bus{config: e.config, dir: c.Data}
	defer func() { b.close(context.WithoutCancel(e.ctx)) }()
	if _, err := b.openJournal(e.ctx, "restore"); err != nil {
		return err
	}
	if err := c.fill(e, b, m); err != nil {
		return err
	}
	erased, err := b.eraseAgain(e.ctx, c.Demo)
	if err != nil {
		return err
	}
	fmt.Fprintf(e.out, "%d erasures were carried out again. Now run: khuevan verify\n", erased)
	return nil
}

func (c *restoreCmd) fill(e *env, b *bus, m manifest) error {
	facts, err := os.Open(filepath.Join(c.From, journalFile))
	if err != nil {
		return err
	}
	defer facts.Close() //nolint:errcheck // only read
	if err := b.journal.ReadFrom(e.ctx, facts, m.Backup); err != nil {
		return err
	}
	copied, err := os.Open(c.Keys)
	if err != nil {
		return err
	}
	defer copied.Close() //nolint:errcheck // only read
	store, err := keyring.NATS(e.ctx, b.journal.JetStream(), e.config.Replicas)
	if err != nil {
		return err
	}
	keys, err := keyring.Restore(e.ctx, store, copied)
	if err == nil {
		fmt.Fprintf(e.out, "%d events and %d keys are restored\n", m.Facts, keys.Keys)
	}
	return err
}

// eraseAgain destroys the keys of everybody whom the journal calls erased, and says how many that are. A master key that
// does not fit the restored keys is noticed here.
func (b *bus) eraseAgain(ctx context.Context, demo bool) (erased int, err error) {
	keys, err := b.openKeys(ctx, demo)
	if err != nil {
		return 0, err
	}
	err = b.journal.Scan(ctx, 0, false, func(r jetstream.Raw) error {
		if r.Type != (events.PersonErased{}).EventType() {
			return nil
		}
		var e events.PersonErased
		if err := json.Unmarshal(r.Body, &e); err != nil {
			return fmt.Errorf("event #%d: %w", r.Seq, err)
		}
		erased++
		return keys.Destroy(ctx, e.Person)
	})
	return erased, err
}
