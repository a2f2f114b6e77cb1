package main

import (
	"errors"
	"sync"

	"github.com/wneessen/go-mail/smtp"
)

// rawLetter is a letter as it was written, and to whom.
type rawLetter struct {
	to      string
	content []byte
}

// rawMail gives letters to a server over so many connections, each one after the other.
func rawMail(addr string, connections int, all []rawLetter) error {
	errs := make([]error, connections)
	var going sync.WaitGroup
	for i := range connections {
		going.Go(func() {
			var share []rawLetter
			for at := i; at < len(all); at += connections {
				share = append(share, all[at])
			}
			errs[i] = rawSession(addr, share)
		})
	}
	going.Wait()
	return errors.Join(errs...)
}

func rawSession(addr string, share []rawLetter) error {
	c, err := smtp.Dial(addr)
	if err != nil {
		return err
	}
	defer c.Close() //nolint:errcheck // it has quit, or failed
	for _, l := range share {
		if err := errors.Join(c.Mail("<do@donhap.example>"), c.Rcpt("<"+l.to+">")); err != nil {
			return err
		}
		w, err := c.Data()
		if err != nil {
			return err
		}
		if _, err := w.Write(l.content); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
	}
	return c.Quit()
}
