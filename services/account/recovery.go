package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/keyring"
)

// linkLife is how long a recovery link is good for.
const linkLife = 24 * time.Hour

func (s *service) offerRecovery(ctx context.Context, req OfferRecoveryRequest) (RecoveryLink, error) {
	if req.Person == "" {
		return RecoveryLink{}, noPerson()
	}
	secret := strings.ToLower(rand.Text())
	sealed, err := s.seal(ctx, req.Person, "recovery-link", s.linkHash(req.Person, secret))
	if err != nil {
		return RecoveryLink{}, err
	}
	until := s.Clock.Now().Add(linkLife)
	out, err := host.DoRecent(ctx, s.Deps, offerRecovery{events.RecoveryOffered{Person: req.Person, Hash: sealed, Until: until}})
	return RecoveryLink{Seq: out.Seq, Token: req.Person + "_" + secret, Until: until}, err
}

func (s *service) linkHash(person, secret string) string {
	return s.Keys.Blind("recovery-link", person+" "+secret)
}

func (s *service) useRecovery(ctx context.Context, req UseRecoveryRequest) (Proved, error) {
	person, secret, ok := strings.Cut(req.Token, "_")
	if !ok || !eventsource.ValidStream(streamOf(person)) {
		return Proved{}, wrongLink()
	}
	if err := s.tries.Begin("recovery "+person, req.Address); err != nil {
		return Proved{}, err
	}
	done, err := s.takeLink(ctx, person, secret)
	switch {
	case err == nil:
		s.tries.Succeed("recovery "+person, req.Address)
	case !fault.Is(err, fault.Denied):
		s.tries.Undo("recovery "+person, req.Address)
	}
	return done, err
}

func (s *service) takeLink(ctx context.Context, person, secret string) (Proved, error) {
	a, err := s.see(ctx, person)
	if err != nil {
		return Proved{}, err
	}
	if a.Recovery == "" {
		return Proved{}, wrongLink()
	}
	want, err := s.reveal(ctx, person, "recovery-link", a.Recovery)
	if errors.Is(err, keyring.ErrDestroyed) {
		return Proved{}, wrongLink()
	}
	if err != nil {
		return Proved{}, err
	}
	if subtle.ConstantTimeCompare([]byte(want), []byte(s.linkHash(person, secret))) != 1 {
		return Proved{}, wrongLink()
	}
	out, err := host.DoRecent(ctx, s.Deps, useRecovery{Person: person, Hash: a.Recovery, At: s.Clock.Now()})
	if err != nil {
		return Proved{}, err
	}
	return Proved{Seq: out.Seq, Person: person}, nil
}
