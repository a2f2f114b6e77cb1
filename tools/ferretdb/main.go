// Command ferretdb serves the MongoDB wire protocol from SQLite files, for tests and benchmarks of the MongoDB read models
// on a machine without MongoDB.
//
//	ferretdb -listen-addr=127.0.0.1:27017 -sqlite-url=file:/some/folder/
//
// It prints its address as one line on standard output once it listens (port 0 takes a free one) and ends on SIGINT or SIGTERM.
// It has no telemetry, no debug listener and no state beside the data. The flags -handler, -telemetry, -debug-addr and -state-dir
// exist so that a test can start FerretDB's own command in the same words; another wish than this one is refused.
// Why a command of our own: see docs/decisions/0003-developer-tools.md.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "ferretdb:", err)
		os.Exit(1)
	}
}

// config is what the command line asks for.
type config struct{ listen, url string }

func parse(args []string) (config, error) {
	var c config
	flags := flag.NewFlagSet("ferretdb", flag.ContinueOnError)
	flags.StringVar(&c.listen, "listen-addr", "127.0.0.1:0", "TCP address to listen on")
	flags.StringVar(&c.url, "sqlite-url", "", "folder of the SQLite files as a URL, such as file:data/ (must exist)")
	_ = flags.String("state-dir", "", "not used: no state is kept")
	only := map[string]string{"handler": "sqlite", "telemetry": "disable", "debug-addr": "-"}
	for name, value := range only {
		flags.Func(name, "only "+value, func(given string) error {
			if given != value {
				return fmt.Errorf("only %q is possible", value)
			}
			return nil
		})
	}
	if err := flags.Parse(args); err != nil {
		return config{}, err
	}
	if flags.NArg() > 0 {
		return config{}, fmt.Errorf("not understood: %q", flags.Args())
	}
	if c.url == "" {
		return config{}, errors.New("-sqlite-url is needed")
	}
	return c, nil
}

func run(ctx context.Context, args []string) error {
	c, err := parse(args)
	if err != nil {
		return err
	}
	db, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: c.listen},
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
		Handler:   "sqlite",
		SQLiteURL: c.url,
	})
	if err != nil {
		return err
	}
	go func() { fmt.Println(db.MongoDBURI()) }() // waits until Run listens
	return db.Run(ctx)
}
