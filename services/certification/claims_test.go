package certification

import (
	"crypto/ed25519"
	"encoding/base64"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"khuevan/events"
	"khuevan/platform/clock"
)

var completed = time.Date(2026, 11, 23, 1, 30, 0, 0, time.UTC) // 8:30 in Ha Noi

func specimen() events.CertificateIssued {
	return events.CertificateIssued{
		Certificate: "lan_attt_1", Code: "KV-2026-7QX2-M9TR-04WD", Person: "lan", Name: "sealed", UnitName: "Sở Khoa học và Công nghệ (giả định)",
		Course: "attt", Version: 2, Period: 1, Title: events.Words{Vi: "An toàn thông tin", En: "Information security"}, Hours: 8, Mark: 8.5,
		Completed: completed, Issued: completed.Add(1500 * time.Millisecond), Expires: clock.Expiry(completed, 12),
		Issuer: "Tỉnh Mây Ngàn (giả định)", KeyID: "thumbprint", Signature: "c2ln",
	}
}

func TestTheSignedTextIsThis(t *testing.T) {
	want := `Khue Van certificate 1
certificate: lan_attt_1
code: KV-2026-7QX2-M9TR-04WD
person: lan
name: Nguyễn Thị Lan
unit: Sở Khoa học và Công nghệ (giả định)
course: attt
version: 2
period: 1
title-vi: An toàn thông tin
title-en: Information security
hours: 8
mark: 8.5
completed: 2026-11-23T01:30:00Z
issued: 2026-11-23T01:30:01.5Z
expires: 2027-11-23T16:59:59Z
issuer: Tỉnh Mây Ngàn (giả định)
key: thumbprint
`
	if got := claims(specimen(), "Nguyễn Thị Lan"); got != want {
		t.Errorf("got:\n%s", got)
	}
	forever := specimen()
	forever.Expires = time.Time{}
	if got := claims(forever, "x"); !strings.Contains(got, "\nexpires: \n") {
		t.Errorf("without an end:\n%s", got)
	}
}

// Every field of the event is a claim but the signature itself and the sealed form of the name.
func TestEveryClaimChangesTheText(t *testing.T) {
	ofCourse := func() events.CertificateIssued {
		c := specimen()
		c.IssuerID, c.Number = "1", 12
		return c
	}
	everyClaim(t, ofCourse)
	everyClaim(t, func() events.CertificateIssued {
		c := ofCourse()
		c.Course, c.Mark, c.Programme, c.Criteria = "", 0, "so", "Hoàn thành đủ các phần."
		return c
	})
}

func everyClaim(t *testing.T, entered func() events.CertificateIssued) {
	t.Helper()
	base := claims(entered(), "Lan")
	if claims(entered(), "Mai") == base {
		t.Error("the name is no claim")
	}
	fields := reflect.TypeFor[events.CertificateIssued]()
	for i := range fields.NumField() {
		c := entered()
		field := reflect.ValueOf(&c).Elem().Field(i)
		switch v := field.Addr().Interface().(type) {
		case *string:
			*v += "x"
		case *events.Sealed:
			*v += "x"
		case *int:
			*v++
		case *float64:
			*v += 0.1
		case *time.Time:
			*v = v.Add(time.Nanosecond)
		case *events.Words:
			c.Title.En += "x"
			if claims(c, "Lan") == base {
				t.Error("the English title is no claim")
			}
			c = entered()
			c.Title.Vi += "x"
		default:
			t.Fatalf("field %s has a type this test does not know", fields.Field(i).Name)
		}
		covered := !slices.Contains([]string{"Signature", "Name", "Digest", "DigestSignature", "Credential", "Order"}, fields.Field(i).Name)
		if changed := claims(c, "Lan") != base; changed != covered {
			t.Errorf("%s changed: text changed %v, want %v", fields.Field(i).Name, changed, covered)
		}
	}
}

// Two certificates with different texts in them never give the same signed text, whatever line breaks they hold.
func TestNoTextPassesForAnotherLine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.SampledFrom([]string{"", "a", "\n", "\r", `\`, "n", "unit: ", "b\ncourse: c"})
		of := func(label string) (events.CertificateIssued, string) {
			parts := rapid.SliceOfN(text, 8, 8).Draw(t, label)
			join := func(i int) string { return parts[i] + parts[i+1] }
			c := specimen()
			c.UnitName, c.Issuer, c.Title.Vi = join(0), join(2), join(4)
			return c, join(6)
		}
		a, nameA := of("first")
		b, nameB := of("second")
		same := a == b && nameA == nameB
		if (claims(a, nameA) == claims(b, nameB)) != same {
			t.Fatalf("%+v / %q and %+v / %q", a, nameA, b, nameB)
		}
		if n := strings.Count(claims(a, nameA), "\n"); n != 18 {
			t.Fatalf("%d lines", n)
		}
	})
}

func TestASignatureHoldsForItsClaimsNameAndKey(t *testing.T) {
	private := ed25519.NewKeyFromSeed([]byte(strings.Repeat("k", ed25519.SeedSize)))
	public := private.Public().(ed25519.PublicKey)
	c := specimen()
	c.Signature = base64.StdEncoding.EncodeToString(ed25519.Sign(private, []byte(claims(c, "Lan"))))
	if !signed(c, "Lan", "thumbprint", public) {
		t.Fatal("a good signature is refused")
	}
	if signed(c, "Mai", "thumbprint", public) || signed(c, "Lan", "other", public) {
		t.Error("another name or key passes")
	}
	c.Mark = 10
	if signed(c, "Lan", "thumbprint", public) {
		t.Error("a better mark passes")
	}
	for _, signature := range []string{"", "***", "AAAA"} {
		c := specimen()
		c.Signature = signature
		if signed(c, "Lan", "thumbprint", public) {
			t.Errorf("%q passes", signature)
		}
	}
}
