package scheduler

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	ScheduleCampaign = rpc.Command[ScheduleCampaignRequest, Scheduled]("scheduler.schedule-campaign", "Schedules a refresher campaign by a cron expression.", events.RoleTrainer).About(rpc.UnitIn("unit"))
	PreviewSchedule  = rpc.Query[PreviewScheduleRequest, SchedulePreview]("scheduler.preview-schedule", "Shows the next due times of a cron expression; writes nothing.", events.RoleTrainer).About(rpc.Nothing())
	ListCampaigns    = rpc.Query[ListCampaignsRequest, []Campaign]("scheduler.list-campaigns", "Lists the campaigns, newest first.", events.RoleTrainer).About(rpc.Nothing())
	StopCampaign     = rpc.Command[StopCampaignRequest, rpc.Receipt]("scheduler.stop-campaign", "Ends a campaign; what it has started goes on.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
)

// ScheduleCampaignRequest describes a campaign. Campaign is an id chosen by the caller (lower-case letters and digits),
// so that a repeated request is the same campaign; empty lets the service choose.
type ScheduleCampaignRequest struct {
	Campaign string    `json:"campaign,omitempty"`
	Title    string    `json:"title"`
	Course   string    `json:"course"`
	Unit     string    `json:"unit"` // and those below it
	Cron     string    `json:"cron"`
	Zone     string    `json:"zone,omitempty"` // default Asia/Ho_Chi_Minh
	From     time.Time `json:"from,omitzero"`  // default now
	Until    time.Time `json:"until,omitzero"`
	DueDays  int       `json:"due_days,omitempty"` // default 14
}

// Scheduled tells which campaign was scheduled.
type Scheduled struct {
	Seq      uint64 `json:"seq"`
	Campaign string `json:"campaign"`
}

// PreviewScheduleRequest asks for the next due times.
type PreviewScheduleRequest struct {
	Cron string `json:"cron"`
	Zone string `json:"zone,omitempty"`
}

// SchedulePreview is the next five due times.
type SchedulePreview struct {
	Next []time.Time `json:"next"`
}

// ListCampaignsRequest asks for the campaigns as they stand after a fact.
type ListCampaignsRequest struct {
	After uint64 `json:"after,omitempty"`
}

// Campaign is a campaign with what it has done.
type Campaign struct {
	Campaign string    `json:"campaign"`
	Title    string    `json:"title"`
	Course   string    `json:"course"`
	Unit     string    `json:"unit"`
	Cron     string    `json:"cron"`
	Zone     string    `json:"zone"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until,omitzero"`
	DueDays  int       `json:"due_days"`
	Ticks    int       `json:"ticks"`
	Last     time.Time `json:"last,omitzero"` // last due time that was ticked
	Next     time.Time `json:"next,omitzero"` // zero when it is over or stopped
	Stopped  bool      `json:"stopped"`
}

// StopCampaignRequest names a campaign.
type StopCampaignRequest struct {
	Campaign string `json:"campaign"`
}

// previewed is how many due times a preview shows.
const previewed = 5

func (s *service) scheduleCampaign(ctx context.Context, req ScheduleCampaignRequest) (Scheduled, error) {
	id := req.Campaign
	if id == "" {
		id = s.idOf(rpc.From(ctx).ID)
	}
	if !validID(id) {
		return Scheduled{}, fault.New(fault.Invalid, "Mã chiến dịch chỉ gồm chữ thường không dấu và chữ số, tối đa 64 ký tự.",
			"A campaign's id has lower-case letters and digits only, at most 64.").
			With("campaign", "Ví dụ: attt2027", "For example: attt2027")
	}
	if err := s.checkOffer(ctx, req.Unit, req.Course); err != nil {
		return Scheduled{}, err
	}
	out, err := host.Do(ctx, s.deps, eventsource.Command[campaign](scheduleCampaign{
		Plan: events.CampaignScheduled{Campaign: id, Title: req.Title, Course: req.Course, Unit: req.Unit,
			Cron: req.Cron, Zone: req.Zone, From: req.From, Until: req.Until, DueDays: req.DueDays},
		Now: s.deps.Clock.Now(),
	}))
	if err != nil {
		return Scheduled{}, err
	}
	return Scheduled{Seq: out.Seq, Campaign: id}, nil
}

