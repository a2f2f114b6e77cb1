package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"khuevan/platform/clock"
)

const (
	idleLife     = 2 * time.Hour   // a session ends when nobody used it for so long
	absoluteLife = 12 * time.Hour  // and at the latest so long after sign-in
	touchEvery   = 5 * time.Minute // how often use is written down at most
	tokenBytes   = 32              // 256 random bits
	cookieName   = "khuevan_session"
	stepName     = "khuevan_step"
	stepLife     = 10 * time.Minute // for a sign-in of several steps
)

// Sessions know who is signed in. The browser holds a random token; the store only the token's SHA-256, so a stolen store
// signs nobody in.
type Sessions struct {
	store SessionStore
	clock clock.Clock
	https bool
	name  string
	idle  time.Duration
}

// session is what is kept of one sign-in.
type session struct {
	ID      string          `json:"-"` // the holder's tag and the SHA-256 of the token, in hexadecimal
	Data    json.RawMessage `json:"data"`
	Created time.Time       `json:"created"`
	Seen    time.Time       `json:"seen"`
	Idle    time.Duration   `json:"idle,omitempty"` // other than idleLife
}

// NewSessions keeps sessions in store; an https base URL makes the cookie Secure and binds it to the host.
func NewSessions(store SessionStore, now clock.Clock, baseURL string) (*Sessions, error) {
	_, https, err := parseBase(baseURL)
	if err != nil {
		return nil, err
	}
	return &Sessions{store: store, clock: now, https: https, name: cookieName}, nil
}

// Steps keeps, in the same store and in a cookie of its own, what must be known between the steps of a sign-in.
func (s *Sessions) Steps() *Sessions {
	return &Sessions{store: s.store, clock: s.clock, https: s.https, name: stepName, idle: stepLife}
}

// Start signs in: it ends the session the browser had, begins a new one under a new token and sets the cookie.
func (s *Sessions) Start(w http.ResponseWriter, r *http.Request, holder string, data any) error {
	if old, ok := s.cookie(r); ok {
		if err := s.delete(r.Context(), old); err != nil {
			return err
		}
	}
	token, err := s.StartToken(r.Context(), holder, data)
	if err != nil {
		return err
	}
	s.setCookie(w, token, 0) // without an age: it ends with the browser, as people share machines
	return nil
}

// StartToken begins a session for a program, which sends the token as "Authorization: Bearer <token>". Sessions of one
// holder are found together.
func (s *Sessions) StartToken(ctx context.Context, holder string, data any) (string, error) {
	kept, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("start a session: %w", err)
	}
	raw := make([]byte, tokenBytes)
	rand.Read(raw) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
	token := base64.RawURLEncoding.EncodeToString(append(tagOf(holder), raw...))
	now := s.clock.Now()
	if err := s.put(ctx, session{ID: idOf(token), Data: kept, Created: now, Seen: now, Idle: s.idle}, 0); err != nil {
		return "", unavailable(fmt.Errorf("start a session: %w", err))
	}
	return token, nil
}

// Load reads the request's session into what was given to Start; false when nobody is signed in.
func (s *Sessions) Load(r *http.Request, into any) (bool, error) {
	token, ok := s.token(r)
	if !ok {
		return false, nil
	}
	one, last, err := s.get(r.Context(), idOf(token))
	if errors.Is(err, ErrNoSession) {
		return false, nil
	}
	if err != nil {
		return false, unavailable(fmt.Errorf("load a session: %w", err))
	}
	now := s.clock.Now()
	if one.Idle != s.idle || !now.Before(one.expires()) {
		return false, nil
	}
	if err := json.Unmarshal(one.Data, into); err != nil {
		return false, fmt.Errorf("load a session: %w", err)
	}
	if now.Sub(one.Seen) >= touchEvery {
		one.Seen = now
		// Another request may have touched it or signed out meanwhile: then theirs stands.
		if err := s.put(r.Context(), one, last); err != nil && !errors.Is(err, ErrSessionMoved) {
			return false, unavailable(fmt.Errorf("keep a session alive: %w", err))
		}
	}
	return true, nil
}

// Change gives the request's session other data; false when it ended meanwhile.
func (s *Sessions) Change(r *http.Request, data any) (bool, error) {
	token, ok := s.token(r)
	if !ok {
		return false, nil
	}
	kept, err := json.Marshal(data)
	if err != nil {
		return false, fmt.Errorf("change a session: %w", err)
	}
	for {
		one, last, err := s.get(r.Context(), idOf(token))
		if errors.Is(err, ErrNoSession) {
			return false, nil
		}
		if err == nil {
			one.Data = kept
			err = s.put(r.Context(), one, last)
		}
		if errors.Is(err, ErrSessionMoved) {
			continue // it was touched or ended
		}
		if err != nil {
			return false, unavailable(fmt.Errorf("change a session: %w", err))
		}
		return true, nil
	}
}

// Session is one of the sessions of a holder.
type Session struct {
	ID      string // names it; signs nobody in
	Data    json.RawMessage
	Created time.Time
	Seen    time.Time // within touchEvery
	Own     bool      // the request's
}

