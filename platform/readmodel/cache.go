package readmodel

// cacheBytes bounds the documents that a projection remembers, by the size of their stored form.
const cacheBytes = 2 << 20

// cache remembers documents as the last batches left them, so that those that change again and again are not read
// again from the store. A document is taken out for a batch and comes back when the batch is committed; what a failed
// batch has taken is gone. It holds only what is true at the projection's position, see Batch.load.
//
// The least recently used half is forgotten at once.
type cache struct {
	young, old map[entryKey]remembered
	bytes      int // of young
}

type remembered struct {
	doc  any
	seq  uint64
	gone bool
	size int // of the stored form
}

func (c *cache) clear() { *c = cache{} }

func (c *cache) take(key entryKey) (remembered, bool) {
	if r, ok := c.young[key]; ok {
		delete(c.young, key)
		c.bytes -= cost(key, r)
		return r, true
	}
	r, ok := c.old[key]
	delete(c.old, key)
	return r, ok
}

func (c *cache) put(key entryKey, r remembered) {
	if c.young == nil || c.bytes+cost(key, r) > cacheBytes/2 {
		c.old, c.young, c.bytes = c.young, map[entryKey]remembered{}, 0
	}
	c.young[key] = r
	c.bytes += cost(key, r)
}

// cost is about what an entry takes.
func cost(key entryKey, r remembered) int { return 100 + len(key.id) + r.size }
