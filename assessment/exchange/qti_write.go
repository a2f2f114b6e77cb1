package exchange

import (
	"archive/zip"
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"khuevan/assessment/item"
	"khuevan/events"
)

// writeQTI writes a package: a manifest, a file for each item, the pictures. The same questions give the same bytes.
func writeQTI(out *outgoing, name string) []byte {
	k := newMarkup()
	able := abilities{kinds: item.Kinds(), tags: true, shares: true, explanations: true, feedback: true, exact: true, pictures: true, language: true,
		unshuffled: []string{item.Single, item.Multiple, item.Matching, item.Cloze},
		rules: func(kind, scoring string) bool {
			return scoring == item.AllOrNothing && (kind == item.Multiple || kind == item.Matching || kind == item.Ordering)
		}}
	var kept []Question
	files := map[string]string{}
	for _, q := range out.questions {
		said, ok := out.reduce(q, able)
		if !ok {
			continue
		}
		if said, ok = out.limitQTI(k, said); !ok {
			continue
		}
		text := itemXML(k, out, said)
		if back, ok := out.readsQTI(k, said, text); ok {
			if back.Content.Language == "" {
				back.Content.Language = said.Content.Language
			}
			kept = append(kept, said)
			files["items/"+said.ID+".xml"] = text
		}
	}
	var data bytes.Buffer
	z := zip.NewWriter(&data)
	put := func(name string, content []byte) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate}) // no time: the same bytes each time
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil { // a buffer takes everything
			out.left("", "Không ghi được tệp “%s”.", "The file “%s” could not be written.", name)
		}
	}
	put("imsmanifest.xml", []byte(manifestXML(out, kept, name)))
	for _, q := range kept {
		put("items/"+q.ID+".xml", []byte(files["items/"+q.ID+".xml"]))
	}
	for _, digest := range out.show {
		put(out.media(digest), out.pictures[digest].Data)
	}
	if err := z.Close(); err != nil {
		out.left("", "Không ghi được gói QTI.", "The QTI package could not be written.")
	}
	return data.Bytes()
}

func (o *outgoing) media(digest string) string {
	return "media/" + digest[:16] + o.pictures[digest].ending()
}

// limitQTI leaves out what only a QTI item cannot say; false when it cannot say the question.
func (o *outgoing) limitQTI(k markup, q Question) (Question, bool) {
	c := copyOf(q.Content)
	typed, marked := false, false
	for i := range c.Gaps {
		g := &c.Gaps[i]
		for j, a := range g.Answers {
			typed = typed || a.Explanation != ""
			g.Answers[j].Explanation = ""
			if g.Kind == item.GapText && strings.Contains(strings.ReplaceAll(a.Text, `\*`, ""), "*") {
				o.left(q.ID, "QTI không ghi được dấu “*” thay cho chữ bất kỳ nên câu này bị bỏ.", "QTI cannot hold a “*” that stands for any text; the question was left out.")
				return q, false
			}
		}
		for j, ch := range g.Choices {
			typed = typed || ch.Explanation != ""
			text, lost := k.toPlain(ch.Text)
			g.Choices[j].Text, g.Choices[j].Explanation = line(k.fromPlain(text)), ""
			marked = marked || lost
		}
	}
	if typed {
		o.drop(q.ID, "QTI không ghi được lời giải thích của chỗ trống.", "QTI cannot hold the explanations of gaps.")
	}
	if marked {
		o.drop(q.ID, "Định dạng chữ trong chỗ trống bị bỏ.", "The markup of choices in a gap was left out.")
	}
	q.Content = c
	return q, true
}

// readsQTI reports whether a written item reads as it was meant, and tells when it does not or only its texts are written otherwise.
func (o *outgoing) readsQTI(k markup, q Question, text string) (Question, bool) {
	in := &intake{ids: map[string]int{}, same: map[string]int{}, pictures: map[string]bool{}}
	readItem(in, k, []byte(text), "", q.Content.Tags, func(src string) ([]byte, bool) {
		for digest, p := range o.pictures {
			if src == "../"+o.media(digest) {
				return p.Data, true
			}
		}
		return nil, false
	})
	plain := func(c events.ItemContent) events.ItemContent {
		return mapTexts(c, func(s string) string { return strings.Join(strings.Fields(textOfHTML(k.html(s))), " ") })
	}
	if len(in.file.Questions) == 1 && in.file.Questions[0].ID == q.ID {
		back := in.file.Questions[0]
		if item.Same(back.Content, q.Content) {
			return back, true
		}
		if item.Same(plain(back.Content), plain(q.Content)) {
			o.drop(q.ID, "Nội dung được viết lại cách khác trong %s, hiển thị gần như cũ.", "The texts are written otherwise in %s and look nearly the same.", o.format.Label())
			return back, true
		}
	}
	o.left(q.ID, "Câu hỏi có nội dung mà định dạng %s không ghi đúng được nên bị bỏ.", "The question has a text that %s cannot hold and was left out.", o.format.Label())
	return q, false
}

