package directory

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
	"khuevan/platform/sheet"
)

// SignInRequest asks for a sign-in by personnel code or e-mail address.
type SignInRequest struct {
	Login    string `json:"login"`
	Password string `json:"password"`
	Address  string `json:"address,omitempty"` // from where it comes
}

// FindLoginRequest has a personnel code or an e-mail address.
type FindLoginRequest struct {
	Login string `json:"login"`
}

// CheckProofRequest has the password of a person.
type CheckProofRequest struct {
	Person   string `json:"person"`
	Password string `json:"password"`
	Address  string `json:"address,omitempty"`
}

// DemoSignInRequest names a demo person by personnel code.
type DemoSignInRequest struct {
	Code string `json:"code"`
}

// IdentifyRequest names a person by id. After is the last fact that must be known.
type IdentifyRequest struct {
	Person string `json:"person"`
	After  uint64 `json:"after,omitempty"`
}

// Identity is who somebody is today.
type Identity struct {
	Person   string      `json:"person"`
	Name     string      `json:"name"`
	Unit     string      `json:"unit"`
	UnitName string      `json:"unit_name"`
	Post     string      `json:"post"`
	Grants   []rpc.Grant `json:"grants"`
}

// DemoAccount is a demo person who can be signed in by one click.
type DemoAccount struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Role     string `json:"role"` // learner, head, trainer, analyst, admin: the most telling one
	UnitName string `json:"unit_name"`
}

// SetPasswordRequest sets a password. Current is asked of people who change their own; Person "" is oneself.
type SetPasswordRequest struct {
	Person   string `json:"person,omitempty"`
	Current  string `json:"current,omitempty"`
	Password string `json:"password"`
}

// demoPrefix marks the personnel codes of invented people.
const demoPrefix = "DEMO-"

func (s *service) signIn(ctx context.Context, req SignInRequest) (Identity, error) {
	d, found, err := s.byLogin(ctx, req.Login)
	if err != nil {
		return Identity{}, err
	}
	account := d.ID
	if !found {
		account = s.d.Keys.Blind("login", strings.ToUpper(sheet.Clean(req.Login)))
	}
	ok, err := s.try(ctx, account, req.Address, d, req.Password)
	if err != nil {
		return Identity{}, err
	}
	if !ok {
		return Identity{}, fault.New(fault.Denied, "Mã cán bộ, địa chỉ thư điện tử hoặc mật khẩu không đúng.",
			"The personnel code, e-mail address or password is not right.")
	}
	return s.identity(ctx, d)
}

func (s *service) findLogin(ctx context.Context, req FindLoginRequest) (Identity, error) {
	d, found, err := s.byLogin(ctx, req.Login)
	if err == nil && (!found || d.Erased) {
		err = noPerson()
	}
	if err != nil {
		return Identity{}, err
	}
	return s.identity(ctx, d)
}

// checkProof is for somebody who is signed in and shall prove it again.
func (s *service) checkProof(ctx context.Context, req CheckProofRequest) (rpc.Empty, error) {
	d, err := s.byID(ctx, req.Person)
	if err != nil {
		return rpc.Empty{}, err
	}
	ok, err := s.try(ctx, d.ID, req.Address, d, req.Password)
	if err == nil && !ok {
		err = fault.New(fault.Denied, "Mật khẩu không đúng.", "The password is not right.").With("password", "Nhập lại mật khẩu.", "Enter the password again.")
	}
	return rpc.Empty{}, err
}

// byLogin finds who may sign in under a personnel code or an e-mail address.
func (s *service) byLogin(ctx context.Context, login string) (d personDoc, found bool, err error) {
	if login = sheet.Clean(login); login == "" {
		return d, false, nil
	}
	if strings.Contains(login, "@") {
		d, found, err = s.byKey(ctx, "email", s.emailKey(strings.ToLower(login)))
	} else {
		d, found, err = s.byKey(ctx, "code", s.codeKey(strings.ToUpper(login)))
	}
	if err != nil || !found || s.d.Demo {
		return d, found, err
	}
	code, err := s.revealOne(ctx, d.ID, "code", d.Code)
	if err != nil || code == "" || strings.HasPrefix(code, demoPrefix) {
		return personDoc{}, false, err
	}
	return d, true, nil
}

// try checks a password as one try of an account. A person without a password costs as much as one with a wrong one.
func (s *service) try(ctx context.Context, account, address string, d personDoc, password string) (bool, error) {
	if err := s.tries.Begin(account, address); err != nil {
		return false, err
	}
	ok, err := s.matches(ctx, d, password)
	switch {
	case err != nil:
		s.tries.Undo(account, address)
	case ok:
		s.tries.Succeed(account, address)
	}
	return ok, err
}

func (s *service) matches(ctx context.Context, d personDoc, password string) (bool, error) {
	hash, err := s.revealOne(ctx, d.ID, "password", d.Hash)
	if err != nil {
		return false, err
	}
	if hash == "" {
		_, err := s.hasher.verify(ctx, s.decoy, password)
		return false, err
	}
	return s.hasher.verify(ctx, hash, password)
}

