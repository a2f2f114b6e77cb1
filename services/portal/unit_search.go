package portal

import (
	"strconv"
	"strings"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/platform/fault"
	"khuevan/platform/vietnamese"
	"khuevan/services/directory"
)

// unitSearch asks for a unit. While somebody types it offers the units that fit; what is sent is a code or a whole name.
func (v *view) unitSearch(id, name, label, value string, more ...g.Node) g.Node {
	return field(id, label, h.Input(h.ID(id), h.Name(name), h.Type("search"), h.Value(value), h.AutoComplete("off"), h.Placeholder(v.t("Tên hoặc mã đơn vị", "Name or code of the unit")),
		g.Attr("list", id+"-units"), g.Attr("hx-get", "/units/suggest"), g.Attr("hx-params", name), g.Attr("hx-trigger", "input changed delay:200ms"), g.Attr("hx-target", "#"+id+"-units"), g.Attr("hx-sync", "this:replace"), g.Group(more)),
		h.DataList(h.ID(id+"-units")))
}

// suggestUnits answers with the units that fit what is being typed, in whichever field.
func (p *Portal) suggestUnits(v *view) (page, error) {
	var options []g.Node
	for _, values := range v.r.URL.Query() {
		found, err := directory.FindUnits.Call(v.ctx(), p.d.RPC, directory.FindUnitsRequest{Text: strings.Join(values, " ")})
		if err != nil {
			return page{}, err
		}
		for _, f := range found {
			if !f.Former {
				options = append(options, h.Option(h.Value(f.Code), g.Text(strings.Join(append([]string{f.Name}, f.Path...), " · "))))
			}
		}
	}
	return page{Bare: true, Body: options}, nil
}

// unitNamed finds a unit of a day by its code or by its whole name; the field says where to mend it.
func (v *view) unitNamed(text, on, name string) (directory.FoundUnit, error) {
	found, err := directory.FindUnits.Call(v.ctx(), v.p.d.RPC, directory.FindUnitsRequest{Moment: directory.Moment{On: on}, Text: text})
	if err != nil {
		return directory.FoundUnit{}, err
	}
	var same []directory.FoundUnit
	for _, f := range found {
		switch {
		case f.Former:
		case strings.EqualFold(f.Code, text):
			return f, nil
		case vietnamese.Fold(f.Name) == vietnamese.Fold(text):
			same = append(same, f)
		}
	}
	refused := func(vi, en string) error { return fault.New(fault.Invalid, vi, en).With(name, vi, en) }
	switch len(same) {
	case 0:
		return directory.FoundUnit{}, refused("Vào ngày "+v.date(on)+" không có đơn vị nào mang tên hoặc mã “"+text+"”. Hãy gõ vài chữ rồi chọn trong danh sách gợi ý.",
			"On "+v.date(on)+" there is no unit of the name or code “"+text+"”. Type a few letters and choose from the list.")
	case 1:
		return same[0], nil
	}
	codes := make([]string, len(same))
	for i, f := range same {
		codes[i] = strings.Join(append([]string{f.Code}, f.Path...), " · ")
	}
	return directory.FoundUnit{}, refused("Có "+strconv.Itoa(len(same))+" đơn vị cùng tên “"+text+"”. Hãy ghi mã: "+strings.Join(codes, "; ")+".",
		"Several units are called “"+text+"”. Write the code: "+strings.Join(codes, "; ")+".")
}
