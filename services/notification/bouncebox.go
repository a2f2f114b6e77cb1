package notification

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

const (
	bounceRound = 20 * time.Second // between two looks into the mailbox
	asideDir    = "khuevan-aside"  // beside new and cur: what is no notification of ours, each with its reason
)

// bounceBox reads what the mail server delivers to the address for bounces: a Maildir. Each file is read once: a notification of a
// letter of ours is moved to cur as seen, anything else is set aside with the reason.
type bounceBox struct {
	*post
	dir string
}

// run looks into the mailbox until the context ends.
func (b *bounceBox) run(ctx context.Context) error {
	for {
		if err := b.sweep(ctx); err != nil {
			return err
		}
		if err := b.d.Clock.WaitUntil(ctx, b.d.Clock.Now().Add(bounceRound)); err != nil {
			return nil //nolint:nilerr // ended as asked
		}
	}
}

func (b *bounceBox) sweep(ctx context.Context) error {
	files, err := os.ReadDir(filepath.Join(b.dir, "new"))
	if err != nil {
		return fmt.Errorf("mailbox of bounces: %w", err)
	}
	for _, f := range files {
		if ctx.Err() != nil || f.IsDir() || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		if err := b.take(ctx, f.Name()); err != nil {
			return fmt.Errorf("mailbox of bounces: %s: %w", f.Name(), err)
		}
	}
	return nil
}

// take reads one file and puts it where it belongs. An error is trouble of our own: the file stays and is read again.
func (b *bounceBox) take(ctx context.Context, name string) error {
	from := filepath.Join(b.dir, "new", name)
	why, err := b.read(ctx, from)
	switch {
	case errors.Is(err, os.ErrNotExist): // another process took it
		return nil
	case err != nil:
		return err
	case why == "":
		return moved(os.Rename(from, filepath.Join(b.dir, "cur", name+":2,S")))
	}
	aside := filepath.Join(b.dir, asideDir)
	if err := os.MkdirAll(aside, 0o700); err != nil {
		return err
	}
	b.d.Log.WarnContext(ctx, "mail to the address for bounces is set aside", "file", name, "reason", why)
	if err := os.WriteFile(filepath.Join(aside, name+".reason"), []byte(why+"\n"), 0o600); err != nil {
		return err
	}
	return moved(os.Rename(from, filepath.Join(aside, name)))
}

// moved forgives that another process was faster.
func moved(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

// read records what a file says, or tells why it says nothing.
func (b *bounceBox) read(ctx context.Context, path string) (why string, err error) {
	f, err := os.Open(path) //nolint:gosec // in the mailbox that the operator names
	if err != nil {
		return "", err
	}
	defer f.Close() //nolint:errcheck // only read
	n, err := parseBounce(f)
	if err != nil {
		return err.Error(), nil
	}
	id, ok := b.ours(n)
	switch {
	case !ok:
		return "the letter is not one of ours, or its token is missing", nil
	case n.action != "failed":
		return "", nil // delayed or delivered: nothing follows
	}
	cmd := bounceMail{events.MailBounced{Message: id, Status: n.status, At: b.d.Clock.Now()}}
	_, err = host.Do(rpc.AsSystem(ctx, b.d.NewID()), b.d, cmd)
	var refused *fault.Error
	if errors.As(err, &refused) && (refused.Kind == fault.Conflict || refused.Kind == fault.Invalid) {
		return refused.Error(), nil
	}
	return "", err
}

// ours gives the message of which a notification speaks, if the letter's Message-ID and token fit each other.
func (b *bounceBox) ours(n bounce) (id string, ok bool) {
	id, ok = strings.CutSuffix(n.messageID, "@"+b.domain)
	if !ok || !eventsource.ValidStream(streamOf(id)) {
		return "", false
	}
	return id, subtle.ConstantTimeCompare([]byte(n.token), []byte(b.token(id))) == 1
}
