package certification

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A credential is written once, as a tree of nodes. Each name in it stands with the IRI that the published contexts give it, so
// that the tree yields both the JSON that people pass on and the statements (RDF) that its proof covers, and the two cannot
// disagree. No context is read: a verifier that reads them arrives at the same statements.

// word is a name as JSON has it, and its IRI.
type word struct{ short, iri string }

// node is a JSON-LD object. Without an id it is a blank node.
type node struct {
	id     string
	types  []word
	many   bool // the types are written as a list
	fields []field
}

type field struct {
	word
	values []any // literal, ref, *node
	list   bool  // written as a list
}

// literal is a value; raw is what JSON has where that is no string.
type literal struct{ text, datatype, raw string }

// ref is an IRI.
type ref string

// kept is a ref that JSON has under another spelling, as contexts shorten some.
type kept struct{ short, iri string }

// json writes the node with its names in their order, then what is added.
func (n *node) json(out *bytes.Buffer, context []string, more string) {
	out.WriteByte('{')
	first := true
	key := func(name string) {
		if !first {
			out.WriteByte(',')
		}
		first = false
		quote(out, name)
		out.WriteByte(':')
	}
	if context != nil {
		key("@context")
		list(out, true, context, func(s string) { quote(out, s) })
	}
	if n.id != "" {
		key("id")
		quote(out, n.id)
	}
	if len(n.types) > 0 {
		key("type")
		list(out, n.many, n.types, func(w word) { quote(out, w.short) })
	}
	for _, f := range n.fields {
		key(f.short)
		list(out, f.list, f.values, func(v any) {
			switch v := v.(type) {
			case literal:
				if v.raw != "" {
					out.WriteString(v.raw)
					return
				}
				quote(out, v.text)
			case ref:
				quote(out, string(v))
			case kept:
				quote(out, v.short)
			case *node:
				v.json(out, nil, "")
			}
		})
	}
	if more != "" {
		key("proof")
		out.WriteString(more)
	}
	out.WriteByte('}')
}

func list[T any](out *bytes.Buffer, as bool, all []T, write func(T)) {
	if as {
		out.WriteByte('[')
	}
	for i, x := range all {
		if i > 0 {
			out.WriteByte(',')
		}
		write(x)
	}
	if as {
		out.WriteByte(']')
	}
}

func quote(out *bytes.Buffer, s string) {
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.Encode(s)                 //nolint:errcheck,errchkjson // strings always encode, and a buffer takes all
	out.Truncate(out.Len() - 1) // the line feed
}

const rdfType = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

// statement is one line of N-Quads. Subject and object are written already, except blank nodes: they are numbers from 1 on.
type statement struct {
	subject, predicate, object string
	blankSubject, blankObject  int
}

func (s statement) line(label func(int) string) string {
	subject, object := s.subject, s.object
	if s.blankSubject > 0 {
		subject = label(s.blankSubject)
	}
	if s.blankObject > 0 {
		object = label(s.blankObject)
	}
	return subject + " <" + s.predicate + "> " + object + " .\n"
}

// statements are what the node and those below it say.
func (n *node) statements() (all []statement, blank int) {
	var tell func(n *node) statement // as a subject
	tell = func(n *node) statement {
		self := statement{subject: "<" + n.id + ">"}
		if n.id == "" {
			blank++
			self = statement{blankSubject: blank}
		}
		say := func(predicate, object string, node int) {
			s := self
			s.predicate, s.object, s.blankObject = predicate, object, node
			all = append(all, s)
		}
		for _, t := range n.types {
			say(rdfType, "<"+t.iri+">", 0)
		}
		for _, f := range n.fields {
			for _, v := range f.values {
				switch v := v.(type) {
				case literal:
					text := `"` + escaped.Replace(v.text) + `"`
					if v.datatype != "" {
						text += "^^<" + v.datatype + ">"
					}
					say(f.iri, text, 0)
				case ref:
					say(f.iri, "<"+string(v)+">", 0)
				case kept:
					say(f.iri, "<"+v.iri+">", 0)
				case *node:
					below := tell(v)
					say(f.iri, below.subject, below.blankSubject)
				}
			}
		}
		return self
	}
	tell(n)
	return all, blank
}

// canonical gives the statements as RDF Dataset Canonicalization (RDFC-1.0) orders and labels them. It is whole for nodes whose
// blank nodes differ by what is said of each; others it refuses, which no tree here is.
func (n *node) canonical() (string, error) {
	all, blanks := n.statements()
	type hashed struct {
		node int
		hash string
	}
	order := make([]hashed, 0, blanks)
	for b := 1; b <= blanks; b++ {
		var lines []string
		for _, s := range all {
			if s.blankSubject == b || s.blankObject == b {
				lines = append(lines, s.line(func(other int) string {
					if other == b {
						return "_:a"
					}
					return "_:z"
				}))
			}
		}
		slices.Sort(lines)
		sum := sha256.Sum256([]byte(strings.Join(lines, "")))
		order = append(order, hashed{b, hex.EncodeToString(sum[:])})
	}
	slices.SortFunc(order, func(a, b hashed) int { return cmp.Compare(a.hash, b.hash) })
	labels := make(map[int]string, blanks)
	for i, h := range order {
		if i > 0 && order[i-1].hash == h.hash {
			return "", fmt.Errorf("certification: two blank nodes say the same")
		}
		labels[h.node] = fmt.Sprintf("_:c14n%d", i)
	}
	lines := make([]string, len(all))
	for i, s := range all {
		lines[i] = s.line(func(b int) string { return labels[b] })
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), ""), nil
}

// escaped writes a literal as canonical N-Quads do.
var escaped = func() *strings.Replacer {
	pairs := []string{`"`, `\"`, `\`, `\\`, "\b", `\b`, "\t", `\t`, "\n", `\n`, "\f", `\f`, "\r", `\r`}
	for c := range rune(0x20) {
		if !slices.Contains(pairs, string(c)) {
			pairs = append(pairs, string(c), fmt.Sprintf(`\u%04X`, c))
		}
	}
	return strings.NewReplacer(append(pairs, "\x7f", `\u007F`)...)
}()
