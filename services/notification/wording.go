package notification

import (
	_ "embed"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"khuevan/events"
	"khuevan/platform/fault"
)

// template is what messages of one kind say: what they are about, which values they may use, and the texts as shipped.
type template struct {
	Name   string             `yaml:"-"`
	About  events.Words       `yaml:"about"`
	Fields []string           `yaml:"fields"`
	Vi     events.MessageText `yaml:"vi"`
	En     events.MessageText `yaml:"en"`
}

//go:embed texts.yaml
var shippedTexts []byte

// shipped are the templates by name. The file is part of the program, and a test reads it.
var shipped = sync.OnceValue(func() map[string]template {
	all := map[string]template{}
	_ = yaml.Unmarshal(shippedTexts, &all)
	for name, t := range all {
		t.Name = name
		t.Fields = append([]string{fieldName, fieldLink}, t.Fields...)
		all[name] = t
	}
	return all
})

// texts are the template's words in both languages.
func (t template) texts() events.MessageTexts { return events.MessageTexts{Vi: t.Vi, En: t.En} }

// templateNames are all templates, in the order of the alphabet.
func templateNames() []string { return slices.Sorted(maps.Keys(shipped())) }

// Values that any text may use.
const (
	fieldName = "name"
	fieldLink = "link"
)

var (
	placeholder = regexp.MustCompile(`\{([^{}\n]*)\}`)
	optional    = regexp.MustCompile(`\[([^\[\]]*)\]`)
)

// filled puts values in the places of a text, and leaves out what is optional and has none.
func filled(text string, fields map[string]string) string {
	put := func(s string) string {
		return placeholder.ReplaceAllStringFunc(s, func(p string) string { return fields[p[1:len(p)-1]] })
	}
	var out strings.Builder
	for text != "" {
		at := optional.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		out.WriteString(put(text[:at[0]]))
		if part := text[at[2]:at[3]]; !slices.ContainsFunc(used(part), func(f string) bool { return fields[f] == "" }) {
			out.WriteString(put(part))
		}
		text = text[at[1]:]
	}
	return out.String() + put(text)
}

// used are the placeholders of a text.
func used(text string) (all []string) {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		all = append(all, m[1])
	}
	return all
}

// Longest texts.
const (
	mostSubject = 200  // characters
	mostBody    = 5000 // likewise
)

// check refuses texts that could not be written out; each remedy names its field and what is wrong there.
func (t template) check(texts events.MessageTexts) error {
	why := fault.New(fault.Invalid, "Chưa lưu được mẫu thông báo.", "The template is not saved.")
	for _, x := range []struct {
		field, text string
		most        int
	}{{"subject_vi", texts.Vi.Subject, mostSubject}, {"body_vi", texts.Vi.Body, mostBody}, {"subject_en", texts.En.Subject, mostSubject}, {"body_en", texts.En.Body, mostBody}} {
		if vi, en := t.wrong(x.text, x.most); vi != "" {
			why = why.With(x.field, vi, en)
		}
		if strings.HasPrefix(x.field, "subject") && strings.ContainsAny(x.text, "\r\n") {
			why = why.With(x.field, "Tiêu đề chỉ có một dòng.", "A subject is one line.")
		}
	}
	if len(why.Fields) > 0 {
		return why
	}
	return nil
}

// wrong tells what is wrong with a text; "" for nothing.
func (t template) wrong(text string, most int) (vi, en string) {
	names := "{" + strings.Join(t.Fields, "}, {") + "}"
	if strings.TrimSpace(text) == "" {
		return "Hãy ghi nội dung.", "Write something."
	}
	if len([]rune(text)) > most {
		return fmt.Sprintf("Dài quá %d ký tự.", most), fmt.Sprintf("It has more than %d characters.", most)
	}
	for _, f := range used(text) {
		if !slices.Contains(t.Fields, f) {
			return fmt.Sprintf("Không có chỗ điền {%s}. Mẫu này dùng được: %s.", f, names), fmt.Sprintf("There is no placeholder {%s}. This template has: %s.", f, names)
		}
	}
	if strings.ContainsAny(placeholder.ReplaceAllString(text, ""), "{}") {
		return "Dấu { và } chỉ dùng cho chỗ điền, ví dụ {name}, và phải đủ cặp.", "{ and } are for placeholders only, such as {name}, and come in pairs."
	}
	for _, part := range optional.FindAllStringSubmatch(text, -1) {
		if len(used(part[1])) == 0 {
			return "Phần trong […] phải có một chỗ điền: phần đó được bỏ khi chỗ điền không có giá trị.", "What stands in […] needs a placeholder: it is left out when that has no value."
		}
	}
	if strings.ContainsAny(optional.ReplaceAllString(text, ""), "[]") {
		return "Dấu [ và ] phải đủ cặp và không lồng nhau.", "[ and ] come in pairs, one not inside another."
	}
	return "", ""
}