func (s *service) demoSignIn(ctx context.Context, req DemoSignInRequest) (Identity, error) {
	if !s.d.Demo {
		return Identity{}, fault.New(fault.Denied, "Đăng nhập thử chỉ có ở chế độ trình diễn.", "One-click sign-in exists in demo mode only.")
	}
	code := strings.ToUpper(sheet.Clean(req.Code))
	d, found, err := s.byKey(ctx, "code", s.codeKey(code))
	if err != nil {
		return Identity{}, err
	}
	if !found || !strings.HasPrefix(code, demoPrefix) {
		return Identity{}, fault.New(fault.NotFound, "Không có tài khoản trình diễn này.", "There is no such demo account.")
	}
	return s.identity(ctx, d)
}

func (s *service) demoAccounts(ctx context.Context, _ rpc.Empty) ([]DemoAccount, error) {
	accounts := []DemoAccount{}
	if !s.d.Demo {
		return accounts, nil
	}
	for _, a := range []DemoAccount{{Code: "DEMO-0100", Role: events.RoleLearner}, {Code: "DEMO-0101", Role: events.RoleHead},
		{Code: "DEMO-0002", Role: events.RoleTrainer}, {Code: "DEMO-0004", Role: events.RoleTrainer}, {Code: "DEMO-0003", Role: events.RoleAnalyst}, {Code: "DEMO-0001", Role: events.RoleAdmin}} {
		d, found, err := s.byKey(ctx, "code", s.codeKey(a.Code))
		if err != nil {
			return nil, err
		}
		if !found {
			continue
		}
		who, err := s.identity(ctx, d)
		if err != nil {
			return nil, err
		}
		a.Name, a.UnitName = who.Name, who.UnitName
		accounts = append(accounts, a)
	}
	return accounts, nil
}

func (s *service) identify(ctx context.Context, req IdentifyRequest) (Identity, error) {
	if err := s.shown(ctx, req.After); err != nil {
		return Identity{}, err
	}
	d, err := s.byID(ctx, req.Person)
	if err == nil && d.Erased {
		err = noPerson() // which ends every session
	}
	if err != nil {
		return Identity{}, err
	}
	return s.identity(ctx, d)
}

func (s *service) byID(ctx context.Context, id string) (personDoc, error) {
	d, found, err := s.people.Get(ctx, id)
	if err == nil && !found {
		err = noPerson()
	}
	return d, err
}

func (s *service) identity(ctx context.Context, d personDoc) (Identity, error) {
	name, err := s.revealOne(ctx, d.ID, "name", d.Name)
	if err != nil {
		return Identity{}, err
	}
	u, err := s.home(ctx, d.Unit)
	if err != nil {
		return Identity{}, err
	}
	return Identity{Person: d.ID, Name: name, Unit: u.ID, UnitName: u.Name, Post: d.Post, Grants: slices.Clone(d.Grants)}, nil
}

func (s *service) setPassword(ctx context.Context, req SetPasswordRequest) (rpc.Receipt, error) {
	who := rpc.From(ctx).Identity
	target := req.Person
	if target == "" {
		target = who.Person
	}
	d, err := s.byID(ctx, target)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if target == who.Person {
		if err := s.checkCurrent(ctx, d, req.Current); err != nil {
			return rpc.Receipt{}, err
		}
	}
	sealed, err := s.newHash(ctx, d, req.Password)
	if err != nil {
		return rpc.Receipt{}, err
	}
	out, err := host.Do(ctx, s.d, ChangePassword{Person: d.ID, Hash: sealed})
	if err != nil {
		return rpc.Receipt{}, err
	}
	return rpc.Receipt{Seq: out.Seq}, s.d.Await(ctx, s.view, out.Seq)
}

func (s *service) checkCurrent(ctx context.Context, d personDoc, current string) error {
	if d.Hash == "" {
		return fault.New(fault.Conflict, "Tài khoản chưa có mật khẩu. Vui lòng nhờ quản trị viên đặt mật khẩu đầu tiên.",
			"The account has no password yet. Please ask an administrator to set the first one.")
	}
	ok, err := s.try(ctx, d.ID, "", d, current)
	if err == nil && !ok {
		err = fault.New(fault.Denied, "Mật khẩu hiện tại không đúng.", "The current password is not right.").
			With("current", "Nhập lại mật khẩu hiện tại.", "Enter the current password again.")
	}
	return err
}

func (s *service) newHash(ctx context.Context, d personDoc, password string) (sealed events.Sealed, err error) {
	p, err := s.reveal(ctx, d)
	if err != nil {
		return "", err
	}
	if err := checkPassword(norm.NFC.String(password), p); err != nil {
		return "", err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return "", err
	}
	return sealed, s.seal(ctx, d.ID, sealing{"password", hash, &sealed})
}
