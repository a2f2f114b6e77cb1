package account

import (
	"slices"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
)

// account is how a person proves who they are, as the facts tell; sealed text is compared, never read.
type account struct {
	Secret   events.Sealed // of the app; "" without one
	Codes    events.Sealed // hashes of the recovery codes
	Step     int           // the last accepted time step
	Spent    []int         // recovery codes
	Passkeys []passkey
	Links    []events.IdentityLinked
	Recovery events.Sealed // hash of the open link; "" without one
	Until    time.Time     // of the link
}

type passkey struct {
	ID         string
	Name       events.Sealed
	Credential events.Sealed
	Counter    int
	At         time.Time
	Used       time.Time // zero before the first use
}

// Evolve implements eventsource.State.
func (a account) Evolve(e eventsource.Event) account {
	switch e := e.(type) {
	case events.TotpEnrolled:
		a.Secret, a.Codes, a.Step, a.Spent = e.Secret, e.Hash, e.Step, nil
	case events.TotpAccepted:
		a.Step = e.Step
	case events.RecoveryCodeSpent:
		a.Spent = append(slices.Clone(a.Spent), e.Code)
	case events.TotpDisabled:
		a.Secret, a.Codes, a.Spent = "", "", nil
	case events.PasskeyRegistered:
		a.Passkeys = append(slices.Clone(a.Passkeys), passkey{ID: e.Passkey, Name: e.Name, Credential: e.Credential, At: e.At})
	case events.PasskeyUsed:
		a.Passkeys = slices.Clone(a.Passkeys)
		if i := a.passkey(e.Passkey); i >= 0 {
			a.Passkeys[i].Counter, a.Passkeys[i].Used = e.Counter, e.At
		}
	case events.PasskeyRemoved:
		a.Passkeys = slices.DeleteFunc(slices.Clone(a.Passkeys), func(p passkey) bool { return p.ID == e.Passkey })
	case events.IdentityLinked:
		a.Links = append(slices.Clone(a.Links), e)
	case events.RecoveryOffered:
		a.Recovery, a.Until = e.Hash, e.Until
	case events.RecoveryUsed:
		a = account{Step: a.Step}
	}
	return a
}

func (a account) passkey(id string) int {
	return slices.IndexFunc(a.Passkeys, func(p passkey) bool { return p.ID == id })
}

func streamOf(person string) string { return "account.person." + person }

// enrolTotp turns codes on. The code that confirms it counts as used.
type enrolTotp struct{ events.TotpEnrolled }

func (c enrolTotp) Stream() string { return streamOf(c.Person) }

func (c enrolTotp) Decide(a account) ([]eventsource.Event, error) {
	if a.Secret != "" {
		return nil, fault.New(fault.Conflict, "Tài khoản đã dùng mã xác thực. Hãy tắt mã cũ trước.",
			"The account has an authenticator app already. Turn the old one off first.")
	}
	return []eventsource.Event{c.TotpEnrolled}, nil
}

// acceptCode takes a code of the app for a time step. Secret is the one that the code was checked with.
type acceptCode struct {
	Person string
	Secret events.Sealed
	Step   int
}

func (c acceptCode) Stream() string { return streamOf(c.Person) }

func (c acceptCode) Decide(a account) ([]eventsource.Event, error) {
	if a.Secret == "" || a.Secret != c.Secret {
		return nil, changedMeanwhile()
	}
	if c.Step <= a.Step {
		return nil, fault.New(fault.Denied, "Mã này đã được dùng. Vui lòng chờ mã tiếp theo.", "This code was used already. Please wait for the next one.").
			With("code", "Chờ mã tiếp theo.", "Wait for the next code.")
	}
	return []eventsource.Event{events.TotpAccepted{Person: c.Person, Step: c.Step}}, nil
}

// spendCode takes a recovery code. Codes is the list that it was found in.
type spendCode struct {
	Person string
	Codes  events.Sealed
	Code   int
}

func (c spendCode) Stream() string { return streamOf(c.Person) }

func (c spendCode) Decide(a account) ([]eventsource.Event, error) {
	if a.Codes == "" || a.Codes != c.Codes {
		return nil, changedMeanwhile()
	}
	if slices.Contains(a.Spent, c.Code) {
		return nil, wrongCode()
	}
	return []eventsource.Event{events.RecoveryCodeSpent{Person: c.Person, Code: c.Code}}, nil
}

// disableTotp turns codes off.
type disableTotp struct{ Person string }

func (c disableTotp) Stream() string { return streamOf(c.Person) }

