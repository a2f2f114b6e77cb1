package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/argon2"

	"khuevan/services/directory"
)

// Sign-ins of the bench: so many people at once, each with a password of their own.
const (
	signers    = 8
	signPhrase = "con đường bên sông vắng"
)

// measureSignIn compares sign-ins by password over HTTP with the bare hash that each of them costs: argon2id with 19 MiB, two
// passes and one lane, two at a time.
func measureSignIn(ctx context.Context, w *work) ([]Row, error) {
	c, err := w.platform(ctx, "-demo")
	if err != nil {
		return nil, err
	}
	if err := c.givePasswords(ctx); err != nil {
		return nil, err
	}
	each, n := w.some(25, 6), atomic.Int64{}
	medians, err := alternate(ctx, w.rounds, func(ctx context.Context) (float64, error) {
		begun := time.Now()
		err := crowd(ctx, signers, func(ctx context.Context, i int) error {
			for range each {
				at := n.Add(1) // each from another address: many at one are slowed down
				address := fmt.Sprintf("198.51.%d.%d", 1+at/250%250, 1+at%250)
				if err := c.signInByPassword(ctx, signerCode(i), address); err != nil {
					return err
				}
			}
			return nil
		})
		return rate(signers*each, time.Since(begun)), err
	}, func(ctx context.Context) (float64, error) {
		begun := time.Now()
		err := crowd(ctx, 2, func(context.Context, int) error {
			salt := make([]byte, 16)
			for range signers * each / 2 {
				rand.Read(salt) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
				argon2.IDKey([]byte(signPhrase), salt, 2, 19*1024, 1, 32)
			}
			return nil
		})
		return rate(signers*each, time.Since(begun)), err
	})
	if err != nil {
		return nil, err
	}
	return []Row{row("account.signin", "sign-ins/s", medians[0], medians[1])}, nil
}

func signerCode(i int) string { return fmt.Sprintf("DEMO-%04d", 110+i) }

// givePasswords lets the administrator set the passwords of those who sign in.
func (c *contest) givePasswords(ctx context.Context) error {
	admin, err := c.signIn(ctx, "DEMO-0001", "198.51.100.1")
	if err != nil {
		return err
	}
	ids := map[string]string{}
	for after := ""; ; {
		var page directory.PeoplePage
		if err := c.call(ctx, admin, "directory/list-people", directory.ListPeopleRequest{Limit: 200, After: after}, &page); err != nil {
			return err
		}
		for _, p := range page.Items {
			ids[p.Code] = p.ID
		}
		if after = page.Next; after == "" {
			break
		}
	}
	for i := range signers {
		if err := c.call(ctx, admin, "directory/set-password", directory.SetPasswordRequest{Person: ids[signerCode(i)], Password: signPhrase}, nil); err != nil {
			return err
		}
	}
	return nil
}

func (c *contest) signInByPassword(ctx context.Context, code, address string) error {
	body, err := json.Marshal(map[string]string{"login": code, "password": signPhrase})
	if err != nil {
		return err
	}
	return c.send(ctx, http.MethodPost, "/api/v1/session", address, "", "application/json", strings.NewReader(string(body)), func(r *http.Response) error {
		if r.StatusCode != http.StatusOK {
			return fmt.Errorf("sign in as %s: %s", code, r.Status)
		}
		return nil
	})
}
