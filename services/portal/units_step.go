package portal

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/services/directory"
)

// readStep reads a step of a reorganisation from the forms of a unit.
func (v *view) readStep() (directory.Step, error) {
	value := func(name string) string { return strings.TrimSpace(v.r.PostFormValue(name)) }
	s := directory.Step{How: value("how"), Units: []string{value("unit")}, On: value("on"), Name: value("name"), Kind: value("kind"), Code: strings.ToUpper(value("code"))}
	named := func(name string, to *[]string) error {
		for _, text := range v.r.PostForm[name] {
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			found, err := v.unitNamed(text, s.On, name)
			if err != nil {
				return err
			}
			*to = append(*to, found.ID)
		}
		return nil
	}
	var parent []string
	if err := errors.Join(named("others", &s.Units), named("into", &s.Into), named("parent", &parent)); err != nil {
		return s, err
	}
	if len(parent) > 0 {
		s.Parent = parent[0]
	}
	u, err := directory.GetUnit.Call(v.ctx(), v.p.d.RPC, directory.UnitRequest{Moment: directory.Moment{On: s.On}, Unit: s.Units[0]})
	if err != nil {
		return s, err
	}
	above := ""
	if len(u.Path) > 1 {
		above = u.Path[len(u.Path)-2].ID
	}
	for i, line := range strings.Split(value("new"), "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		parts := strings.Split(line, ";")
		if len(parts) != 3 {
			return s, fault.Newf(fault.Invalid, "Dòng %d của các đơn vị mới cần đúng ba phần: mã; tên; loại.", "Line %d of the new units needs three parts: code; name; kind.", i+1)
		}
		s.New = append(s.New, directory.NewUnit{Code: parts[0], Name: parts[1], Kind: parts[2], Parent: above})
	}
	return s, nil
}

// stepPreviewPage shows what a step would do; the confirmation carries exactly that step.
func (p *Portal) stepPreviewPage(v *view) (page, error) {
	again := func(err error) (page, error) {
		why := fault.Of(err)
		if why.Kind != fault.Invalid && why.Kind != fault.Conflict {
			return page{}, err
		}
		return p.unitHistoryPage(v, v.r.PostFormValue("unit"), why)
	}
	step, err := v.readStep()
	if err != nil {
		return again(err)
	}
	preview, err := directory.PreviewReorganise.Call(v.ctx(), p.d.RPC, step)
	if err != nil {
		return again(err)
	}
	carried, err := json.Marshal(step)
	if err != nil {
		return page{}, err
	}
	unit := v.r.PostFormValue("unit")
	back := query("/units/view", "unit", unit, "on", step.On)
	columns := []column{{v.t("Trước", "Before"), false}, {v.t("Sau", "After"), false}, {v.t("Mã", "Code"), false}, {v.t("Trực thuộc", "Below"), false}}
	return page{Title: v.t("Xem trước sắp xếp", "Preview"), Section: "/units", Body: []g.Node{
		v.crumbs(v.t("Xem trước", "Preview"), crumb{back, v.t("Đơn vị", "Unit")}),
		h.H1(g.Text(v.t("Xem trước, hiệu lực từ ", "Preview, from ") + v.date(step.On))),
		table(v.t("Các đơn vị thay đổi", "Units that change"), columns, g.Map(preview.Units, func(c directory.UnitChange) g.Node {
			is := c.Is
			if c.Ended != "" {
				is = strings.TrimSuffix(v.ended(c.Ended)+" → "+strings.Join(c.Into, ", "), " → ")
			}
			return row(columns, g.Text(dash(c.Was)), g.Text(is), g.Text(c.Code), g.Text(dash(c.Parent)))
		})),
		h.P(g.Text(v.t(strconv.Itoa(preview.Carried)+" cán bộ được chuyển theo; "+strconv.Itoa(preview.ToPlace)+" cán bộ phải bố trí.",
			counted(preview.Carried, "person")+" carried along; "+strconv.Itoa(preview.ToPlace)+" to be placed."))),
		h.Form(h.Class("card"), h.Method("post"), h.Action("/units/reorganise"), v.newOnce(),
			h.Input(h.Type("hidden"), h.Name("unit"), h.Value(unit)), h.Input(h.Type("hidden"), h.Name("step"), h.Value(string(carried))),
			h.P(h.Class("actions"), h.Button(h.Class("btn-primary"), h.Type("submit"), v.text("Xác nhận", "Confirm")), h.A(h.Class("btn"), h.Href(back), v.text("Quay lại", "Back")))),
	}}, nil
}

func (p *Portal) reorganise(v *view) (string, uint64, error) {
	var step directory.Step
	if err := json.Unmarshal([]byte(v.r.PostFormValue("step")), &step); err != nil {
		return "", 0, fault.New(fault.Invalid, "Nội dung xác nhận bị hỏng. Vui lòng xem trước lại.", "The confirmation is damaged. Please preview again.").Because(err)
	}
	done, err := directory.Reorganise.Call(v.ctx(), p.d.RPC, step)
	return query("/units/view", "unit", v.r.PostFormValue("unit"), "on", step.On, "ok", "reorganised"), done.Seq, err
}

func (p *Portal) withdrawStep(v *view) (string, uint64, error) {
	fact, _ := strconv.ParseUint(v.r.PostFormValue("fact"), 10, 64) // 0 names none
	done, err := directory.Withdraw.Call(v.ctx(), p.d.RPC, directory.WithdrawRequest{Step: v.r.PostFormValue("step"), Fact: fact})
	return "/units?ok=undone", done.Seq, err
}
