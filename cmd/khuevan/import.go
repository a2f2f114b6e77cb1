package main

import (
	"context"
	"fmt"
	"os"

	"khuevan/platform/fault"
	"khuevan/platform/rpc"
	"khuevan/services/directory"
)

type importCmd struct {
	place
	Units   string `help:"CSV or XLSX of units." type:"existingfile"`
	People  string `help:"CSV or XLSX of people." type:"existingfile"`
	Package string `help:"Shipped course to publish, such as attt-co-ban."`
	Yes     bool   `help:"Change it; without, only show what would change."`
}

// Run imports files.
func (c *importCmd) Run(e *env) error {
	files := directory.ImportFiles{}
	for path, to := range map[string]**directory.ImportFile{c.Units: &files.UnitsFile, c.People: &files.PeopleFile} {
		if path == "" {
			continue
		}
		data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
		if err != nil {
			return err
		}
		*to = &directory.ImportFile{Data: data}
	}
	if files == (directory.ImportFiles{}) && c.Package == "" {
		return fault.New(fault.Invalid, "Chưa chỉ ra tệp nào: dùng -units, -people hoặc -package.", "Nothing to import: give -units, -people or -package.")
	}
	return c.client(e, func(ctx context.Context, caller rpc.Caller) error {
		ctx, cancel := context.WithTimeout(ctx, importTime)
		defer cancel()
		if files != (directory.ImportFiles{}) {
			if err := c.directory(ctx, e, caller, files); err != nil {
				return err
			}
		}
		if c.Package == "" || !c.Yes {
			return nil
		}
		p, err := publishPackage(ctx, caller, c.Package)
		if err == nil {
			fmt.Fprintf(e.out, "course %s version %d is in the offer\n", p.Course, p.Version)
		}
		return err
	})
}

func (c *importCmd) directory(ctx context.Context, e *env, caller rpc.Caller, files directory.ImportFiles) error {
	preview, err := directory.PreviewImport.Call(ctx, caller, files)
	if err != nil {
		return err
	}
	for _, f := range preview.Files {
		fmt.Fprintf(e.out, "%s: read as %s, header on line %d, ignored columns %q\n", f.File, f.Encoding, f.Line, f.Ignored)
	}
	for _, p := range preview.Problems {
		fmt.Fprintf(e.out, "%s line %d, column %s, %q: %s (%s)\n", p.File, p.Line, p.Column, p.Value, p.Vi, p.En)
	}
	show(e, "units", preview.Units)
	show(e, "people", preview.People)
	if !c.Yes {
		fmt.Fprintln(e.out, "Nothing was written. Repeat with -yes to take the good rows over.")
		return nil
	}
	_, err = directory.ConfirmImport.Call(ctx, caller, directory.ConfirmImportRequest{ImportFiles: files, Digest: preview.Digest})
	if err == nil {
		fmt.Fprintln(e.out, "Done.")
	}
	return err
}

func show(e *env, what string, c directory.Changes) {
	fmt.Fprintf(e.out, "%-6s  %d new, %d changed, %d the same, %d with errors\n", what, c.New, c.Changed, c.Same, c.Bad)
}
