package catalog

import (
	"fmt"

	"khuevan/platform/fault"
)

// maxShown bounds the problems that one refusal lists.
const maxShown = 20

// problems gathers what is wrong with a package, so that its author sees everything at once.
type problems struct{ found []fault.Field }

// add notes a problem at a line of a file, counted from 1; line 0 means the file as a whole. The arguments go into both
// sentences.
func (p *problems) add(file string, line int, vi, en string, args ...any) {
	at := file
	if line > 0 {
		at = fmt.Sprintf("%s:%d", file, line)
	}
	p.found = append(p.found, fault.Field{Name: at, Vi: fmt.Sprintf(vi, args...), En: fmt.Sprintf(en, args...)})
}

// refusal is nil when nothing was found; its fields are named "file:line".
func (p *problems) refusal() error {
	if len(p.found) == 0 {
		return nil
	}
	first := p.found[0]
	f := fault.Newf(fault.Invalid,
		"Gói khóa học có %[1]d chỗ cần sửa. %[2]s: %[3]s", "The course package has %[1]d thing(s) to mend. %[2]s: %[4]s",
		len(p.found), first.Name, first.Vi, first.En)
	f.Fields = p.found[:min(len(p.found), maxShown)]
	return f
}
