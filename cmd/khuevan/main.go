// Command khuevan is Khuê Văn: a training and security-awareness platform for a provincial government.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // campaigns keep their time zone on machines without zone files

	"github.com/alecthomas/kong"

	"khuevan/platform/fault"
)

// cli is the command line. Long flags may be written with one dash or two.
type cli struct {
	Config string `help:"YAML file with settings; the environment (KHUEVAN_…) wins over it." type:"path"`

	Serve       serveCmd       `cmd:"" help:"Run the platform, or some of its services."`
	Import      importCmd      `cmd:"" help:"Import units, people and courses; shows what would change, and changes it with -yes."`
	SetPassword setPasswordCmd `cmd:"" help:"Set the password of a local account; the password is read from standard input."`
	Events      struct {
		Tail tailCmd `cmd:"" help:"Print the journal, a JSON line per event."`
	} `cmd:"" help:"Look at the journal."`
	Keys struct {
		Rotate rotateCmd `cmd:"" help:"Seal every key anew under another master key; may be killed and begun again."`
	} `cmd:"" help:"Look after people's keys."`
	Backup struct {
		Make      backupCmd `cmd:"" default:"withargs" help:"Copy the journal and, apart from it, the sealed keys; the platform may run."`
		PruneKeys pruneCmd  `cmd:"" help:"Take the keys of erased people out of earlier copies of keys."`
	} `cmd:"" help:"Make copies, and keep erasures in them."`
	Restore   restoreCmd `cmd:"" help:"Make a data directory from copies."`
	Replay    replayCmd  `cmd:"" help:"Drop the read models and fill them again from the events."`
	Verify    verifyCmd  `cmd:"" help:"Recount every rollup from the events, recompute from their seeds whom campaigns hold out, and compare; exit 1 and the differences when they disagree."`
	ConfigCmd struct {
		Verify configVerifyCmd `cmd:"" help:"Check the settings and print them without secrets."`
	} `cmd:"" name:"config" help:"Look at the settings."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// version is set by the build.
var version = "0.1.0"

// env is what commands share.
type env struct {
	ctx    context.Context
	config Config
	in     io.Reader
	out    io.Writer
	err    io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := run(ctx, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run does one command line and gives its exit code.
func run(ctx context.Context, args, environ []string, in io.Reader, out, errs io.Writer) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("khuevan"), kong.Description("Khuê Văn: training and security awareness."),
		kong.Writers(out, errs), kong.UsageOnError(), kong.Exit(func(int) {}))
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	parsed, err := parser.Parse(twoDashes(args))
	if err != nil {
		fmt.Fprintln(errs, "khuevan:", err)
		return 2
	}
	if parsed.Command() == "" { // --help was answered
		return 0
	}
	config, err := loadConfig(c.Config, environ)
	if err != nil {
		fmt.Fprintln(errs, "khuevan: settings:", err)
		return 2
	}
	err = parsed.Run(&env{ctx: ctx, config: config, in: in, out: out, err: errs})
	var f *fault.Error
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errDisagree):
		return 1
	case errors.As(err, &f):
		fmt.Fprintf(errs, "khuevan: %s\n         %s\n", f.Vi, f.En)
		return 1
	default:
		fmt.Fprintln(errs, "khuevan:", err)
		return 1
	}
}

// twoDashes lets long flags be written with one dash.
func twoDashes(args []string) []string {
	out := make([]string, len(args))
	for i, a := range args {
		if len(a) > 2 && a[0] == '-' && a[1] != '-' && !strings.ContainsAny(a[1:2], "0123456789") {
			a = "-" + a
		}
		out[i] = a
	}
	return out
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(e *env) error {
	_, err := fmt.Fprintln(e.out, "khuevan", version)
	return err
}

type configVerifyCmd struct{}

// Run prints the settings; reading them has checked them.
func (configVerifyCmd) Run(e *env) error {
	text, err := e.config.withoutSecrets()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(e.out, "%sOK\n", text)
	return err
}
