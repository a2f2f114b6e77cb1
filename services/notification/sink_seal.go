package notification

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	netmail "net/mail"
	"strings"

	"github.com/emersion/go-smtp"

	"khuevan/platform/keyring"
)

const (
	sealedHeader = "X-Khuevan-Sealed" // names the person under whose key the body is sealed
	letterField  = "letter"
)

// seal wraps a letter in one whose body is the first, sealed under the key of the person whom its Message-ID names.
func (s *sink) seal(messageID string, content []byte) ([]byte, error) {
	if s.keys == nil {
		return content, nil
	}
	id, _, _ := strings.Cut(strings.Trim(messageID, "<> "), "@")
	person := owner(id)
	sealed, err := s.keys.Seal(context.Background(), person, letterField, string(content)) // SMTP has no context
	switch {
	case errors.Is(err, keyring.ErrDestroyed):
		return nil, &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "the addressee was erased"}
	case err != nil:
		return nil, fmt.Errorf("mail sink: %w", err)
	}
	return fmt.Appendf(nil, "Message-Id: %s\r\n%s: %s\r\n\r\n%s\r\n", messageID, sealedHeader, person, sealed), nil
}

// read decodes a stored letter; keyring.ErrDestroyed when its addressee was erased.
func (s *sink) read(ctx context.Context, content []byte) (Mail, error) {
	m, err := netmail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		return Mail{}, err
	}
	person := m.Header.Get(sealedHeader)
	if person == "" || s.keys == nil {
		return readMail(content)
	}
	sealed, err := io.ReadAll(m.Body)
	if err != nil {
		return Mail{}, err
	}
	plain, err := s.keys.Reveal(ctx, person, letterField, strings.TrimSpace(string(sealed)))
	if err != nil {
		return Mail{}, err
	}
	return readMail([]byte(plain))
}
