package exchange

import (
	"bytes"
	"path"
	"regexp"
	"strings"
)

var (
	aikenSign = regexp.MustCompile(`(?m)^\s*ANSWER:\s*[A-Za-z]\s*$`)
	ownSign   = regexp.MustCompile(`(?m)^## ?[a-z0-9-]*$`)
)

// Detect guesses the format of a file by what it holds, and by its name where that leaves a doubt.
func Detect(name string, data []byte) (Format, bool) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return detectPackage(data)
	}
	text, bad := decode(data[:min(len(data), maxFile)])
	if bad != nil {
		return "", false
	}
	head := strings.TrimSpace(text)
	ending := strings.ToLower(path.Ext(name))
	switch {
	case strings.HasPrefix(head, "<"):
		return detectXML(head)
	case ending == ".md", ending == ".markdown":
		return Markdown, true
	case ending == ".gift":
		return GIFT, true
	case strings.HasPrefix(head, "# ") && ownSign.MatchString(head), strings.HasPrefix(head, "## "):
		return Markdown, true
	case aikenSign.MatchString(head) && giftIndex(head, "{") < 0:
		return Aiken, true
	case giftIndex(head, "{") >= 0 && giftIndex(head, "}") >= 0:
		return GIFT, true
	case aikenSign.MatchString(head):
		return Aiken, true
	}
	return "", false
}

func detectXML(head string) (Format, bool) {
	switch {
	case strings.Contains(head, "<quiz"):
		return MoodleXML, true
	case strings.Contains(head, "<qti-assessment-item"):
		return QTI30, true
	case strings.Contains(head, "<assessmentItem"):
		return QTI21, true
	}
	return "", false
}
