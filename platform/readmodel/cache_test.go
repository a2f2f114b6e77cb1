package readmodel

import (
	"fmt"
	"testing"
)

func key(i int) entryKey { return entryKey{collection: "c", id: fmt.Sprint("id", i)} }

func TestCacheGivesOut(t *testing.T) {
	var c cache
	c.put(key(1), remembered{seq: 7, size: 10})
	if r, ok := c.take(key(1)); !ok || r.seq != 7 {
		t.Fatalf("got %+v, %v", r, ok)
	}
	if _, ok := c.take(key(1)); ok {
		t.Fatal("what was taken is still there")
	}
	if c.bytes != 0 {
		t.Fatalf("%d bytes of nothing", c.bytes)
	}
}

func TestCacheForgetsTheOldest(t *testing.T) {
	var c cache
	const size = cacheBytes / 20
	for i := range 100 {
		c.put(key(i), remembered{size: size})
		if held := (len(c.young) + len(c.old)) * size; held > cacheBytes {
			t.Fatalf("%d documents held", len(c.young)+len(c.old))
		}
	}
	if _, ok := c.take(key(99)); !ok {
		t.Error("the newest is forgotten")
	}
	if _, ok := c.take(key(0)); ok {
		t.Error("the oldest is remembered")
	}
	c.clear()
	if _, ok := c.take(key(98)); ok {
		t.Error("a cleared cache remembers")
	}
}
