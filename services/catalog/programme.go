package catalog

import (
	"bytes"
	"encoding/json"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// programmeOffer is what the commands of a programme are decided on: its latest version.
type programmeOffer struct {
	latest    events.ProgrammePublished
	withdrawn bool
}

// Evolve implements eventsource.State.
func (o programmeOffer) Evolve(e eventsource.Event) programmeOffer {
	switch e := e.(type) {
	case events.ProgrammePublished:
		return programmeOffer{latest: e}
	case events.ProgrammeWithdrawn:
		o.withdrawn = true
	}
	return o
}

func programmeStream(programme string) string { return "catalog.programme." + programme }

// publishProgramme offers a programme with this content; Version is not set yet.
type publishProgramme struct {
	Content events.ProgrammePublished
	Seen    int  // the latest version that its author has seen
	Shipped bool // then its author has seen none, and it stands over all of them
}

// Stream implements eventsource.Command.
func (c publishProgramme) Stream() string { return programmeStream(c.Content.Programme) }

// Decide implements eventsource.Command.
func (c publishProgramme) Decide(o programmeOffer) ([]eventsource.Event, error) {
	e, latest := c.Content, o.latest.Version
	same, err := sameProgramme(o.latest, e)
	switch {
	case err != nil:
		return nil, err
	case same && !o.withdrawn:
		return nil, nil
	case !c.Shipped && c.Seen == 0 && latest > 0:
		return nil, fault.Newf(fault.Conflict, "Mã chương trình “%s” đã được dùng.", "The programme code “%s” is in use already.", e.Programme).With("programme",
			"Hãy đặt mã khác, hoặc mở chương trình đó để sửa.", "Choose another code, or open that programme to change it.")
	case !c.Shipped && c.Seen != latest:
		return nil, fault.Newf(fault.Conflict,
			"Trong lúc bạn sửa, chương trình đã có phiên bản %d. Hãy mở trang chương trình để xem, rồi sửa từ phiên bản mới nhất.",
			"Version %d of the programme was published while you were editing. Look at it on the programme's page, then edit the latest version.", latest)
	}
	e.Version = latest + 1
	if same {
		e.Version = latest
	}
	return []eventsource.Event{e}, nil
}

// sameProgramme tells whether two versions say the same, whatever their numbers.
func sameProgramme(a, b events.ProgrammePublished) (bool, error) {
	a.Version, b.Version = 0, 0
	was, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	is, err := json.Marshal(b)
	return bytes.Equal(was, is), err
}

// withdrawProgramme takes a programme out of the offer.
type withdrawProgramme struct{ Programme string }

// Stream implements eventsource.Command.
func (c withdrawProgramme) Stream() string { return programmeStream(c.Programme) }

// Decide implements eventsource.Command.
func (c withdrawProgramme) Decide(o programmeOffer) ([]eventsource.Event, error) {
	if o.latest.Version == 0 {
		return nil, unknownProgramme(c.Programme)
	}
	if o.withdrawn {
		return nil, nil
	}
	return []eventsource.Event{events.ProgrammeWithdrawn(c)}, nil
}

func unknownProgramme(programme string) *fault.Error {
	return fault.Newf(fault.NotFound, "Không có chương trình “%s”.", "There is no programme “%s”.", programme)
}
