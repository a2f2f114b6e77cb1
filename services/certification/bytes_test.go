package certification

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"testing"
)

// What is signed of a course is what it has been since the first credential was issued: where these sums change, what is issued
// today is another document than what was issued then.
func TestACoursesCredentialIsTheSameToTheByte(t *testing.T) {
	c := specimen()
	c.IssuerID, c.Number = "1", 12
	badge := addresses{"https://daotao.example"}.badge(c, "Nguyễn Thị Lan")
	var body bytes.Buffer
	badge.json(&body, badgeContext, "{}")
	statements, err := badge.canonical()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ what, text, sum string }{
		{"JSON", body.String(), "874d2183c4b7d511e229f9f27a50a4212aad7213f76f9ffd88688f268ceef689"},
		{"statements", statements, "5ee3432ebccac32a82f7fa2922810e5e29a7b7a334fc2c87262820568169e170"},
		{"signed text", claims(c, "Nguyễn Thị Lan"), "4c26fafc61dcd054c434be8f5f2fbc4cca94297f0b15fb8a3321b6680d06b55d"},
	} {
		sum := sha256.Sum256([]byte(x.text))
		if got := hex.EncodeToString(sum[:]); got != x.sum {
			t.Errorf("another %s (%s):\n%s", x.what, got, x.text)
		}
	}
}
