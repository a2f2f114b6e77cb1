package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"khuevan/platform/clock"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/telemetry"
	"khuevan/platform/web"
)

type serveCmd struct {
	Data      string   `help:"Directory of the journal and the read models." default:".khuevan" type:"path"`
	Listen    string   `help:"Address for HTTP." default:"127.0.0.1:8080"`
	Target    []string `help:"Services to run, separated by commas." default:"all"`
	Demo      bool     `help:"Demo province, one-click sign-in, mail into a local sink. Loopback only."`
	DemoEmpty bool     `help:"Demo mode with nothing but the administrator." hidden:""`

	DemoAhead time.Duration `help:"Demo mode: let the platform believe that it is so much later, such as 8760h to see how a year on people are asked again."`
}

// drainTime bounds how long a stopping process answers what is under way.
const drainTime = 20 * time.Second

// gcPercent lets garbage grow to three times what lives before it is collected, unless GOGC says otherwise: a process lives
// on some thirty megabytes, and requests cost a tenth less. From memoryLimit on it is collected sooner, unless GOMEMLIMIT says
// otherwise: in a contest of ten thousand some 600 MB live, and four times that is too much. A limit near what lives would have the
// processors collect instead of answer: with 768 MiB such a contest cost twice the time.
const (
	gcPercent   = 300
	memoryLimit = 1536 << 20 // bytes
)

// Run serves until the process is told to stop.
func (c *serveCmd) Run(e *env) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	c.Demo = c.Demo || c.DemoEmpty
	names, err := chosen(c.Target)
	if err != nil {
		return err
	}
	if err := c.checkDemo(); err != nil {
		return err
	}
	log, err := telemetry.Logger(e.err, e.config.LogFormat, e.config.LogLevel)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	front := newFront(listener, log)
	defer front.close()
	took := clock.Stopwatch()

	b, err := openBus(e.ctx, e.config, c.Data, strings.Join(names, "+"), c.Demo, log)
	if err != nil {
		return err
	}
	defer b.close(context.WithoutCancel(e.ctx))
	b.deps.Clock = clock.Ahead(b.deps.Clock, c.DemoAhead)
	baseURL := e.config.BaseURL
	if baseURL == "" {
		baseURL = "http://" + listener.Addr().String()
	}
	house, services, err := b.start(e.ctx, names, baseURL)
	if err != nil {
		return err
	}
	front.open(b.tel, house, services)
	if c.Demo && front.portal {
		if err := loadDemo(e.ctx, b.deps, c.DemoEmpty); err != nil {
			return errors.Join(err, house.Stop(context.WithoutCancel(e.ctx)))
		}
	}
	front.ready.Store(true)
	log.Info("ready", "targets", strings.Join(names, ","), "took", took().Round(time.Millisecond))
	if front.portal {
		fmt.Fprintf(e.out, "\n  Khuê Văn: %s\n\n", baseURL)
	}
	<-e.ctx.Done()
	log.Info("stopping")
	front.ready.Store(false)
	drain, cancel := context.WithTimeout(context.WithoutCancel(e.ctx), drainTime)
	defer cancel()
	return errors.Join(front.shutdown(drain), house.Stop(drain))
}

// checkDemo keeps demo accounts off the network, and the clock of others true.
func (c *serveCmd) checkDemo() error {
	if c.DemoAhead < 0 || c.DemoAhead > 0 && !c.Demo {
		return fault.New(fault.Invalid, "Chỉ chế độ dùng thử mới chạy trước thời gian được (-demo-ahead), và chỉ về phía trước.",
			"Only demo mode can be ahead of time (-demo-ahead), and forward only.")
	}
	if !c.Demo {
		return nil
	}
	addr, _, err := net.SplitHostPort(c.Listen)
	if ip := net.ParseIP(addr); err != nil || addr != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fault.Newf(fault.Invalid, "Chế độ dùng thử chỉ được lắng nghe trên máy này (127.0.0.1), không phải %s.",
			"Demo mode listens on this machine only (127.0.0.1), not on %s.", c.Listen)
	}
	return nil
}

// front is the HTTP server of a process: probes and metrics at once, pages when they are ready.
type front struct {
	server *http.Server
	ready  atomic.Bool
	inner  atomic.Pointer[http.Handler]
	house  atomic.Pointer[host.House]
	portal bool
}

func newFront(l net.Listener, log *slog.Logger) *front {
	f := &front{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", f.readyz)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if inner := f.inner.Load(); inner != nil {
			(*inner).ServeHTTP(w, r)
			return
		}
		web.WriteError(w, r, fault.New(fault.Unavailable, "Hệ thống đang khởi động. Vui lòng tải lại trang sau ít giây.",
			"The system is starting. Please reload in a few seconds."))
	})
	// Open event streams end as soon as the process is told to stop.
	streams, endStreams := context.WithCancel(context.Background())
	f.server = &http.Server{Handler: mux, BaseContext: func(net.Listener) context.Context { return streams }, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: time.Minute, WriteTimeout: time.Minute,
		IdleTimeout: 2 * time.Minute, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	f.server.RegisterOnShutdown(endStreams)
	go func() {
		if err := f.server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			log.Error("HTTP ended", "err", err)
		}
	}()
	return f
}

// open puts the pages and the metrics behind the server.
func (f *front) open(tel *telemetry.Telemetry, house *host.House, services []host.Service) {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", measured(tel.Metrics, house))
	for _, s := range services {
		if s.HTTP != nil {
			mux.Handle("/", tel.HTTP(s.HTTP))
			f.portal = true
		}
	}
	var h http.Handler = mux
	f.house.Store(house)
	f.inner.Store(&h)
}

// measured looks at the projections and the poison queue whenever the metrics are asked for.
func measured(m *telemetry.Metrics, house *host.House) http.Handler {
	served := m.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		statuses, err := house.Statuses(r.Context())
		if err != nil {
			web.WriteError(w, r, err)
			return
		}
		m.Poison.Reset() // what was run again is gone
		for _, s := range statuses {
			for _, p := range s.Projections {
				m.Lag.WithLabelValues(p.Name).Set(float64(p.Head - min(p.Head, p.Position)))
			}
			for _, p := range s.Poisoned {
				m.Poison.WithLabelValues(p.Reactor).Inc()
			}
		}
		served.ServeHTTP(w, r)
	})
}

// readyz answers 200 once all targets serve. A projection that stopped at an unreadable event does not take the rest
// out of service: the status page names it.
func (f *front) readyz(w http.ResponseWriter, _ *http.Request) {
	if !f.ready.Load() {
		http.Error(w, "starting or stopping", http.StatusServiceUnavailable)
		return
	}
	text := "ready\n"
	if err := f.house.Load().Healthy(); err != nil {
		text += "some numbers stand still; see the status page\n"
	}
	_, _ = w.Write([]byte(text)) // the prober has left
}

func (f *front) shutdown(ctx context.Context) error {
	if err := f.server.Shutdown(ctx); err != nil {
		return errors.Join(err, f.server.Close())
	}
	return nil
}

func (f *front) close() { _ = f.server.Close() }
