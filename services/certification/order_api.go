package certification

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// Methods about certificates that are ordered for many at once.
var (
	PreviewOrder = rpc.Query[OrderRequest, OrderPreview]("certification.preview-order", "Shows who completed a course or a programme between two days and has no certificate of it.", events.RoleTrainer, events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer, events.RoleAdmin), rpc.Logged, OrderPreview.People)
	StartOrder   = rpc.Command[OrderRequest, OrderStarted]("certification.start-order", "Orders the certificates of everybody who has none.", events.RoleTrainer, events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer, events.RoleAdmin))
	ListOrders   = rpc.Query[ListOrdersRequest, OrderPage]("certification.list-orders", "Lists the orders of certificates, newest first.", events.RoleTrainer, events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer, events.RoleAdmin))
	GetOrder     = rpc.Query[GetOrderRequest, Order]("certification.get-order", "Shows how far an order is carried out, and what failed.", events.RoleTrainer, events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer, events.RoleAdmin), rpc.Logged, Order.People)
	RetryOrder   = rpc.Command[RetryOrderRequest, rpc.Receipt]("certification.retry-order", "Asks once more for the certificates of an order that failed.", events.RoleTrainer, events.RoleAdmin).About(rpc.Nothing(), rpc.For(rpc.Whole, events.RoleTrainer, events.RoleAdmin))
)

// OrderRequest names who is meant: who completed the course or the programme, one of the two, between two days of Viet Nam.
type OrderRequest struct {
	Course    string `json:"course,omitempty"`
	Programme string `json:"programme,omitempty"`
	From      string `json:"from"`            // YYYY-MM-DD
	Through   string `json:"through"`         // likewise, included
	Known     uint64 `json:"known,omitempty"` // of the preview: who completed it after it is not meant; 0 for now
}

// OrderPreview is what an order would do.
type OrderPreview struct {
	Known   uint64     `json:"known"`
	Waiting int        `json:"waiting"` // have no certificate
	Held    int        `json:"held"`    // have one
	Rule    string     `json:"rule"`    // how certificates of the latest version are issued: auto, ordered, none
	Who     []OrderRow `json:"who"`     // the first of those who wait
	Holders []OrderRow `json:"holders"` // and of those who do not
}

// OrderRow is a completion.
type OrderRow struct {
	Person    string    `json:"person"`
	Version   int       `json:"version"`
	Period    int       `json:"period"`
	Completed time.Time `json:"completed"`
	Mark      float64   `json:"mark"`
	Code      string    `json:"code,omitempty"` // of the certificate
	Why       string    `json:"why,omitempty"`  // none can be issued: person, version (not known), erased
}

// People are those whose completions it shows.
func (p OrderPreview) People() (all []string) {
	for _, r := range append(p.Who[:len(p.Who):len(p.Who)], p.Holders...) {
		all = append(all, r.Person)
	}
	return all
}

// mostShown is how many rows of each kind are shown.
const mostShown = 200

// OrderStarted names an order.
type OrderStarted struct {
	Seq   uint64 `json:"seq"`
	Order string `json:"order"`
}

// ListOrdersRequest continues a list.
type ListOrdersRequest struct {
	Place string `json:"place,omitempty"` // OrderPage.Next of the page before
	After uint64 `json:"after,omitempty"`
}

// OrderPage is a page of orders.
type OrderPage struct {
	Items []Order `json:"items"`
	Next  string  `json:"next,omitempty"`
}

// GetOrderRequest names an order.
type GetOrderRequest struct {
	Order string `json:"order"`
	After uint64 `json:"after,omitempty"`
}

// RetryOrderRequest names an order.
type RetryOrderRequest struct {
	Order string `json:"order"`
}

// Order is an order and how far it is carried out.
type Order struct {
	Order     string         `json:"order"`
	Course    string         `json:"course"`
	Programme string         `json:"programme,omitempty"`
	From      string         `json:"from"`
	Through   string         `json:"through"`
	By        string         `json:"by"`
	At        time.Time      `json:"at"`
	Finished  time.Time      `json:"finished,omitzero"`
	Count     int            `json:"count"`  // who had no certificate when it was given
	Issued    int            `json:"issued"` // of these, by the order
	Failed    int            `json:"failed"`
	Failures  []OrderFailure `json:"failures,omitempty"` // the first ones
}

// OrderFailure is a certificate that could not be issued.
type OrderFailure struct {
	Person string `json:"person"`
	Why    string `json:"why"` // person, version (not known), erased
}

// People are those whose failures it shows.
func (o Order) People() (all []string) {
	for _, f := range o.Failures {
		all = append(all, f.Person)
	}
	return all
}

// span checks a request.
func (r OrderRequest) span(known uint64) (span, error) {
	invalid := fault.New(fault.Invalid, "Khoảng ngày không hợp lệ: cần ngày đầu và ngày cuối, ngày đầu không sau ngày cuối.", "These days are not valid: name the first and the last one, in this order.")
	bad := r.From > r.Through
	if (r.Course == "") == (r.Programme == "") {
		return span{}, fault.New(fault.Invalid, "Hãy chọn một khóa học hoặc một chương trình, chỉ một trong hai.", "Choose a course or a programme, one of the two.").
			With("course", "Chọn một khóa học hoặc chương trình.", "Choose a course or a programme.")
	}
	for name, day := range map[string]string{"from": r.From, "through": r.Through} {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			bad, invalid = true, invalid.With(name, "Chọn một ngày.", "Choose a day.")
		}
	}
	if bad {
		return span{}, invalid
	}
	return span{subjectOf(r.Course, r.Programme), r.From, r.Through, known}, nil
}

