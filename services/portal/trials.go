package portal

import (
	"net/http"
	"strconv"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
	"khuevan/services/evaluation"
	"khuevan/trial"
)

// trialsPath is where an auditor has the arms of campaigns checked.
const trialsPath = "/trials"

func (p *Portal) trialRoutes(mux *http.ServeMux) {
	mux.Handle("GET "+trialsPath, p.page(p.trialsPage))
	mux.Handle("GET "+trialsPath+"/{campaign}", p.page(p.trialPage))
}

func (v *view) trialsTitle() string { return v.t("Nhóm đối chứng", "Hold-outs") }

// trialsPage lists the campaigns that hold people out.
func (p *Portal) trialsPage(v *view) (page, error) {
	all, err := evaluation.ListTrials.Call(v.ctx(), p.d.RPC, evaluation.ListTrialsRequest{After: v.after})
	if err != nil {
		return page{}, err
	}
	body := []g.Node{h.H1(g.Text(v.trialsTitle())), h.P(h.Class("lead"), v.text("Các đợt nhắc học có nhóm đối chứng do máy bốc thăm. Mở một đợt để tính lại việc bốc thăm từ số gốc đã ghi khi lên lịch; không hiện tên ai.",
		"Campaigns that hold people out by chance. Open one to have the draw recomputed from the seed that was recorded when it was scheduled; nobody is named."))}
	if len(all) == 0 {
		body = append(body, empty(v.t("Chưa có đợt nhắc học nào đặt nhóm đối chứng.", "No campaign holds people out yet.")))
		return page{Title: v.trialsTitle(), Section: v.auditSection(), Body: body}, nil
	}
	o, err := v.offer()
	if err != nil {
		return page{}, err
	}
	columns := []column{{v.t("Đợt", "Campaign"), false}, {v.t("Khóa học", "Course"), false}, {v.t("Đơn vị", "Unit"), false}, {v.t("Tỷ lệ", "Share"), true}, {v.t("Số kỳ", "Times"), true}}
	body = append(body, tableUnder(v.trialsTitle(), columns, g.Map(all, func(t evaluation.Trial) g.Node {
		return row(columns, h.A(h.Href(trialsPath+"/"+t.Campaign), g.Text(t.Title)), g.Text(o.title(v, t.Course)), g.Text(o.unit(t.Unit)), g.Text(strconv.Itoa(t.HoldOut)+"%"), itoa(t.Ticks))
	})))
	return page{Title: v.trialsTitle(), Section: v.auditSection(), Body: body}, nil
}

// auditSection is the entry of the navigation from which the reader came.
func (v *view) auditSection() string {
	if v.has(events.RoleAnalyst) {
		return "/report"
	}
	return "/system"
}

// trialPage recomputes a campaign's arms, and tells analysts what the campaign changed.
func (p *Portal) trialPage(v *view) (page, error) {
	campaign := v.r.PathValue("campaign")
	r, err := evaluation.CheckArms.Call(v.ctx(), p.d.RPC, evaluation.CheckArmsRequest{Campaign: campaign, After: v.after})
	if err != nil {
		return page{}, err
	}
	checked, err := v.armsChecked(r)
	if err != nil {
		return page{}, err
	}
	body := []g.Node{v.crumbs(r.Title, crumb{trialsPath, v.trialsTitle()}), h.H1(g.Text(r.Title)), checked}
	if v.has(events.RoleAnalyst) {
		e, err := evaluation.Effect.Call(v.ctx(), p.d.RPC, evaluation.EffectRequest{Campaign: campaign, After: v.after})
		if err != nil {
			return page{}, err
		}
		body = append(body, v.effects(v.effectBody(e)...))
	}
	return page{Title: r.Title, Section: v.auditSection(), Body: body}, nil
}