// identifier is an id as XML allows it.
func identifier(id string) string {
	if id[0] >= '0' && id[0] <= '9' {
		return "_" + id
	}
	return id
}

var capital = regexp.MustCompile(`[A-Z]`)

// spelling gives names as the version spells them.
func (o *outgoing) spelling() func(string) string {
	if o.format == QTI21 {
		return nil
	}
	return func(s string) string {
		return "qti-" + capital.ReplaceAllStringFunc(s, func(c string) string { return "-" + strings.ToLower(c) })
	}
}

func manifestXML(o *outgoing, kept []Question, name string) string {
	p := &pen{}
	kind, schema, space := "imsqti_item_xmlv2p1", "QTIv2.1 Package", "http://www.imsglobal.org/xsd/imscp_v1p1"
	if o.format == QTI30 {
		kind, schema, space = "imsqti_item_xmlv3p0", "QTI Package", "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
	}
	p.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
	p.open("manifest", "xmlns", space, "xmlns:lom", "http://ltsc.ieee.org/xsd/LOM", "identifier", "khuevan")
	p.open("metadata")
	p.leaf("schema", schema)
	p.leaf("schemaversion", map[Format]string{QTI21: "1.0.0", QTI30: "3.0.0"}[o.format])
	if name != "" {
		p.raw("<lom:lom><lom:general><lom:title>")
		p.leaf("lom:string", line(name))
		p.raw("</lom:title></lom:general></lom:lom>")
	}
	p.close("metadata")
	p.raw("<organizations/>\n<resources>\n")
	for _, q := range kept {
		href := "items/" + q.ID + ".xml"
		p.open("resource", "identifier", "item-"+q.ID, "type", kind, "href", href)
		if len(q.Content.Tags) > 0 {
			p.raw("<metadata><lom:lom><lom:general>")
			for _, t := range q.Content.Tags {
				p.raw("<lom:keyword>")
				p.leaf("lom:string", t)
				p.raw("</lom:keyword>")
			}
			p.raw("</lom:general></lom:lom></metadata>")
		}
		p.empty("file", "href", href)
		for _, digest := range item.Pictures(q.Content) {
			p.empty("file", "href", o.media(digest))
		}
		p.close("resource")
		p.raw("\n")
	}
	p.raw("</resources>\n</manifest>\n")
	return p.out.String()
}

// itemXML writes one item.
func itemXML(k markup, o *outgoing, q Question) string {
	p := &qtiPen{pen: pen{rename: o.spelling()}, k: k, out: o, c: q.Content}
	space := "http://www.imsglobal.org/xsd/imsqti_v2p1"
	if o.format == QTI30 {
		space = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
	}
	language := q.Content.Language
	if language == "" {
		language = "vi"
	}
	p.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<" + p.name("assessmentItem") + ` xmlns="` + space + `" xml:lang="` + escapeXML(language) + `"`)
	for _, a := range []string{"identifier", "title"} {
		p.raw(" " + a + `="` + escapeXML(identifier(q.ID)) + `"`)
	}
	p.raw(" adaptive=\"false\" " + p.attr("timeDependent") + "=\"false\">\n")
	p.declare()
	p.open("itemBody")
	p.raw("\n")
	p.body()
	p.close("itemBody")
	p.raw("\n")
	p.processing()
	if q.Content.Feedback != "" {
		p.open("modalFeedback", "outcomeIdentifier", "GENERAL", "identifier", "general", "showHide", "show")
		if o.format == QTI30 {
			p.open("contentBody")
		}
		p.raw(p.html(q.Content.Feedback))
		if o.format == QTI30 {
			p.close("contentBody")
		}
		p.close("modalFeedback")
		p.raw("\n")
	}
	p.close("assessmentItem")
	return p.pen.out.String() + "\n"
}

// html renders a text with its pictures.
func (p *qtiPen) html(s string) string { return p.shown(p.k.html(s)) }

func (p *qtiPen) inline(s string) string { return p.shown(p.k.inline(s)) }

var shownPicture = regexp.MustCompile(`src="picture:([0-9a-f]{64})"`)

func (p *qtiPen) shown(s string) string {
	return shownPicture.ReplaceAllStringFunc(s, func(m string) string {
		return `src="../` + p.out.media(shownPicture.FindStringSubmatch(m)[1]) + `"`
	})
}

// weightsOf gives each gap's share of the item's mark.
func weightsOf(c events.ItemContent) []float64 {
	sum := 0.0
	all := make([]float64, len(c.Gaps))
	for i, g := range c.Gaps {
		all[i] = g.Weight
		if g.Weight == 0 {
			all[i] = 1
		}
		sum += all[i]
	}
	for i := range all {
		all[i] = shift(all[i]/sum, 7)
	}
	return all
}

// responseOf names the response of a gap.
func responseOf(c events.ItemContent, i int) string {
	if c.Kind != item.Cloze {
		return "RESPONSE"
	}
	return "RESPONSE" + strconv.Itoa(i+1)
}
