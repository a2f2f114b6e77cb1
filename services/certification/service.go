package certification

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Config is who issues certificates and where they are verified.
type Config struct {
	Issuer  string // as it stands on the paper
	BaseURL string // of the portal, such as https://daotao.example; certificates are verified at <BaseURL>/verify/<code>
}

// New makes the service. It refuses an empty issuer, a base URL that is no web address, and a build without fonts.
func New(d host.Deps, c Config) (host.Service, error) {
	s, err := newService(d, c, func(year int) string {
		var random [8]byte
		rand.Read(random[:]) //nolint:errcheck // crypto/rand.Read never fails: it ends the program
		return newCode(year, random)
	})
	if err != nil {
		return host.Service{}, fmt.Errorf("certification: %w", err)
	}
	return host.Service{
		Name: "certification",
		Endpoints: []rpc.Endpoint{
			MyCertificates.Handle(s.myCertificates),
			Verify.Handle(s.verify),
			DownloadPDF.Handle(s.downloadPDF),
			Credential.Handle(s.credential), DIDDocument.Handle(s.didDocument), StatusList.Handle(s.statusList), Revocations.Handle(s.revocations),
			PreviewOrder.Handle(s.previewOrder), StartOrder.Handle(s.startOrder), ListOrders.Handle(s.listOrders), GetOrder.Handle(s.getOrder), RetryOrder.Handle(s.retryOrder),
			AskConfirmation.Handle(s.askConfirmation), DownloadConfirmation.Handle(s.downloadConfirmation),
			Revoke.Handle(s.revoke), ListIssuers.Handle(s.listIssuers), RotateKey.Handle(s.rotateKey), SucceedIssuer.Handle(s.succeedIssuer),
		},
		Projections: []*readmodel.Projection{s.certificates.Projection, s.particulars.Projection, s.issuers.Projection, s.numbers.Projection,
			s.completions.Projection, s.orders.Projection},
		Reactors: []host.Reactor{{Name: "issue", Facts: []string{"progress.course.course-completed", "enrolment.programme.programme-completed"}, React: s.issue},
			{Name: "order", Facts: []string{"certification.order.issue-ordered", "certification.order.issue-advanced", "certification.order.issue-retried"}, React: s.carryOn},
			{Name: "renew", Facts: []string{"certification.certificate.certificate-issued"}, React: s.renewed}},
	}, nil
}

type service struct {
	deps         host.Deps
	config       Config
	draw         func(year int) string // a fresh number
	fonts        fonts
	certificates *certificates
	particulars  *particulars
	issuers      *issuers
	numbers      *numbers
	completions  *completions
	orders       *orders
	at           addresses
	lists        *lists
}

func newService(d host.Deps, c Config, draw func(int) string) (*service, error) {
	c.Issuer, c.BaseURL = strings.TrimSpace(c.Issuer), strings.TrimRight(c.BaseURL, "/")
	if c.Issuer == "" {
		return nil, errors.New("the issuer needs a name")
	}
	if u, err := url.Parse(c.BaseURL); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("the base URL %q is not a web address", c.BaseURL)
	}
	f, err := loadFonts()
	if err != nil {
		return nil, err
	}
	return &service{deps: d, config: c, draw: draw, fonts: f, certificates: newCertificates(), particulars: newParticulars(),
		issuers: newIssuers(), numbers: newNumbers(d.Journal), completions: newCompletions(), orders: newOrders(), at: addresses{c.BaseURL}, lists: &lists{made: map[string]madeList{}}}, nil
}

// verifyURL is where a certificate is verified.
func (c Config) verifyURL(code string) string { return c.BaseURL + "/verify/" + code }
