package certification

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"time"

	"khuevan/platform/fault"
	"khuevan/platform/readmodel"
)

// lists are the status lists as they were signed last: signing one anew for every reader would be waste.
type lists struct {
	mu   sync.Mutex
	made map[string]madeList
}

type madeList struct {
	position uint64 // of the certificates
	signer   string
	body     []byte
}

// PublicRequest names something of an issuer that anyone may read.
type PublicRequest struct {
	ID string `json:"id"`
}

func notPublic() error {
	return fault.New(fault.NotFound, "Không có tài liệu này.", "There is no such document.")
}

// didDocument is the issuer's DID document, with every key that ever signed for it.
func (s *service) didDocument(ctx context.Context, req PublicRequest) (Document, error) {
	i, found, err := s.issuers.all.Get(ctx, req.ID)
	if err != nil {
		return Document{}, err
	}
	if !found {
		return Document{}, notPublic()
	}
	type method struct {
		ID         string `json:"id"`
		Type       string `json:"type"`
		Controller string `json:"controller"`
		Public     string `json:"publicKeyMultibase"`
	}
	type service struct {
		ID       string `json:"id"`
		Type     string `json:"type"`
		Endpoint string `json:"serviceEndpoint"`
	}
	doc := struct {
		Context []string  `json:"@context"`
		ID      string    `json:"id"`
		Methods []method  `json:"verificationMethod"`
		Assert  []string  `json:"assertionMethod"`
		Service []service `json:"service,omitempty"`
	}{Context: []string{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"}, ID: s.at.did(i.ID)}
	for _, k := range i.Keys {
		id := s.at.method(i.ID, k.KeyID)
		doc.Methods = append(doc.Methods, method{id, "Multikey", doc.ID, k.Public})
		doc.Assert = append(doc.Assert, id)
	}
	if i.By != "" {
		doc.Service = append(doc.Service, service{doc.ID + "#successor", "IssuerSuccessor", s.at.did(i.By)})
	}
	body, err := json.Marshal(doc)
	return Document{Name: "did.json", Type: "application/did+json", Body: body}, err
}

// statusList is a Bitstring Status List credential: a bit for each certificate of an issuer's year, set when it was revoked.
func (s *service) statusList(ctx context.Context, req PublicRequest) (Document, error) {
	parts := strings.Split(req.ID, "-")
	if len(parts) != 3 {
		return Document{}, notPublic()
	}
	i, found, err := s.issuers.all.Get(ctx, parts[0])
	if err != nil {
		return Document{}, err
	}
	if year, bad := strconv.Atoi(parts[1]); !found || bad != nil || year < 2000 || year > 9999 {
		return Document{}, notPublic()
	}
	if n, bad := strconv.Atoi(parts[2]); bad != nil || n < 0 || n > 999 {
		return Document{}, notPublic()
	}
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	position, signer := s.certificates.Position(), i.Keys[len(i.Keys)-1].KeyID
	if made := s.lists.made[req.ID]; made.body != nil && made.position == position && made.signer == signer {
		return Document{Name: req.ID + ".json", Type: "application/vc", Body: made.body}, nil
	}
	bits := make([]byte, perList/8)
	err = s.certificates.records.Each(ctx, readmodel.Query{Index: "revoked", Equal: []any{req.ID}}, func(d record) error {
		index := indexOf(d.CertificateIssued)
		bits[index/8] |= 1 << (7 - index%8)
		return nil
	})
	if err != nil {
		return Document{}, err
	}
	sign, err := s.signing(ctx, i)
	if err != nil {
		return Document{}, err
	}
	encoded, err := bitstring(bits)
	if err != nil {
		return Document{}, err
	}
	now := s.deps.Clock.Now()
	list := &node{id: s.at.list(req.ID), types: []word{{"VerifiableCredential", vc + "VerifiableCredential"}, {"BitstringStatusListCredential", status + "BitstringStatusListCredential"}}, many: true,
		fields: []field{{word: word{"issuer", vc + "issuer"}, values: []any{ref(s.at.did(i.ID))}},
			typed("validFrom", vc+"validFrom", moment(now.Add(-time.Minute)), xsdTime),
			{word: word{"credentialSubject", vc + "credentialSubject"}, values: []any{&node{id: s.at.list(req.ID) + "#list",
				types:  []word{{"BitstringStatusList", status + "BitstringStatusList"}},
				fields: []field{text("statusPurpose", status+"statusPurpose", "revocation"), typed("encodedList", status+"encodedList", encoded, security+"multibase")}}}}}}
	body, err := sign.signed(list, listContext, now)
	if err != nil {
		return Document{}, err
	}
	s.lists.made[req.ID] = madeList{position, signer, body}
	return Document{Name: req.ID + ".json", Type: "application/vc", Body: body}, nil
}

// bitstring writes bits as status lists have them: compressed, base64url, with the letter of a multibase.
func bitstring(bits []byte) (string, error) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(bits); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return "u" + base64.RawURLEncoding.EncodeToString(packed.Bytes()), nil
}

// revocations is the 1EdTech revocation list of an issuer.
func (s *service) revocations(ctx context.Context, req PublicRequest) (Document, error) {
	if _, found, err := s.issuers.all.Get(ctx, req.ID); err != nil || !found {
		if err == nil {
			err = notPublic()
		}
		return Document{}, err
	}
	type revoked struct {
		ID      string `json:"id"`
		Revoked bool   `json:"revoked"`
		Reason  string `json:"revocationReason,omitempty"`
	}
	doc := struct {
		ID      string    `json:"id"`
		Issuer  string    `json:"issuer"`
		Revoked []revoked `json:"revokedCredential"`
	}{s.at.revocations(req.ID), s.at.did(req.ID), []revoked{}}
	err := s.certificates.records.Each(ctx, readmodel.Query{Index: "revoked-of", Equal: []any{req.ID}}, func(d record) error {
		doc.Revoked = append(doc.Revoked, revoked{s.at.credential(d.Code), true, d.Why})
		return nil
	})
	if err != nil {
		return Document{}, err
	}
	body, err := json.Marshal(doc)
	return Document{Name: "revocations.json", Type: "application/json", Body: body}, err
}

// credential is a certificate as it was issued, to the byte.
func (s *service) credential(ctx context.Context, req VerifyRequest) (Document, error) {
	d, err := s.find(ctx, req.Code)
	if err != nil {
		return Document{}, err
	}
	if d.Credential == "" {
		return Document{}, fault.New(fault.NotFound, "Giấy này cấp trước khi có bản Open Badges.", "This certificate is older than Open Badges here.")
	}
	body, state, err := s.open(ctx, d, "credential", string(d.Credential))
	if err != nil {
		return Document{}, err
	}
	switch state {
	case stateErased:
		return Document{}, fault.New(fault.NotFound, "Dữ liệu cá nhân của người được cấp đã xóa theo yêu cầu.", "The holder's personal data were erased.")
	case stateBroken:
		return Document{}, fault.New(fault.Conflict, "Nội dung lưu trữ đã bị thay đổi. Hãy báo quản trị viên.", "What is stored was changed. Please tell the administrator.")
	}
	return Document{Name: d.Code + ".json", Type: "application/vc", Body: []byte(body)}, nil
}
