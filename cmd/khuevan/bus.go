package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/jetstream"
	"khuevan/platform/keyring"
	"khuevan/platform/readmodel"
	"khuevan/platform/readmodel/mongo"
	"khuevan/platform/readmodel/sqlite"
	"khuevan/platform/rpc"
	"khuevan/platform/telemetry"
)

// bus is a process's hold on the journal, embedded or elsewhere, and what stands beside it.
type bus struct {
	config  Config
	dir     string
	lock    *os.File
	server  *jetstream.Server // nil when NATS runs elsewhere
	conn    *jetstream.Conn
	journal *jetstream.Journal
	poison  *jetstream.Poison
	tel     *telemetry.Telemetry
	deps    host.Deps
}

// openBus starts the embedded NATS in the data directory, or connects to the configured one.
func openBus(ctx context.Context, c Config, dir, name string, demo bool, log *slog.Logger) (_ *bus, err error) {
	b := &bus{config: c, dir: dir}
	defer func() {
		if err != nil {
			b.close(ctx)
		}
	}()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if b.lock, err = lockDir(dir); err != nil {
		return nil, err
	}
	if b.tel, err = telemetry.Start(ctx, "khuevan-"+name, version); err != nil {
		return nil, err
	}
	if err := b.connect(name); err != nil {
		return nil, err
	}
	registry, err := eventsource.NewRegistry(events.All()...)
	if err != nil {
		return nil, err
	}
	b.journal, err = jetstream.OpenJournal(ctx, b.conn, registry, jetstream.Options{Replicas: c.Replicas, Partitions: c.Partitions,
		Appended: func(took time.Duration) { b.tel.Metrics.Append.Observe(took.Seconds()) }})
	if err != nil {
		return nil, err
	}
	if b.poison, err = jetstream.OpenPoison(ctx, b.journal, c.Replicas); err != nil {
		return nil, err
	}
	keys, err := b.openKeys(ctx, demo)
	if err != nil {
		return nil, err
	}
	b.deps = host.Deps{Journal: b.journal, RPC: rpc.NewClient(b.conn, b.tel), Clock: clock.System{}, Keys: keys, Log: log,
		NewID: newID, Trace: b.tel, Recent: eventsource.NewRecent(registry, recentStreams), Demo: demo}
	return b, nil
}

// recentStreams is how many streams commands remember: the attempts of a contest of ten thousand and what else goes on, at some
// 6 KiB each. With fewer than are open at once, each is forgotten before it is asked for again.
const recentStreams = 16384

// newID is 80 random bits as lower-case letters and digits.
func newID() string { return strings.ToLower(rand.Text()[:16]) }

func (b *bus) connect(name string) (err error) {
	if b.config.NATSURL != "" {
		b.conn, err = jetstream.Dial(jetstream.Address{URL: b.config.NATSURL, Token: b.config.NATSToken}, name)
		return err
	}
	if b.server, err = jetstream.StartServer(b.dir); err != nil {
		return err
	}
	b.conn, err = b.server.Connect(name)
	return err
}

// lockDir keeps a second process out of a data directory.
func lockDir(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the directory
	if err != nil {
		return nil, fmt.Errorf("data directory: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = f.Close() // nothing was written
		return nil, fmt.Errorf("the data directory %s is in use by another khuevan; stop it first or name another with -data", dir)
	}
	return f, nil
}

// masterKeyFile is where demo mode keeps the key it makes for itself.
const masterKeyFile = "master.key"

func (b *bus) openKeys(ctx context.Context, demo bool) (*keyring.Ring, error) {
	text, err := b.masterKey(demo)
	if err != nil {
		return nil, err
	}
	master, err := keyring.ParseMaster(text)
	if err != nil {
		return nil, err
	}
	store, err := keyring.NATS(ctx, b.journal.JetStream(), b.config.Replicas)
	if err != nil {
		return nil, err
	}
	return keyring.Open(ctx, master, store, clock.System{})
}

func (b *bus) masterKey(demo bool) (string, error) {
	file := b.config.MasterKeyFile
	switch {
	case b.config.MasterKey != "":
		return b.config.MasterKey, nil
	case file == "" && !demo:
		return "", fault.New(fault.Invalid,
			"Chưa cấu hình khóa chủ. Hãy đặt KHUEVAN_MASTER_KEY (hoặc master_key_file); tạo khóa bằng: openssl rand -base64 32",
			"No master key is configured. Set KHUEVAN_MASTER_KEY (or master_key_file); make one with: openssl rand -base64 32")
	case file == "":
		file = filepath.Join(b.dir, masterKeyFile)
	}
	text, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if errors.Is(err, fs.ErrNotExist) && demo {
		made := keyring.NewMaster()
		return made, os.WriteFile(file, []byte(made), 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("master key: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// stores gives each service its own read models.
func (b *bus) stores(ctx context.Context, service string) (readmodel.Store, error) {
	if b.config.MongoURI != "" {
		return mongo.Open(ctx, mongo.Options{URI: b.config.MongoURI, Database: b.config.MongoDatabase, BulkSize: b.config.MongoBulk})
	}
	dir := filepath.Join(b.dir, "views")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("read models: %w", err)
	}
	return sqlite.Open(filepath.Join(dir, service+".db"), sqlite.Options{}) //nolint:contextcheck // opening a file does not wait
}

func (b *bus) close(ctx context.Context) {
	if b.journal != nil {
		b.journal.Close()
	}
	if b.conn != nil {
		b.conn.Close()
	}
	if b.server != nil {
		b.server.Shutdown()
	}
	if b.tel != nil {
		_ = b.tel.Shutdown(ctx) // traces are no record
	}
	if b.lock != nil {
		_ = b.lock.Close() // releases the lock
	}
}
