package keyring

import (
	"container/list"
	"crypto/cipher"
	"sync"
	"time"

	"khuevan/platform/clock"
)

const (
	// cached bounds how many unwrapped keys one process holds in memory at once: those of a whole province, so that an
	// import does not forget a key before it needs it. Some 400 bytes each.
	cached = 1 << 16
	// keyLife bounds how long a process uses a key without asking the store, and so how long a key that another
	// process destroyed can still be used here.
	keyLife = 30 * time.Second
)

// cache holds the most recently used keys.
type cache struct {
	clock  clock.Clock
	mu     sync.Mutex
	byID   map[string]*list.Element
	recent *list.List      // of entry, most recent first
	barred map[string]bool // destroyed while this process runs: a read under way must not bring the key back
}

type entry struct {
	id    string
	key   cipher.AEAD
	until time.Time
}

func newCache(now clock.Clock) *cache {
	return &cache{clock: now, byID: map[string]*list.Element{}, recent: list.New(), barred: map[string]bool{}}
}

// get gives a key that is held; gone says that it was destroyed.
func (c *cache) get(id string) (key cipher.AEAD, gone, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.byID[id]
	if !ok {
		return nil, c.barred[id], false
	}
	e := at.Value.(entry)
	if !c.clock.Now().Before(e.until) {
		c.remove(at)
		return nil, false, false
	}
	c.recent.MoveToFront(at)
	return e.key, false, true
}

func (c *cache) put(id string, key cipher.AEAD) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.barred[id] {
		return
	}
	if at, ok := c.byID[id]; ok {
		c.remove(at)
	}
	c.byID[id] = c.recent.PushFront(entry{id: id, key: key, until: c.clock.Now().Add(keyLife)})
	if c.recent.Len() > cached {
		c.remove(c.recent.Back())
	}
}

// bar forgets a key for ever.
func (c *cache) bar(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.barred[id] = true
	if at, ok := c.byID[id]; ok {
		c.remove(at)
	}
}

func (c *cache) remove(at *list.Element) {
	delete(c.byID, at.Value.(entry).id)
	c.recent.Remove(at)
}
