package notification

import (
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/textproto"
	"strings"
)

// partsOf reads the plain text of a letter and its calendar; "" where it has none.
func partsOf(header textproto.MIMEHeader, body io.Reader) (plain, calendar string, err error) {
	kind, params, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		kind = "text/plain" // a letter that says nothing of itself
	}
	if !strings.HasPrefix(kind, "multipart/") {
		content, err := io.ReadAll(decoded(header.Get("Content-Transfer-Encoding"), body))
		if kind == "text/calendar" {
			return "", string(content), err
		}
		return strings.ReplaceAll(string(content), "\r\n", "\n"), "", err
	}
	parts := multipart.NewReader(body, params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return plain, calendar, nil
		}
		if err != nil {
			return "", "", err
		}
		p, c, err := partsOf(part.Header, part)
		if err != nil {
			return "", "", err
		}
		plain, calendar = orElse(plain, p), orElse(calendar, c)
	}
}

func decoded(encoding string, body io.Reader) io.Reader {
	switch strings.ToLower(encoding) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		return quotedprintable.NewReader(body)
	}
	return body
}
