package exchange

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// element is a part of an XML document; one without a name is text.
type element struct {
	name  string // without its name space
	attrs map[string]string
	kids  []*element
	text  string
	line  int
	whole bool // its end was found
}

// Refusals of whole documents.
var (
	errDoctype = errors.New("doctype")
	errDeep    = errors.New("deep")
)

// parseXML reads a document. There are no external entities, and a DOCTYPE, which could define others, is refused. Of a
// document that breaks off, what stands before comes with the note.
func parseXML(data []byte) (*element, *Note) {
	text, bad := decode(data)
	if bad != nil {
		return nil, bad
	}
	d := xml.NewDecoder(strings.NewReader(text))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if slices.Contains([]string{"utf-8", "utf8", "utf-16", "us-ascii", "ascii"}, strings.ToLower(label)) {
			return r, nil // decoded already
		}
		return nil, fmt.Errorf("encoding %s", label)
	}
	root := &element{whole: true}
	stack := []*element{root}
	for {
		t, err := d.RawToken()
		line, _ := d.InputPos()
		if err == nil {
			stack, err = grow(stack, t, line)
		}
		if errors.Is(err, io.EOF) && len(stack) == 1 {
			break
		}
		if err != nil {
			return root, xmlNote(err, line)
		}
	}
	return root, nil
}

// grow adds a token to the innermost open element.
func grow(stack []*element, t xml.Token, line int) ([]*element, error) {
	top := stack[len(stack)-1]
	switch t := t.(type) {
	case xml.Directive:
		if bytes.HasPrefix(bytes.ToUpper(bytes.TrimSpace(t)), []byte("DOCTYPE")) {
			return stack, errDoctype
		}
	case xml.StartElement:
		if len(stack) > maxElements {
			return stack, errDeep
		}
		e := &element{name: t.Name.Local, line: line, attrs: map[string]string{}}
		for _, a := range t.Attr {
			if a.Name.Space != "xmlns" {
				e.attrs[a.Name.Local] = a.Value
			}
		}
		top.kids = append(top.kids, e)
		return append(stack, e), nil
	case xml.EndElement:
		if len(stack) == 1 || top.name != t.Name.Local {
			return stack, fmt.Errorf("unexpected </%s>", t.Name.Local)
		}
		top.whole = true
		return stack[:len(stack)-1], nil
	case xml.CharData:
		if n := len(top.kids); n > 0 && top.kids[n-1].name == "" {
			top.kids[n-1].text += string(t)
		} else {
			top.kids = append(top.kids, &element{text: string(t), line: line, whole: true})
		}
	}
	return stack, nil
}

func xmlNote(err error, line int) *Note {
	switch {
	case errors.Is(err, errDoctype):
		return &Note{Line: max(1, line), Vi: "Tệp XML có khai báo DOCTYPE nên không được nhận. Hãy xóa khai báo này.", En: "The XML has a DOCTYPE, which is not taken. Remove it."}
	case errors.Is(err, errDeep):
		return &Note{Line: max(1, line), Vi: "Tệp XML lồng nhau quá sâu.", En: "The XML is nested too deep."}
	}
	reason := err.Error()
	if errors.Is(err, io.EOF) {
		reason = "unexpected end"
	}
	return &Note{Line: max(1, line), Vi: "Tệp XML bị lỗi ở dòng này (" + shorten(reason) + "). Phần sau dòng này bị bỏ; hãy xuất lại tệp.",
		En: "The XML is broken at this line (" + shorten(reason) + "). What follows was left out; export the file again."}
}

// child is the first child of a name, nil for none.
func (e *element) child(name string) *element {
	if e == nil {
		return nil
	}
	for _, k := range e.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// all lists the children of a name.
func (e *element) all(name string) []*element {
	var found []*element
	if e != nil {
		for _, k := range e.kids {
			if k.name == name {
				found = append(found, k)
			}
		}
	}
	return found
}

// find lists the elements of some names below e, in their order.
func (e *element) find(names ...string) []*element {
	var found []*element
	if e == nil {
		return nil
	}
	for _, k := range e.kids {
		if slices.Contains(names, k.name) {
			found = append(found, k)
		}
		found = append(found, k.find(names...)...)
	}
	return found
}

// words is all text below e.
func (e *element) words() string {
	if e == nil {
		return ""
	}
	if e.name == "" && len(e.kids) == 0 {
		return e.text
	}
	var out strings.Builder
	for _, k := range e.kids {
		out.WriteString(k.words())
	}
	return out.String()
}

func (e *element) attr(name string) string {
	if e == nil {
		return ""
	}
	return e.attrs[name]
}

// value is the trimmed text of a child.
func (e *element) value(name string) string { return strings.TrimSpace(e.child(name).words()) }

func (e *element) at(or int) int {
	if e == nil {
		return or
	}
	return e.line
}

// pen writes XML.
type pen struct {
	out    strings.Builder
	rename func(string) string // of elements and attributes
}

// escapeXML makes text of any text.
func escapeXML(s string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}

// open begins an element; attributes come in pairs, and one with an empty value is left out.
func (p *pen) open(name string, attrs ...string) {
	p.tag(name, attrs)
	p.out.WriteString(">")
}

func (p *pen) empty(name string, attrs ...string) {
	p.tag(name, attrs)
	p.out.WriteString("/>")
}

func (p *pen) tag(name string, attrs []string) {
	p.out.WriteString("<" + p.name(name))
	for i := 0; i+1 < len(attrs); i += 2 {
		if attrs[i+1] != "" {
			p.out.WriteString(" " + p.attr(attrs[i]) + `="` + escapeXML(attrs[i+1]) + `"`)
		}
	}
}

func (p *pen) name(s string) string {
	if p.rename == nil {
		return s
	}
	return p.rename(s)
}

// attr renames an attribute as an element, without the prefix that only elements have.
func (p *pen) attr(s string) string { return strings.TrimPrefix(p.name(s), "qti-") }

func (p *pen) close(name string) { p.out.WriteString("</" + p.name(name) + ">") }

func (p *pen) raw(s string) { p.out.WriteString(s) }

// leaf writes an element with text.
func (p *pen) leaf(name, text string, attrs ...string) {
	p.open(name, attrs...)
	p.raw(escapeXML(text))
	p.close(name)
}
