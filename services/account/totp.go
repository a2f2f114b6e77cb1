package account

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

const (
	recoveryCodes = 10
	recoverySize  = 16 // characters of base32: 80 random bits
	step          = 30 * time.Second
	leeway        = 1 // steps before and after now
)

// issuer is how apps and devices call the platform.
const issuer = "Khuê Văn"

func (s *service) beginTotp(ctx context.Context, req BeginTotpRequest) (TotpOffer, error) {
	person := rpc.From(ctx).Identity.Person
	a, err := s.see(ctx, person)
	if err != nil {
		return TotpOffer{}, err
	}
	if _, err := (enrolTotp{}).Decide(a); err != nil {
		return TotpOffer{}, err
	}
	label := strings.ReplaceAll(strings.TrimSpace(req.Label), ":", " ")
	if label == "" || len(label) > 200 {
		label = "tài khoản"
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: label, Rand: rand.Reader})
	if err != nil {
		return TotpOffer{}, fmt.Errorf("draw a secret: %w", err)
	}
	sealed, err := s.seal(ctx, person, "totp-offer", key.URL())
	return TotpOffer{Secret: key.Secret(), URL: key.URL(), Offer: sealed}, err
}

func (s *service) confirmTotp(ctx context.Context, req ConfirmTotpRequest) (TotpConfirmed, error) {
	person := rpc.From(ctx).Identity.Person
	url, err := s.reveal(ctx, person, "totp-offer", req.Offer)
	if err != nil {
		return TotpConfirmed{}, fault.New(fault.Invalid, "Mã QR đã cũ. Vui lòng bắt đầu lại.", "The QR code is stale. Please begin anew.").Because(err)
	}
	key, err := otp.NewKeyFromURL(url)
	if err != nil {
		return TotpConfirmed{}, fmt.Errorf("read an offered secret: %w", err)
	}
	if err := s.tries.Begin("totp "+person, ""); err != nil {
		return TotpConfirmed{}, err
	}
	at, ok := stepOf(req.Code, key.Secret(), s.Clock.Now())
	if !ok {
		return TotpConfirmed{}, fault.New(fault.Invalid, "Mã không đúng. Hãy kiểm tra giờ của điện thoại rồi nhập mã đang hiện.", "The code is not right. Check the phone's clock and enter the code that it shows.").
			With("code", "Nhập 6 chữ số đang hiện trong ứng dụng.", "Enter the six digits that the app shows.")
	}
	s.tries.Succeed("totp "+person, "")
	codes, sealed, err := s.drawCodes(ctx, person)
	if err != nil {
		return TotpConfirmed{}, err
	}
	secret, err := s.seal(ctx, person, "totp", key.Secret())
	if err != nil {
		return TotpConfirmed{}, err
	}
	out, err := host.DoRecent(ctx, s.Deps, enrolTotp{events.TotpEnrolled{Person: person, Secret: secret, Hash: sealed, Step: at}})
	if err != nil {
		return TotpConfirmed{}, err
	}
	return TotpConfirmed{Seq: out.Seq, Codes: codes}, nil
}

// drawCodes gives fresh recovery codes and their sealed hashes.
func (s *service) drawCodes(ctx context.Context, person string) (codes []string, sealed events.Sealed, err error) {
	var hashes []string
	for range recoveryCodes {
		code := strings.ToLower(rand.Text()[:recoverySize])
		hashes = append(hashes, s.codeHash(person, code))
		codes = append(codes, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
	}
	text, err := json.Marshal(hashes)
	if err != nil {
		return nil, "", err
	}
	sealed, err = s.seal(ctx, person, "recovery-codes", string(text))
	return codes, sealed, err
}

// codeHash needs no slow function: the codes are drawn with 80 random bits and nobody chooses them.
func (s *service) codeHash(person, code string) string {
	return s.Keys.Blind("recovery-code", person+" "+code)
}

// stepOf finds the time step within the leeway whose code it is.
func stepOf(code, secret string, now time.Time) (at int, ok bool) {
	if code = strings.Join(strings.Fields(code), ""); len(code) != 6 { // apps show a space within
		return 0, false
	}
	for _, d := range []int{0, -leeway, leeway} {
		moment := now.Add(time.Duration(d) * step)
		same, err := totp.ValidateCustom(code, secret, moment, totp.ValidateOpts{Period: uint(step / time.Second), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && same {
			return int(moment.Unix() / int64(step/time.Second)), true
		}
	}
	return 0, false
}

// proveCode takes a code as one try.
func (s *service) proveCode(ctx context.Context, req ProveCodeRequest) (rpc.Receipt, error) {
	a, err := s.see(ctx, req.Person)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if a.Secret == "" {
		return rpc.Receipt{}, fault.New(fault.Conflict, "Tài khoản không dùng mã xác thực.", "The account has no authenticator app.")
	}
	if err := s.tries.Begin("totp "+req.Person, req.Address); err != nil {
		return rpc.Receipt{}, err
	}
	receipt, err := s.takeCode(ctx, a, req)
	switch {
	case err == nil:
		s.tries.Succeed("totp "+req.Person, req.Address)
	case !fault.Is(err, fault.Denied):
		s.tries.Undo("totp "+req.Person, req.Address)
	}
	return receipt, err
}

func (s *service) takeCode(ctx context.Context, a account, req ProveCodeRequest) (rpc.Receipt, error) {
	secret, err := s.reveal(ctx, req.Person, "totp", a.Secret)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if at, ok := stepOf(req.Code, secret, s.Clock.Now()); ok {
		out, err := host.DoRecent(ctx, s.Deps, acceptCode{Person: req.Person, Secret: a.Secret, Step: at})
		return rpc.Receipt{Seq: out.Seq}, err
	}
	code := strings.ToLower(strings.Join(strings.FieldsFunc(req.Code, func(r rune) bool { return r == '-' || r == ' ' }), ""))
	if len(code) != recoverySize {
		return rpc.Receipt{}, wrongCode()
	}
	text, err := s.reveal(ctx, req.Person, "recovery-codes", a.Codes)
	if err != nil {
		return rpc.Receipt{}, err
	}
	var hashes []string
	if err := json.Unmarshal([]byte(text), &hashes); err != nil {
		return rpc.Receipt{}, fmt.Errorf("read recovery codes: %w", err)
	}
	i := slices.Index(hashes, s.codeHash(req.Person, code)) // keyed hashes: how long comparing takes tells nothing of codes
	if i < 0 {
		return rpc.Receipt{}, wrongCode()
	}
	out, err := host.DoRecent(ctx, s.Deps, spendCode{Person: req.Person, Codes: a.Codes, Code: i})
	return rpc.Receipt{Seq: out.Seq}, err
}

func (s *service) disableTotp(ctx context.Context, _ rpc.Empty) (rpc.Receipt, error) {
	out, err := host.DoRecent(ctx, s.Deps, disableTotp{rpc.From(ctx).Identity.Person})
	return rpc.Receipt{Seq: out.Seq}, err
}
