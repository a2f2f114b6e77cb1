package directory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// CorrectCodeRequest says which code somebody has in truth.
type CorrectCodeRequest struct {
	Person string `json:"person"`
	Code   string `json:"code"`
}

// correctCode gives somebody another code, unless it is somebody else's.
func (s *service) correctCode(ctx context.Context, req CorrectCodeRequest) (rpc.Receipt, error) {
	s.importing.Lock() // an import may just be giving the code to somebody
	defer s.importing.Unlock()
	if err := s.catchUp(ctx); err != nil {
		return rpc.Receipt{}, err
	}
	code := strings.ToUpper(strings.TrimSpace(req.Code))
	if !personCode.MatchString(code) {
		return rpc.Receipt{}, fault.New(fault.Invalid, "Mã chỉ gồm chữ không dấu, chữ số và dấu gạch ngang, dài 1 đến 40 ký tự, bắt đầu bằng chữ hoặc số.",
			"A code has plain letters, digits and hyphens, 1 to 40 characters, and starts with a letter or digit.")
	}
	if err := s.codeFree(ctx, code, req.Person); err != nil {
		return rpc.Receipt{}, err
	}
	if d, found, err := s.people.Get(ctx, req.Person); err != nil || !found || d.Erased {
		return rpc.Receipt{}, cmp.Or(err, noPerson())
	}
	c := RecodePerson{Person: req.Person}
	if err := s.seal(ctx, req.Person, sealing{"code", code, &c.Code}); err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.Do(ctx, s.d, c)
	return rpc.Receipt{Seq: out.Seq}, err
}

// codeFree refuses a code that somebody else has.
func (s *service) codeFree(ctx context.Context, code, person string) error {
	page, err := s.people.Find(ctx, readmodel.Query{Index: "code", Equal: []any{s.codeKey(code)}})
	if err != nil {
		return err
	}
	if slices.ContainsFunc(page.Items, func(d personDoc) bool { return d.ID != person }) {
		return fault.New(fault.Conflict, "Mã “"+code+"” đã thuộc về một người khác.", "The code “"+code+"” is somebody else's.")
	}
	return nil
}

// RecodePerson says that somebody's personnel code is another.
type RecodePerson struct {
	Person string
	Code   events.Sealed
}

// Stream implements eventsource.Command.
func (c RecodePerson) Stream() string { return personStream(c.Person) }

// Decide implements eventsource.Command.
func (c RecodePerson) Decide(p person) ([]eventsource.Event, error) {
	switch {
	case !p.Registered || p.Erased:
		return nil, noPerson()
	case p.Code == c.Code:
		return nil, nil
	}
	return []eventsource.Event{events.PersonCorrected{Person: c.Person, Code: c.Code}}, nil
}
