package certification

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"fmt"
	"math/big"
	"net/url"
	"strconv"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/clock"
)

// The vocabularies of Open Badges 3.0, Verifiable Credentials 2.0 and what they stand on.
const (
	ob        = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"
	vc        = "https://www.w3.org/2018/credentials#"
	status    = "https://www.w3.org/ns/credentials/status#"
	security  = "https://w3id.org/security#"
	schemaOrg = "https://schema.org/"
	xsdTime   = "http://www.w3.org/2001/XMLSchema#dateTime"
	xsdHTTPS  = "https://www.w3.org/2001/XMLSchema#" // as the context of Open Badges 3.0.3 has it
)

var (
	listContext  = []string{"https://www.w3.org/ns/credentials/v2"}
	badgeContext = append(listContext, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json")
)

func text(name, iri, value string) field {
	return field{word: word{name, iri}, values: []any{literal{text: value}}}
}

func typed(name, iri, value, datatype string) field {
	return field{word: word{name, iri}, values: []any{literal{text: value, datatype: datatype}}}
}

func numeric(name, iri string, value int) field {
	n := strconv.Itoa(value)
	return field{word: word{name, iri}, values: []any{literal{n, xsdHTTPS + "float", n}}}
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// addresses are where things of an issuer stand, all below the base URL.
type addresses struct{ base string }

func (a addresses) credential(code string) string { return a.base + "/credentials/" + code }
func (a addresses) list(id string) string         { return a.base + "/status/" + id }
func (a addresses) revocations(issuer string) string {
	return a.base + "/issuers/" + issuer + "/revocations.json"
}

// did is the issuer as did:web names it: its document stands at <base>/issuers/<id>/did.json.
func (a addresses) did(issuer string) string {
	u, err := url.Parse(a.base)
	if err != nil {
		return ""
	}
	host := strings.ReplaceAll(u.Host, ":", "%3A")
	path := strings.ReplaceAll(strings.Trim(u.EscapedPath(), "/"), "/", ":")
	if path != "" {
		path = ":" + path
	}
	return "did:web:" + host + path + ":issuers:" + issuer
}

func (a addresses) method(issuer, keyID string) string { return a.did(issuer) + "#" + keyID }

// badge is a certificate as an Open Badges 3.0 credential. Every claim of the certificate stands in it.
func (a addresses) badge(c events.CertificateIssued, name string) *node {
	identity := &node{types: []word{{"IdentityObject", ob + "IdentityObject"}}, fields: []field{
		{word: word{"hashed", ob + "hashed"}, values: []any{literal{"false", xsdHTTPS + "boolean", "false"}}},
		text("identityType", ob+"identityType", "name"), text("identityHash", ob+"identityHash", name)}}
	achievement, results := a.achieved(c)
	subject := &node{types: []word{{"AchievementSubject", ob + "AchievementSubject"}}, many: true, fields: append([]field{
		{word: word{"identifier", ob + "identifier"}, values: []any{identity}, list: true},
		typed("activityEndDate", ob+"activityEndDate", clock.Local(c.Completed).Format(time.DateOnly), xsdHTTPS+"date"),
		numeric("creditsEarned", ob+"creditsEarned", c.Hours), text("licenseNumber", ob+"licenseNumber", register(c)),
		text("term", ob+"term", strconv.Itoa(c.Period))},
		append(results, field{word: word{"achievement", ob + "achievement"}, values: []any{achievement}})...)}
	if c.UnitName != "" {
		subject.fields = append(subject.fields, text("role", ob+"role", c.UnitName))
	}
	badge := &node{id: a.credential(c.Code), types: []word{{"VerifiableCredential", vc + "VerifiableCredential"}, {"OpenBadgeCredential", ob + "OpenBadgeCredential"}}, many: true,
		fields: []field{text("name", schemaOrg+"name", c.Title.Vi),
			{word: word{"issuer", vc + "issuer"}, values: []any{&node{id: a.did(c.IssuerID), types: []word{{"Profile", ob + "Profile"}}, many: true, fields: []field{text("name", schemaOrg+"name", c.Issuer)}}}},
			typed("validFrom", vc+"validFrom", moment(c.Issued), xsdTime)}}
	if !c.Expires.IsZero() {
		badge.fields = append(badge.fields, typed("validUntil", vc+"validUntil", moment(c.Expires), xsdTime))
	}
	list := listOf(c)
	entry := &node{id: fmt.Sprintf("%s#%d", a.list(list), indexOf(c)), types: []word{{"BitstringStatusListEntry", status + "BitstringStatusListEntry"}}, fields: []field{
		text("statusPurpose", status+"statusPurpose", "revocation"), text("statusListIndex", status+"statusListIndex", strconv.Itoa(indexOf(c))),
		{word: word{"statusListCredential", status + "statusListCredential"}, values: []any{ref(a.list(list))}}}}
	revocations := &node{id: a.revocations(c.IssuerID), types: []word{{"1EdTechRevocationList", "https://purl.imsglobal.org/spec/vcrl/v1p0/context.json#1EdTechRevocationList"}}}
	badge.fields = append(badge.fields, field{word: word{"credentialSubject", vc + "credentialSubject"}, values: []any{subject}},
		field{word: word{"credentialStatus", vc + "credentialStatus"}, values: []any{entry, revocations}, list: true})
	return badge
}

// achieved is the course or the programme, and what was reached in it: a mark, which a programme has not.
func (a addresses) achieved(c events.CertificateIssued) (achievement *node, results []field) {
	id, code, criteria := fmt.Sprintf("%s/courses/%s/versions/%d", a.base, c.Course, c.Version), c.Course, "Hoàn thành mọi bài của phiên bản khóa học này và đạt bài kiểm tra của nó."
	if c.Programme != "" {
		id, code, criteria = fmt.Sprintf("%s/programmes/%s/versions/%d", a.base, c.Programme, c.Version), c.Programme, c.Criteria
	}
	achievement = &node{id: id, types: []word{{"Achievement", ob + "Achievement"}}, many: true, fields: []field{
		text("achievementType", ob+"achievementType", "CertificateOfCompletion"), text("name", schemaOrg+"name", c.Title.Vi),
		text("description", schemaOrg+"description", described(c)), text("humanCode", ob+"humanCode", code), text("version", ob+"version", strconv.Itoa(c.Version)),
		text("inLanguage", schemaOrg+"inLanguage", "vi"), numeric("creditsAvailable", ob+"creditsAvailable", c.Hours),
		{word: word{"criteria", ob + "Criteria"}, values: []any{&node{fields: []field{text("narrative", ob+"narrative", criteria)}}}}}}
	if c.Programme != "" {
		return achievement, nil
	}
	scale := &node{id: id + "#mark", types: []word{{"ResultDescription", ob + "ResultDescription"}}, many: true, fields: []field{
		text("name", schemaOrg+"name", "Điểm"), text("resultType", ob+"resultType", "RawScore"), text("valueMin", ob+"valueMin", "0"), text("valueMax", ob+"valueMax", "10")}}
	achievement.fields = append(achievement.fields, field{word: word{"resultDescription", ob + "resultDescription"}, values: []any{scale}, list: true})
	result := &node{types: []word{{"Result", ob + "Result"}}, many: true, fields: []field{
		typed("resultDescription", ob+"resultDescription", id+"#mark", xsdHTTPS+"anyURI"), text("value", schemaOrg+"value", strconv.FormatFloat(c.Mark, 'f', -1, 64))}}
	return achievement, []field{{word: word{"result", ob + "result"}, values: []any{result}, list: true}}
}

// described says of a course or a programme what has no field of its own.
func described(c events.CertificateIssued) string {
	what, whatEn := "Khóa học", "Course"
	if c.Programme != "" {
		what, whatEn = "Chương trình", "Programme"
	}
	if c.Title.En == "" {
		return fmt.Sprintf("%s “%s”, %d tiết.", what, c.Title.Vi, c.Hours)
	}
	return fmt.Sprintf("%s “%s”, %d tiết. %s “%s”, %d class periods of 45 minutes.", what, c.Title.Vi, c.Hours, whatEn, c.Title.En, c.Hours)
}

// register is the number under which a certificate stands in the issuer's register of a year.
func register(c events.CertificateIssued) string {
	return fmt.Sprintf("%d/%d", c.Number, clock.Local(c.Issued).Year())
}

// registered is register, or "" for a certificate of before there was one.
func registered(c events.CertificateIssued) string {
	if c.Number == 0 {
		return ""
	}
	return register(c)
}

// perList is how many certificates share a status list; the standard asks for at least as many, so that none is singled out.
const perList = 131072

// listOf is the status list of a certificate, and indexOf its place there.
func listOf(c events.CertificateIssued) string {
	return fmt.Sprintf("%s-%d-%d", c.IssuerID, clock.Local(c.Issued).Year(), c.Number/perList)
}

func indexOf(c events.CertificateIssued) int { return c.Number % perList }

// signing is what a proof is made with.
type signing struct {
	method string // the key as a URL
	sign   func([]byte) []byte
}

// signed writes a credential with a Data Integrity proof of the suite eddsa-rdfc-2022.
func (s signing) signed(n *node, context []string, created time.Time) ([]byte, error) {
	options := &node{types: []word{{"DataIntegrityProof", security + "DataIntegrityProof"}}, fields: []field{
		typed("cryptosuite", security+"cryptosuite", "eddsa-rdfc-2022", security+"cryptosuiteString"),
		typed("created", "http://purl.org/dc/terms/created", moment(created), xsdTime),
		{word: word{"verificationMethod", security + "verificationMethod"}, values: []any{ref(s.method)}},
		{word: word{"proofPurpose", security + "proofPurpose"}, values: []any{kept{"assertionMethod", security + "assertionMethod"}}}}}
	text, err := proven(options, n)
	if err != nil {
		return nil, err
	}
	var proof, out bytes.Buffer
	withValue := *options
	withValue.fields = append(withValue.fields[:len(withValue.fields):len(withValue.fields)], field{word: word{short: "proofValue"}, values: []any{literal{text: base58(s.sign(text))}}})
	withValue.json(&proof, nil, "")
	n.json(&out, context, proof.String())
	return out.Bytes(), nil
}

// proven is what a proof signs: the hashes of its own statements and of those of the credential.
func proven(options, n *node) ([]byte, error) {
	about, err := options.canonical()
	if err != nil {
		return nil, err
	}
	said, err := n.canonical()
	if err != nil {
		return nil, err
	}
	first, second := sha256.Sum256([]byte(about)), sha256.Sum256([]byte(said))
	return append(first[:], second[:]...), nil
}

// multikey writes a public key as a Multikey.
func multikey(public ed25519.PublicKey) string { return base58(append([]byte{0xed, 0x01}, public...)) }

const base58Digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// base58 is base58btc with the letter of a multibase.
func base58(data []byte) string {
	var digits []byte
	n, base, rest := new(big.Int).SetBytes(data), big.NewInt(58), new(big.Int)
	for n.Sign() > 0 {
		n.DivMod(n, base, rest)
		digits = append(digits, base58Digits[rest.Int64()])
	}
	for _, b := range data {
		if b != 0 {
			break
		}
		digits = append(digits, base58Digits[0])
	}
	for i, j := 0, len(digits)-1; i < j; i, j = i+1, j-1 {
		digits[i], digits[j] = digits[j], digits[i]
	}
	return "z" + string(digits)
}
