package portal

import (
	"net/http"
	"slices"
	"time"

	"khuevan/platform/fault"
)

// Changes that come together are told together: a page fetches at most this often.
const liveEvery = 200 * time.Millisecond

// live tells an open page that documents of a service have changed, by server-sent events. It carries no data:
// the page asks again, and is answered by the same rules as at first.
func (p *Portal) live(w http.ResponseWriter, r *http.Request) error {
	v, err := p.open(r)
	if err != nil {
		return err
	}
	service := r.URL.Query().Get("of")
	if v.who.Person == "" || !slices.Contains(p.c.Services, service) {
		return fault.New(fault.Denied, "Vui lòng đăng nhập.", "Please sign in.")
	}
	heard := make(chan struct{}, 1)
	stop, err := p.c.OnChange(service, func() {
		select {
		case heard <- struct{}{}:
		default:
		}
	})
	if err != nil {
		return fault.New(fault.Unavailable, "Chưa nhận được tin mới.", "No news can be had now.").Because(err)
	}
	defer stop()
	stream, err := p.edge.Events(w, r)
	if err != nil {
		return err
	}
	defer stream.Close()
	for {
		select {
		case <-stream.Done():
			return nil
		case <-heard:
		}
		if err := stream.Send("changed", service); err != nil {
			return nil //nolint:nilerr // the reader has left
		}
		if err := p.d.Clock.WaitUntil(r.Context(), p.d.Clock.Now().Add(liveEvery)); err != nil {
			return nil //nolint:nilerr // likewise
		}
	}
}
