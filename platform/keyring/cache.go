package keyring

import (
	"container/list"
	"crypto/cipher"
	"sync"
	"time"

	"khuevan/platform/clock"
)

const (
	// cached bounds how many unwrapped keys one process holds in memory at once.
	cached = 4096
	// keyLife bounds how long a process uses a key without asking the store, and so how long a key that another
	// process destroyed can still be used here.
	keyLife = 30 * time.Second
)

// cache holds the most recently used keys.
type cache struct {
	clock  clock.Clock
	mu     sync.Mutex
	byID   map[string]*list.Element
	recent *list.List // of entry, most recent first
}

type entry struct {
	id    string
	key   cipher.AEAD
	until time.Time
}

func newCache(now clock.Clock) *cache {
	return &cache{clock: now, byID: map[string]*list.Element{}, recent: list.New()}
}

func (c *cache) get(id string) (cipher.AEAD, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at, ok := c.byID[id]
	if !ok {
		return nil, false
	}
	e := at.Value.(entry)
	if !c.clock.Now().Before(e.until) {
		c.remove(at)
		return nil, false
	}
	c.recent.MoveToFront(at)
	return e.key, true
}

func (c *cache) put(id string, key cipher.AEAD) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.byID[id]; ok {
		c.remove(at)
	}
	c.byID[id] = c.recent.PushFront(entry{id: id, key: key, until: c.clock.Now().Add(keyLife)})
	if c.recent.Len() > cached {
		c.remove(c.recent.Back())
	}
}

func (c *cache) drop(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at, ok := c.byID[id]; ok {
		c.remove(at)
	}
}

func (c *cache) remove(at *list.Element) {
	delete(c.byID, at.Value.(entry).id)
	c.recent.Remove(at)
}
