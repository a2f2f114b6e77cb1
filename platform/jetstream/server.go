// Package jetstream keeps the journal on NATS JetStream and lets reactors and projections listen to it.
package jetstream

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// MaxPayload bounds one message: a course version with all its lessons fits.
const MaxPayload = 8 << 20

// Conn is a connection to the bus.
type Conn = nats.Conn

// Server is a NATS server inside this process.
type Server struct {
	nats *server.Server
	opts *server.Options
	file string
}

// Address is how other processes on the same machine reach an embedded server; it is written to the data
// directory, readable by its owner only, while the server runs.
type Address struct {
	URL   string `json:"url"`
	Token string `json:"token"`
}

const addressFile = "nats.json"

// StartServer runs an embedded server that keeps its files under dir and syncs every write.
// It listens on a loopback port of its own for the command line and other local processes.
func StartServer(dir string) (*Server, error) {
	opts := &server.Options{
		ServerName: "khuevan", Host: "127.0.0.1", Port: server.RANDOM_PORT, Authorization: rand.Text(),
		JetStream: true, StoreDir: filepath.Join(dir, "nats"), SyncAlways: true,
		MaxPayload: MaxPayload, NoSigs: true, NoLog: true, NoSystemAccount: false,
	}
	ns, err := server.NewServer(opts)
	if err != nil {
		return nil, fmt.Errorf("embedded NATS: %w", err)
	}
	ns.Start()
	if !ns.ReadyForConnections(20 * time.Second) {
		ns.Shutdown()
		return nil, fmt.Errorf("embedded NATS in %s did not become ready", opts.StoreDir)
	}
	s := &Server{nats: ns, opts: opts, file: filepath.Join(dir, addressFile)}
	if err := s.writeAddress(); err != nil {
		ns.Shutdown()
		return nil, err
	}
	return s, nil
}

func (s *Server) writeAddress() error {
	body, err := json.Marshal(Address{URL: s.nats.ClientURL(), Token: s.opts.Authorization})
	if err != nil {
		return err
	}
	if err := os.WriteFile(s.file, body, 0o600); err != nil {
		return fmt.Errorf("write the address of the embedded NATS: %w", err)
	}
	return nil
}

// ReadAddress finds the embedded server of a running process by its data directory; found is false when none runs.
func ReadAddress(dir string) (a Address, found bool, err error) {
	body, err := os.ReadFile(filepath.Join(dir, addressFile)) //nolint:gosec // the operator names the directory
	if errors.Is(err, fs.ErrNotExist) {
		return a, false, nil
	}
	if err != nil {
		return a, false, err
	}
	return a, true, json.Unmarshal(body, &a)
}

// Connect opens a connection to the embedded server without the network.
func (s *Server) Connect(name string) (*nats.Conn, error) {
	nc, err := nats.Connect("", append(options(name), nats.InProcessServer(s.nats), nats.Token(s.opts.Authorization))...)
	if err != nil {
		return nil, fmt.Errorf("connect to the embedded NATS: %w", err)
	}
	return nc, nil
}

// Shutdown stops the server and waits until its files are closed.
func (s *Server) Shutdown() {
	_ = os.Remove(s.file)
	s.nats.Shutdown()
	s.nats.WaitForShutdown()
}

// Dial connects to NATS servers elsewhere.
func Dial(a Address, name string) (*nats.Conn, error) {
	opts := options(name)
	if a.Token != "" {
		opts = append(opts, nats.Token(a.Token))
	}
	nc, err := nats.Connect(a.URL, opts...)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS at %s: %w", a.URL, err)
	}
	return nc, nil
}

func options(name string) []nats.Option {
	return []nats.Option{
		nats.Name(name), nats.MaxReconnects(-1), nats.ReconnectWait(250 * time.Millisecond),
		nats.ReconnectBufSize(-1), // a request during a reconnect fails at once instead of arriving late
	}
}
