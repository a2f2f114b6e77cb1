package sqlite

import (
	"context"
	"errors"
	"sync"

	"zombiezen.com/go/sqlite"
)

// pool hands out connections: at most size at once, opened when first needed, the last used one first.
type pool struct {
	open   func() (*sqlite.Conn, error)
	slots  chan struct{} // one held per connection in use
	closed chan struct{}
	once   sync.Once

	mu   sync.Mutex
	idle []*sqlite.Conn
}

var errClosed = errors.New("sqlite: the store is closed")

func newPool(size int, open func() (*sqlite.Conn, error)) *pool {
	return &pool{open: open, slots: make(chan struct{}, size), closed: make(chan struct{})}
}

func (p *pool) take(ctx context.Context) (*sqlite.Conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-p.closed:
		return nil, errClosed
	default:
	}
	select {
	case p.slots <- struct{}{}:
	case <-p.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if conn := p.pop(); conn != nil {
		return conn, nil
	}
	conn, err := p.open()
	if err != nil {
		<-p.slots
		return nil, err
	}
	return conn, nil
}

func (p *pool) pop() *sqlite.Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) == 0 {
		return nil
	}
	conn := p.idle[len(p.idle)-1]
	p.idle = p.idle[:len(p.idle)-1]
	return conn
}

func (p *pool) put(conn *sqlite.Conn) {
	p.mu.Lock()
	p.idle = append(p.idle, conn)
	p.mu.Unlock()
	<-p.slots
}

// close waits until all connections are back.
func (p *pool) close() (err error) {
	p.once.Do(func() {
		close(p.closed)
		for range cap(p.slots) {
			p.slots <- struct{}{}
		}
		for _, conn := range p.idle {
			err = errors.Join(err, conn.Close())
		}
		p.idle = nil
	})
	return err
}
