package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"khuevan/platform/fault"
)

// rotateCmd seals every key anew under another master key.
type rotateCmd struct {
	place
	NewKeyFile string `help:"File with the new master key; KHUEVAN_NEW_MASTER_KEY otherwise." type:"existingfile"`
}

// Run rotates. It may be killed and begun again with the same keys.
func (c *rotateCmd) Run(e *env) error {
	if c.NewKeyFile != "" {
		text, err := os.ReadFile(c.NewKeyFile)
		if err != nil {
			return fmt.Errorf("new master key: %w", err)
		}
		e.config.NewMasterKey = strings.TrimSpace(string(text))
	}
	b, err := c.bus(e)
	if err != nil {
		return err
	}
	defer b.close(context.WithoutCancel(e.ctx))
	if b.masters < 2 {
		return fault.New(fault.Invalid,
			"Chưa có khóa chủ mới: dùng -new-key-file, KHUEVAN_NEW_MASTER_KEY, hoặc ghi khóa mới lên dòng đầu của tệp khóa chủ.",
			"There is no new master key: give -new-key-file or KHUEVAN_NEW_MASTER_KEY, or put the new key on the first line of the master key's file.")
	}
	last := 0
	err = b.deps.Keys.Rotate(e.ctx, func(done, all int) {
		if done == all || done-last >= rotateStep {
			last = done
			fmt.Fprintf(e.out, "%d of %d keys are sealed under the new master key\n", done, all)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(e.out, "The old master key is not needed any more for this store. Backups of keys made before need it: make a new one and prune those.")
	return nil
}

// rotateStep is after how many keys progress is told.
const rotateStep = 1000