// armsChecked tells what the check found.
func (v *view) armsChecked(r evaluation.ArmsReport) (g.Node, error) {
	heading := v.t("Kiểm tra việc bốc thăm", "Check of the draw")
	if len(r.Ticks) == 0 {
		return h.Section(h.H2(g.Text(heading)), empty(v.t("Chưa có kỳ nào.", "None yet."))), nil
	}
	faults := 0
	for _, t := range r.Ticks {
		faults += len(t.Faults)
	}
	o, err := v.offer()
	if err != nil {
		return nil, err
	}
	columns := []column{{v.t("Kỳ", "Time"), false}, {v.t("Đơn vị", "Units"), true}, {v.t("Người được bốc thăm", "People drawn"), true}, {v.t("Không thuộc nhóm nào", "In neither group"), true}, {v.t("Kết quả", "Found"), false}}
	rows := g.Map(r.Ticks, func(t evaluation.ArmsCheck) g.Node {
		return row(columns, v.moment(t.Tick), itoa(t.Units), itoa(t.People), itoa(t.Neither), v.armsFound(o, t))
	})
	good := h.P(h.Class("notice-ok"), h.Role("status"), v.text("Mọi việc bốc thăm đều khớp với số gốc đã ghi khi lên lịch.", "Every draw follows from the seed recorded when it was scheduled."))
	if faults > 0 {
		good = h.P(h.Class("notice-bad"), h.Role("alert"), g.Textf(v.t("Có %d điểm không khớp với số gốc đã ghi khi lên lịch. Không nên dùng kết quả của các kỳ đó.", "%d things do not follow from the seed recorded when it was scheduled. Do not rely on what those times tell."), faults))
	}
	return h.Section(h.H2(g.Text(heading)), good, tableUnder(heading, columns, rows),
		hint(v.t("Số gốc được ghi trước khi biết ai ở đâu, không hiện cho ai, và quyết định toàn bộ việc chia nhóm. Không thuộc nhóm nào: được miễn, hoặc chưa xử lý xong.", "The seed is recorded before it is known who will be where, is shown to nobody, and settles who is in which group. In neither: excused, or not handled yet."))), nil
}

func (v *view) armsFound(o offer, t evaluation.ArmsCheck) g.Node {
	switch {
	case len(t.Faults) > 0:
		return h.Ul(g.Map(t.Faults, func(f trial.Fault) g.Node {
			return h.Li(badge("bad", v.t("Không khớp", "Does not follow")), g.Text(" "+v.faultWords(o, f)))
		}))
	case !t.Drawn:
		return badge("", v.t("Chưa bốc thăm", "Not drawn yet"))
	}
	return badge("ok", v.t("Khớp", "Follows"))
}

// faultWords says what does not follow from the seed.
func (v *view) faultWords(o offer, f trial.Fault) string {
	unit := o.unit(f.Stratum)
	n, want := strconv.Itoa(f.Found), strconv.Itoa(f.Follows)
	return map[string]string{
		evaluation.FaultSeed:  v.t("Bốc thăm bằng số gốc khác với số đã ghi khi lên lịch.", "It was drawn by another seed than was recorded."),
		evaluation.FaultShare: v.t("Tỷ lệ bốc thăm là "+n+"%, kế hoạch là "+want+"%.", "The share drawn is "+n+"%, the plan says "+want+"%."),
		evaluation.FaultDraw:  v.t(n+" người đã được chia nhóm mà không có bốc thăm nào được ghi.", n+" people were put into groups and no draw was recorded."),
		evaluation.FaultEarly: v.t(n+" người thuộc nhóm giao sau đã được giao trước khi hết hạn.", n+" people who were to be asked later were asked before the end."),
		trial.FaultSeats:      v.t(unit+": bốc thăm giữ lại "+n+" người, theo số gốc phải là "+want+".", unit+": "+n+" people are held out, by the seed it is "+want+"."),
		trial.FaultUnknown:    v.t(unit+": "+n+" người đã được chia nhóm mà đơn vị không có trong bốc thăm.", unit+": "+n+" people are in groups and the unit was not in the draw."),
		trial.FaultMore:       v.t(unit+": "+n+" người đã được chia nhóm, chỉ "+want+" người được bốc thăm.", unit+": "+n+" people are in groups and only "+want+" were drawn."),
		trial.FaultArm:        v.t(unit+": "+n+" người ở nhóm khác với kết quả bốc thăm.", unit+": "+n+" people are in another group than was drawn."),
		trial.FaultHeld:       v.t(unit+": "+n+" người được giao sau, theo bốc thăm phải là "+want+".", unit+": "+n+" people are asked later, by the draw it is "+want+"."),
	}[f.What]
}
