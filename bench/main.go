// Command bench measures the claims of the README: each figure stands beside what the same work costs without the
// platform, taken in the same run on the same machine.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"
)

// Bounds of a whole run; nothing here may hang.
const (
	longest      = 20 * time.Minute
	longestQuick = 3 * time.Minute
)

// flags are the command line.
type flags struct {
	json    bool
	quick   bool
	list    bool
	only    []string
	profile string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// parse reads the command line.
func parse(args []string, errs io.Writer) (flags, error) {
	var f flags
	set := flag.NewFlagSet("bench", flag.ContinueOnError)
	set.SetOutput(errs)
	set.BoolVar(&f.json, "json", false, "print JSON lines instead of text")
	set.BoolVar(&f.quick, "quick", false, "measure less of everything, in under 40 s")
	set.BoolVar(&f.list, "list", false, "list the measures and their goals")
	set.StringVar(&f.profile, "cpuprofile", "", "write a CPU profile of the run to this file")
	set.Func("only", "measures to take, separated by commas; a name stands for all that begin with it, such as append", func(s string) error {
		for name := range strings.SplitSeq(s, ",") {
			if name = strings.TrimSpace(name); name != "" {
				f.only = append(f.only, name)
			}
		}
		return nil
	})
	if err := set.Parse(args); err != nil {
		return f, err
	}
	if set.NArg() > 0 {
		return f, fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	return f, nil
}

func run(ctx context.Context, args []string, out, errs io.Writer) error {
	f, err := parse(args, errs)
	if err != nil {
		return err
	}
	chosen, err := choose(measures(), f.only)
	if err != nil {
		return err
	}
	if f.list {
		return printList(out, chosen)
	}
	bound := longest
	if f.quick {
		bound = longestQuick
	}
	ctx, cancel := context.WithTimeout(ctx, bound)
	defer cancel()
	if f.profile != "" {
		end, err := profile(f.profile)
		if err != nil {
			return err
		}
		defer end()
	}
	return take(ctx, chosen, f, printer{out: out, json: f.json}, errs)
}

// take takes one measure after the other; one that fails does not keep the others from being taken.
func take(ctx context.Context, chosen []choice, f flags, p printer, errs io.Writer) error {
	var all error
	p.head()
	for _, c := range chosen {
		begun := time.Now()
		fmt.Fprintf(errs, "%s …\n", c.name)
		rows, err := c.in(f.quick, func(w *work) ([]Row, error) { return c.take(ctx, w) })
		if err != nil {
			all = errors.Join(all, fmt.Errorf("%s: %w", c.name, err))
			continue
		}
		for _, r := range rows {
			if g, ok := c.wanted[r.Name]; ok {
				p.row(r, g)
			}
		}
		fmt.Fprintf(errs, "%s took %s\n", c.name, time.Since(begun).Round(100*time.Millisecond))
	}
	return all
}

func profile(path string) (end func(), err error) {
	file, err := os.Create(path) //nolint:gosec // whoever measures names the file
	if err != nil {
		return nil, fmt.Errorf("CPU profile: %w", err)
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, errors.Join(fmt.Errorf("CPU profile: %w", err), file.Close())
	}
	return func() {
		pprof.StopCPUProfile()
		_ = file.Close()
	}, nil
}