// Of lists the sessions of a holder, the last used first.
func (s *Sessions) Of(r *http.Request, holder string) ([]Session, error) {
	ids, err := s.store.IDs(r.Context(), tagName(tagOf(holder)))
	if err != nil {
		return nil, unavailable(fmt.Errorf("list sessions: %w", err))
	}
	own := ""
	if token, ok := s.token(r); ok {
		own = idOf(token)
	}
	var all []Session
	for _, id := range ids {
		one, _, err := s.get(r.Context(), id)
		if errors.Is(err, ErrNoSession) || err == nil && (one.Idle != s.idle || !s.clock.Now().Before(one.expires())) {
			continue
		}
		if err != nil {
			return nil, unavailable(fmt.Errorf("list sessions: %w", err))
		}
		all = append(all, Session{ID: id, Data: one.Data, Created: one.Created, Seen: one.Seen, Own: id == own})
	}
	slices.SortFunc(all, func(a, b Session) int { return b.Seen.Compare(a.Seen) })
	return all, nil
}

// Revoke ends one session of a holder; one of somebody else's is left alone.
func (s *Sessions) Revoke(ctx context.Context, holder, id string) error {
	if tag, _, _ := strings.Cut(id, "."); tag != tagName(tagOf(holder)) {
		return nil
	}
	if err := s.store.Delete(ctx, id); err != nil {
		return unavailable(fmt.Errorf("end a session: %w", err))
	}
	return nil
}

// RevokeOthers ends all sessions of a holder but the request's.
func (s *Sessions) RevokeOthers(r *http.Request, holder string) error {
	all, err := s.Of(r, holder)
	for _, one := range all {
		if err == nil && !one.Own {
			err = s.Revoke(r.Context(), holder, one.ID)
		}
	}
	return err
}

// End signs out: the session is gone for whoever holds the token.
func (s *Sessions) End(w http.ResponseWriter, r *http.Request) error {
	if token, ok := s.token(r); ok {
		if err := s.delete(r.Context(), token); err != nil {
			return err
		}
	}
	s.setCookie(w, "", -1)
	return nil
}

// Drop ends the request's session and leaves the cookie, which then means nothing.
func (s *Sessions) Drop(r *http.Request) error {
	if token, ok := s.token(r); ok {
		return s.delete(r.Context(), token)
	}
	return nil
}

func (one session) expires() time.Time {
	life := idleLife
	if one.Idle != 0 {
		life = one.Idle
	}
	idle, absolute := one.Seen.Add(life), one.Created.Add(absoluteLife)
	if idle.Before(absolute) {
		return idle
	}
	return absolute
}

func (s *Sessions) put(ctx context.Context, one session, last uint64) error {
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	return s.store.Put(ctx, one.ID, text, one.expires().Sub(s.clock.Now()), last)
}

func (s *Sessions) get(ctx context.Context, id string) (session, uint64, error) {
	text, last, err := s.store.Get(ctx, id)
	if err != nil {
		return session{}, 0, err
	}
	one := session{ID: id}
	return one, last, json.Unmarshal(text, &one)
}

func (s *Sessions) delete(ctx context.Context, token string) error {
	if err := s.store.Delete(ctx, idOf(token)); err != nil {
		return unavailable(fmt.Errorf("end a session: %w", err))
	}
	return nil
}

// token is the request's, from the header or else the cookie.
func (s *Sessions) token(r *http.Request) (string, bool) {
	if token, ok := bearer(r); ok && s.name == cookieName {
		return token, isToken(token)
	}
	return s.cookie(r)
}

func bearer(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(scheme, "bearer")
}

func (s *Sessions) cookie(r *http.Request) (string, bool) {
	c, err := r.Cookie(s.cookieName())
	if err != nil {
		return "", false
	}
	return c.Value, isToken(c.Value)
}

// cookieName: browsers accept the __Host- prefix only from this very host, over https and for all paths.
func (s *Sessions) cookieName() string {
	if s.https {
		return "__Host-" + s.name
	}
	return s.name
}

func (s *Sessions) setCookie(w http.ResponseWriter, token string, age int) {
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.https, SameSite: http.SameSiteLaxMode})
}

func isToken(text string) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(raw) == tagBytes+tokenBytes
}

// tagBytes of a token tell whose it is, so that a holder's sessions are found without looking at all.
const tagBytes = 8

func tagOf(holder string) []byte {
	sum := sha256.Sum256([]byte(holder))
	return sum[:tagBytes:tagBytes]
}

func tagName(tag []byte) string { return hex.EncodeToString(tag) }

// idOf is the tag and the hash of a token.
func idOf(token string) string {
	raw, err := base64.RawURLEncoding.DecodeString(token)
	sum := sha256.Sum256([]byte(token))
	if err != nil || len(raw) < tagBytes {
		return hex.EncodeToString(sum[:])
	}
	return tagName(raw[:tagBytes]) + "." + hex.EncodeToString(sum[:])
}