// ruleOf tells how certificates of a course or a programme are issued, by its latest version.
func (s *service) ruleOf(ctx context.Context, subject string) (string, error) {
	c, found, err := s.particulars.offers.Get(ctx, subject)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "Không có khóa học hoặc chương trình này.", "There is no such course or programme.")
	}
	return cmp.Or(c.Certificate, events.CertificateAuto), err
}

func (s *service) previewOrder(ctx context.Context, req OrderRequest) (OrderPreview, error) {
	p := OrderPreview{Known: s.completions.Position(), Who: []OrderRow{}, Holders: []OrderRow{}}
	over, err := req.span(p.Known)
	if err != nil {
		return p, err
	}
	if p.Rule, err = s.ruleOf(ctx, over.subject); err != nil {
		return p, err
	}
	var waiting []completion // of the rows
	err = s.completions.each(ctx, over, 0, func(c completion) bool {
		row := OrderRow{Person: c.Person, Version: c.Version, Period: c.Period, Completed: c.At, Mark: c.Mark, Code: c.Code}
		n, rows := &p.Waiting, &p.Who
		if c.Code != "" {
			n, rows = &p.Held, &p.Holders
		}
		if *n++; len(*rows) < mostShown {
			*rows = append(*rows, row)
			if c.Code == "" {
				waiting = append(waiting, c)
			}
		}
		return true
	})
	for i, c := range waiting {
		if err == nil {
			var why obstacle
			_, why, err = s.lookUp(ctx, c)
			p.Who[i].Why = string(why)
		}
	}
	return p, err
}

func (s *service) startOrder(ctx context.Context, req OrderRequest) (OrderStarted, error) {
	over, err := req.span(cmp.Or(req.Known, s.completions.Position()))
	if err != nil {
		return OrderStarted{}, err
	}
	rule, err := s.ruleOf(ctx, over.subject)
	if err != nil {
		return OrderStarted{}, err
	}
	if rule == events.CertificateNone {
		return OrderStarted{}, fault.New(fault.Conflict, "Khóa học hoặc chương trình này không cấp giấy chứng nhận. Nếu nay muốn cấp, hãy xuất bản phiên bản mới có certificate: ordered.",
			"No certificates are issued for this course or programme. If they shall be now, publish a version with certificate: ordered.")
	}
	by := rpc.From(ctx)
	fact := events.IssueOrdered{Order: s.orderOf(by.ID), Course: req.Course, Programme: req.Programme, From: req.From, Through: req.Through, Known: over.known, By: by.Identity.Person}
	err = s.completions.waiting(ctx, over, 0, func(completion) bool { fact.Count++; return true })
	if err != nil {
		return OrderStarted{}, err
	}
	out, err := host.Do(ctx, s.deps, eventsource.Command[order](startOrder{fact}))
	return OrderStarted{Seq: out.Seq, Order: fact.Order}, err
}

// orderOf chooses an order's id by the request, so that a request sent again means the same order.
func (s *service) orderOf(request string) string {
	if request == "" {
		return s.deps.NewID()
	}
	sum := sha256.Sum256([]byte("certification.order\x00" + request))
	return "o" + hex.EncodeToString(sum[:10])
}

func (s *service) listOrders(ctx context.Context, req ListOrdersRequest) (OrderPage, error) {
	if err := s.deps.Await(ctx, s.orders.Projection, req.After); err != nil {
		return OrderPage{}, err
	}
	found, err := s.orders.all.Find(ctx, readmodel.Query{Index: "place", Desc: true, After: req.Place, Limit: 50})
	page := OrderPage{Items: []Order{}, Next: found.Next}
	for _, d := range found.Items {
		if err == nil {
			var o Order
			o, err = s.shown(ctx, d)
			page.Items = append(page.Items, o)
		}
	}
	return page, err
}

func (s *service) getOrder(ctx context.Context, req GetOrderRequest) (Order, error) {
	if err := s.deps.Await(ctx, s.orders.Projection, req.After); err != nil {
		return Order{}, err
	}
	d, found, err := s.orders.all.Get(ctx, req.Order)
	if err != nil || !found {
		return Order{}, cmp.Or(err, noOrder())
	}
	o, err := s.shown(ctx, d)
	for _, f := range d.Failed[:min(len(d.Failed), mostShown)] {
		o.Failures = append(o.Failures, OrderFailure{f.Person, f.Why})
	}
	return o, err
}

func (s *service) shown(ctx context.Context, d orderDoc) (Order, error) {
	o := Order{Order: d.Order, Course: d.Course, Programme: d.Programme, From: d.From, Through: d.Through, By: d.By, At: d.At, Finished: d.Finished, Count: d.Count, Failed: len(d.Failed)}
	var err error
	o.Issued, err = s.certificates.records.Count(ctx, readmodel.Query{Index: "order", Equal: []any{d.Order}})
	return o, err
}

func (s *service) retryOrder(ctx context.Context, req RetryOrderRequest) (rpc.Receipt, error) {
	out, err := host.Do(ctx, s.deps, eventsource.Command[order](retryOrder{req.Order, rpc.From(ctx).Identity.Person}))
	return rpc.Receipt{Seq: out.Seq}, err
}