// idOf chooses a campaign's id by the request, so that a request sent again means the same campaign.
func (s *service) idOf(request string) string {
	if request == "" {
		return s.deps.NewID()
	}
	sum := sha256.Sum256([]byte("scheduler.campaign\x00" + request))
	return "c" + hex.EncodeToString(sum[:10])
}

func validID(id string) bool {
	return id != "" && len(id) <= 64 && !strings.ContainsFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
}

// checkOffer refuses an unknown unit, one in which the caller is no trainer, and a course that is not in the offer.
func (s *service) checkOffer(ctx context.Context, unit, course string) error {
	head, err := s.deps.Journal.Head(ctx, s.known.Nouns())
	if err != nil {
		return err
	}
	if err := s.deps.Await(ctx, s.known.Projection, head); err != nil {
		return err
	}
	_, found, err := s.known.units.Get(ctx, unit)
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.NotFound, "Không tìm thấy đơn vị này.", "There is no such unit.").
			With("unit", "Chọn một đơn vị trong danh sách", "Choose a unit from the list")
	}
	if err := s.mayIn(ctx, unit); err != nil {
		return err
	}
	return s.checkCourse(ctx, course)
}

// mayIn refuses unless the caller is a trainer in the unit or above it.
func (s *service) mayIn(ctx context.Context, unit string) error {
	ok, err := s.trains(ctx, unit)
	if err != nil {
		return err
	}
	if !ok {
		return fault.New(fault.Denied, "Bạn không phụ trách đào tạo ở đơn vị này.", "You are not a trainer in this unit.")
	}
	return nil
}

// trains reports whether the caller is a trainer in a unit.
func (s *service) trains(ctx context.Context, unit string) (bool, error) {
	tops, all := rpc.From(ctx).Identity.Units(events.RoleTrainer)
	if all {
		return true, nil
	}
	return s.known.within(ctx, unit, tops)
}

func (s *service) checkCourse(ctx context.Context, id string) error {
	c, found, err := s.known.courses.Get(ctx, id)
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.NotFound, "Không tìm thấy khóa học này.", "There is no such course.").
			With("course", "Chọn một khóa học đã công bố", "Choose a published course")
	}
	if c.Withdrawn {
		return fault.New(fault.Conflict, "Khóa học này đã ngừng cung cấp, không lập chiến dịch mới được.",
			"This course has been withdrawn; no new campaign can be made of it.")
	}
	return nil
}

func (s *service) stopCampaign(ctx context.Context, req StopCampaignRequest) (rpc.Receipt, error) {
	if !validID(req.Campaign) {
		return rpc.Receipt{}, errNoCampaign()
	}
	history, err := s.deps.Journal.Load(ctx, campaignStream(req.Campaign))
	if err != nil {
		return rpc.Receipt{}, err
	}
	if was := eventsource.Fold[campaign](history); was.exists() { // its unit never changes
		if err := s.mayIn(ctx, was.plan.Unit); err != nil {
			return rpc.Receipt{}, err
		}
	}
	out, err := host.Do(ctx, s.deps, eventsource.Command[campaign](stopCampaign(req)))
	if err != nil {
		return rpc.Receipt{}, err
	}
	return rpc.Receipt{Seq: out.Seq}, nil
}

func (s *service) listCampaigns(ctx context.Context, req ListCampaignsRequest) ([]Campaign, error) {
	if err := s.deps.Await(ctx, s.campaigns.Projection, req.After); err != nil {
		return nil, err
	}
	return s.campaigns.list(ctx, func(c Campaign) (bool, error) { return s.trains(ctx, c.Unit) })
}

func (s *service) previewSchedule(_ context.Context, req PreviewScheduleRequest) (SchedulePreview, error) {
	cron := strings.Join(strings.Fields(req.Cron), " ")
	table, err := newTimetable(cron, req.Zone, s.deps.Clock.Now(), time.Time{})
	if err != nil {
		return SchedulePreview{}, err
	}
	preview := SchedulePreview{Next: []time.Time{}}
	for due := table.next(time.Time{}); !due.IsZero() && len(preview.Next) < previewed; due = table.next(due) {
		preview.Next = append(preview.Next, due)
	}
	return preview, nil
}
