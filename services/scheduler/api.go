package scheduler

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	ScheduleCampaign = rpc.Command[ScheduleCampaignRequest, Scheduled]("scheduler.schedule-campaign", "Schedules a campaign by a cron expression.", events.RoleTrainer).About(rpc.UnitIn("unit"))
	PreviewSchedule  = rpc.Query[ScheduleCampaignRequest, SchedulePreview]("scheduler.preview-schedule", "Shows the next due times of a plan, with what was moved off days off; writes nothing.", events.RoleTrainer).About(rpc.Nothing())
	ListCampaigns    = rpc.Query[ListCampaignsRequest, []Campaign]("scheduler.list-campaigns", "Lists the campaigns, newest first.", events.RoleTrainer).About(rpc.Nothing())
	GetCampaign      = rpc.Query[GetCampaignRequest, CampaignPage]("scheduler.get-campaign", "Shows a campaign with its latest ticks.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
	PauseCampaign    = rpc.Command[CampaignRequest, rpc.Receipt]("scheduler.pause-campaign", "Lets a campaign tick no more until it is resumed.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
	ResumeCampaign   = rpc.Command[CampaignRequest, rpc.Receipt]("scheduler.resume-campaign", "Lets a paused campaign tick again; what fell due in the pause is left out.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
	StopCampaign     = rpc.Command[CampaignRequest, rpc.Receipt]("scheduler.stop-campaign", "Ends a campaign; what it has started goes on.", events.RoleTrainer).About(rpc.Kept(rpc.AboutUnit))
)

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
	if err := s.checkOffer(ctx, req); err != nil {
		return Scheduled{}, err
	}
	plan := req.plan(id)
	plan.By, plan.Seed = rpc.From(ctx).Identity.Person, s.draw()
	out, err := host.Do(ctx, s.deps, eventsource.Command[campaign](scheduleCampaign{Plan: plan, Now: s.deps.Clock.Now(), Days: s.days}))
	if err != nil {
		return Scheduled{}, err
	}
	return Scheduled{Seq: out.Seq, Campaign: id}, nil
}

// draw makes a seed that nobody can foresee.
func (s *service) draw() uint64 {
	sum := sha256.Sum256([]byte("scheduler.seed\x00" + s.deps.NewID()))
	return binary.LittleEndian.Uint64(sum[:])
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

// checkOffer refuses an unknown unit, one in which the caller is no trainer, and what is not in the offer.
func (s *service) checkOffer(ctx context.Context, req ScheduleCampaignRequest) error {
	head, err := s.deps.Journal.Head(ctx, s.known.Nouns())
	if err != nil {
		return err
	}
	if err := s.deps.Await(ctx, s.known.Projection, head); err != nil {
		return err
	}
	_, found, err := s.known.units.Get(ctx, req.Unit)
	if err != nil {
		return err
	}
	if !found {
		return fault.New(fault.NotFound, "Không tìm thấy đơn vị này.", "There is no such unit.").
			With("unit", "Chọn một đơn vị trong danh sách", "Choose a unit from the list")
	}
	if err := s.mayIn(ctx, req.Unit); err != nil {
		return err
	}
	return s.checkContent(ctx, req)
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

// checkContent refuses what is not in the offer, and an acknowledgement of what has lessons that nobody confirms.
func (s *service) checkContent(ctx context.Context, req ScheduleCampaignRequest) error {
	from, id := s.known.courses, req.Course
	if req.Programme != "" {
		from, id = s.known.programmes, req.Programme
	}
	c, found, err := from.Get(ctx, id)
	switch {
	case err != nil:
		return err
	case !found:
		return fault.New(fault.NotFound, "Không tìm thấy khóa học hoặc chương trình này.", "There is no such course or programme.").
			With("course", "Chọn trong danh sách", "Choose one of the list")
	case c.Withdrawn:
		return fault.New(fault.Conflict, "Nội dung này đã ngừng cung cấp, không lập chiến dịch mới được.",
			"This has been withdrawn; no new campaign can be made of it.")
	case req.Content == events.ContentAcknowledgement && !c.Confirmed:
		return fault.New(fault.Invalid, "Khóa học này có bài không phải là văn bản cần xác nhận đã đọc.", "This course has lessons that are no texts to be confirmed.").
			With("content", "Hãy giao như một khóa học", "Give it as a course")
	}
	return nil
}

func (s *service) stopCampaign(ctx context.Context, req CampaignRequest) (rpc.Receipt, error) {
	return s.change(ctx, req, stopCampaign(req))
}

func (s *service) pauseCampaign(ctx context.Context, req CampaignRequest) (rpc.Receipt, error) {
	return s.change(ctx, req, pauseCampaign{req.Campaign, rpc.From(ctx).Identity.Person})
}

func (s *service) resumeCampaign(ctx context.Context, req CampaignRequest) (rpc.Receipt, error) {
	return s.change(ctx, req, resumeCampaign{req.Campaign, rpc.From(ctx).Identity.Person, s.deps.Clock.Now()})
}

// change does a command of a campaign for a trainer of its unit.
func (s *service) change(ctx context.Context, req CampaignRequest, cmd eventsource.Command[campaign]) (rpc.Receipt, error) {
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
	out, err := host.Do(ctx, s.deps, cmd)
	if err != nil {
		return rpc.Receipt{}, err
	}
	return rpc.Receipt{Seq: out.Seq}, nil
}

func (s *service) listCampaigns(ctx context.Context, req ListCampaignsRequest) ([]Campaign, error) {
	if err := s.deps.Await(ctx, s.agenda.Projection, req.After); err != nil {
		return nil, err
	}
	return s.agenda.list(ctx, s.days, s.deps.Clock.Now(), func(c Campaign) (bool, error) { return s.trains(ctx, c.Unit) })
}

func (s *service) getCampaign(ctx context.Context, req GetCampaignRequest) (CampaignPage, error) {
	if err := s.deps.Await(ctx, s.agenda.Projection, req.After); err != nil {
		return CampaignPage{}, err
	}
	d, found, err := s.agenda.campaigns.Get(ctx, req.Campaign)
	if err != nil {
		return CampaignPage{}, err
	}
	if !found {
		return CampaignPage{}, errNoCampaign()
	}
	if err := s.mayIn(ctx, d.Unit); err != nil {
		return CampaignPage{}, err
	}
	page := CampaignPage{Campaign: d.withNext(s.days, s.deps.Clock.Now())}
	page.Latest, err = s.agenda.lately(ctx, req.Campaign)
	return page, err
}
