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
)

// Sessions know who is signed in. The browser holds a random token; the store only the token's SHA-256, so a stolen store
// signs nobody in.
type Sessions struct {
	store SessionStore
	clock clock.Clock
	https bool
}

// session is what is kept of one sign-in.
type session struct {
	ID      string          `json:"-"` // SHA-256 of the token, in hexadecimal
	Data    json.RawMessage `json:"data"`
	Created time.Time       `json:"created"`
	Seen    time.Time       `json:"seen"`
}

// NewSessions keeps sessions in store; an https base URL makes the cookie Secure and binds it to the host.
func NewSessions(store SessionStore, now clock.Clock, baseURL string) (*Sessions, error) {
	_, https, err := parseBase(baseURL)
	if err != nil {
		return nil, err
	}
	return &Sessions{store: store, clock: now, https: https}, nil
}

// Start signs in: it ends the session the browser had, begins a new one under a new token and sets the cookie.
func (s *Sessions) Start(w http.ResponseWriter, r *http.Request, data any) error {
	if old, ok := s.cookie(r); ok {
		if err := s.delete(r.Context(), old); err != nil {
			return err
		}
	}
	token, err := s.StartToken(r.Context(), data)
	if err != nil {
		return err
	}
	s.setCookie(w, token, 0) // without an age: it ends with the browser, as people share machines
	return nil
}

// StartToken begins a session for a program, which sends the token as "Authorization: Bearer <token>".
func (s *Sessions) StartToken(ctx context.Context, data any) (string, error) {
	kept, err := json.Marshal(data)
	if err != nil {
		return "", fmt.Errorf("start a session: %w", err)
	}
	raw := make([]byte, tokenBytes)
	rand.Read(raw) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
	token := base64.RawURLEncoding.EncodeToString(raw)
	now := s.clock.Now()
	if err := s.put(ctx, session{ID: idOf(token), Data: kept, Created: now, Seen: now}, 0); err != nil {
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
	if !now.Before(one.expires()) {
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

func (one session) expires() time.Time {
	idle, absolute := one.Seen.Add(idleLife), one.Created.Add(absoluteLife)
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
	if token, ok := bearer(r); ok {
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
		return "__Host-" + cookieName
	}
	return cookieName
}

func (s *Sessions) setCookie(w http.ResponseWriter, token string, age int) {
	http.SetCookie(w, &http.Cookie{Name: s.cookieName(), Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, Secure: s.https, SameSite: http.SameSiteLaxMode})
}

func isToken(text string) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return err == nil && len(raw) == tokenBytes
}

func idOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
