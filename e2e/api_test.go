package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"khuevan/platform/fault"
)

// client calls /api/v1 in one person's name.
type client struct {
	url   string
	token string
	http  *http.Client
}

// signs in by a demo person's code.
func (h *house) api(code string) *client {
	h.t.Helper()
	c := &client{url: h.url, http: &http.Client{Timeout: 15 * time.Second}}
	var got struct {
		Token string `json:"token"`
	}
	if err := c.call(h.t.Context(), "session", "", map[string]string{"demo": code}, &got); err != nil {
		h.t.Fatalf("sign in %s: %v", code, err)
	}
	c.token = got.Token
	return c
}

// call posts a request under an idempotency key; a refusal is a *fault.Error.
func (c *client) call(ctx context.Context, path, key string, req, into any) error {
	body, err := json.Marshal(req)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url+"/api/v1/"+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		f := &fault.Error{}
		if json.Unmarshal(text, f) != nil || f.Kind == "" {
			return fmt.Errorf("%s answers %d: %.200s", path, resp.StatusCode, text)
		}
		return f
	}
	return json.Unmarshal(text, into)
}

// must is call for what has to work.
func must[T any](t testing.TB, c *client, path string, req any) T {
	t.Helper()
	var got T
	if err := c.call(t.Context(), path, "", req, &got); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return got
}
