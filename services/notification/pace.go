package notification

import (
	"context"
	"sync"
	"time"
)

// pace spaces letters so that no more than so many go in a second.
type pace struct {
	every time.Duration // 0: as fast as can be
	mu    sync.Mutex
	next  time.Time
}

func newPace(perSecond int) *pace {
	if perSecond == 0 {
		return &pace{}
	}
	return &pace{every: time.Second / time.Duration(perSecond)}
}

// slot gives the time at which the next letter may go.
func (p *pace) slot(now time.Time) time.Time {
	if p.every == 0 {
		return now
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next.Before(now) {
		p.next = now
	}
	slot := p.next
	p.next = slot.Add(p.every)
	return slot
}

// most is how many letters may be written out together, so that none is old when its turn comes.
func (p *pace) most() int {
	if p.every == 0 {
		return atOnce
	}
	return max(1, int(time.Second/p.every))
}

// window bounds how many letters are begun and wait for a line. It is one at first.
type window struct {
	mu    sync.Mutex
	moved chan struct{} // closed when there may be room
	size  int
	most  int
	open  int
}

func newWindow(most int) *window { return &window{size: 1, most: most, moved: make(chan struct{})} }

// enter waits for room; false when the context ends before.
func (w *window) enter(ctx context.Context) bool {
	for {
		w.mu.Lock()
		if w.open < w.size {
			w.open++
			w.mu.Unlock()
			return true
		}
		moved := w.moved
		w.mu.Unlock()
		select {
		case <-moved:
		case <-ctx.Done():
			return false
		}
	}
}

func (w *window) leave()  { w.change(func() { w.open-- }) }
func (w *window) grow()   { w.change(func() { w.size = min(w.size+1, w.most) }) }
func (w *window) shrink() { w.change(func() { w.size = max(w.size/2, 1) }) }
func (w *window) shut()   { w.change(func() { w.size = 1 }) }

func (w *window) change(how func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	how()
	close(w.moved)
	w.moved = make(chan struct{})
}