func (c disableTotp) Decide(a account) ([]eventsource.Event, error) {
	if a.Secret == "" {
		return nil, nil
	}
	return []eventsource.Event{events.TotpDisabled(c)}, nil
}

// mostPasskeys is what one person may have.
const mostPasskeys = 10

type registerPasskey struct{ events.PasskeyRegistered }

func (c registerPasskey) Stream() string { return streamOf(c.Person) }

func (c registerPasskey) Decide(a account) ([]eventsource.Event, error) {
	if len(a.Passkeys) >= mostPasskeys {
		return nil, tooManyPasskeys()
	}
	return []eventsource.Event{c.PasskeyRegistered}, nil
}

type usePasskey struct{ events.PasskeyUsed }

func (c usePasskey) Stream() string { return streamOf(c.Person) }

func (c usePasskey) Decide(a account) ([]eventsource.Event, error) {
	i := a.passkey(c.Passkey)
	if i < 0 {
		return nil, wrongPasskey()
	}
	// A counter that does not grow is a copied authenticator, or one answer played twice (WebAuthn, 6.1.1).
	if was := a.Passkeys[i].Counter; (was != 0 || c.Counter != 0) && c.Counter <= was {
		return nil, wrongPasskey()
	}
	return []eventsource.Event{c.PasskeyUsed}, nil
}

type removePasskey struct{ events.PasskeyRemoved }

func (c removePasskey) Stream() string { return streamOf(c.Person) }

func (c removePasskey) Decide(a account) ([]eventsource.Event, error) {
	if a.passkey(c.Passkey) < 0 {
		return nil, nil
	}
	return []eventsource.Event{c.PasskeyRemoved}, nil
}

// link ties a provider's subject to a person.
type link struct {
	events.IdentityLinked
	same events.Sealed // the sealed subject that was found to be this one; "" for a new link
}

func (c link) Stream() string { return streamOf(c.Person) }

func (c link) Decide(a account) ([]eventsource.Event, error) {
	for _, l := range a.Links {
		if l.Issuer != c.Issuer {
			continue
		}
		if c.same != "" && l.Subject == c.same {
			return nil, nil
		}
		return nil, fault.New(fault.Denied, "Mã cán bộ này đã được liên kết với một tài khoản khác của nhà cung cấp định danh. Vui lòng liên hệ quản trị viên.",
			"This personnel code is linked to another account of the identity provider. Please ask an administrator.")
	}
	return []eventsource.Event{c.IdentityLinked}, nil
}

type offerRecovery struct{ events.RecoveryOffered }

func (c offerRecovery) Stream() string { return streamOf(c.Person) }

func (c offerRecovery) Decide(account) ([]eventsource.Event, error) {
	return []eventsource.Event{c.RecoveryOffered}, nil
}

// useRecovery uses a link. Hash is the one that the link's secret was found to match.
type useRecovery struct {
	Person string
	Hash   events.Sealed
	At     time.Time
}

func (c useRecovery) Stream() string { return streamOf(c.Person) }

func (c useRecovery) Decide(a account) ([]eventsource.Event, error) {
	if a.Recovery == "" || a.Recovery != c.Hash || !c.At.Before(a.Until) {
		return nil, wrongLink()
	}
	return []eventsource.Event{events.RecoveryUsed{Person: c.Person}}, nil
}

func changedMeanwhile() error {
	return fault.New(fault.Conflict, "Cách đăng nhập vừa được thay đổi. Vui lòng thử lại.", "The ways to sign in have just changed. Please try again.")
}

func wrongCode() error {
	return fault.New(fault.Denied, "Mã không đúng.", "The code is not right.").
		With("code", "Nhập mã 6 chữ số đang hiện trong ứng dụng, hoặc một mã khôi phục chưa dùng.", "Enter the six digits that the app shows now, or an unused recovery code.")
}

func wrongPasskey() *fault.Error {
	return fault.New(fault.Denied, "Khóa truy cập không được chấp nhận.", "The passkey is not accepted.")
}

func tooManyPasskeys() error {
	return fault.Newf(fault.Conflict, "Mỗi người có nhiều nhất %d khóa truy cập. Hãy gỡ bớt khóa không dùng.",
		"Nobody has more than %d passkeys. Remove one that is not used.", mostPasskeys)
}

func wrongLink() error {
	return fault.New(fault.Denied, "Liên kết khôi phục không đúng, đã được dùng hoặc đã hết hạn. Vui lòng nhờ quản trị viên tạo liên kết mới.",
		"The recovery link is wrong, used or expired. Please ask an administrator for a new one.")
}
