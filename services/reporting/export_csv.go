package reporting

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"khuevan/platform/clock"
)

// csvTable writes lines as RFC 4180 has them, with commas as all our CSV files, and for spreadsheets to read: with a byte order
// mark, days and decimal marks as the language writes them, and no text that would be taken for a formula.
type csvTable struct {
	out     []byte
	begun   bool // the line has a cell
	layout  string
	decimal string
	days    map[int64]string // by their number, as written before: few days are many people's
}

func newCSV(en bool) *csvTable {
	t := &csvTable{layout: "02/01/2006", decimal: ",", days: map[int64]string{}}
	if en {
		t.layout, t.decimal = time.DateOnly, "."
	}
	return t
}

// begin marks the text as UTF-8: spreadsheets read the letters right with it.
func (t *csvTable) begin() { t.out = append(t.out, "\ufeff"...) }

func (t *csvTable) bytes() []byte { return t.out }

func (t *csvTable) text(text string) {
	if commands(text) {
		text = "'" + text
	}
	t.word(text)
}

// commands reports whether a spreadsheet might take a text for a formula.
func commands(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	return strings.ContainsRune("=+-@\t\r＝＋－＠", first) && text != ""
}

func (t *csvTable) word(word string) {
	if t.begun {
		t.out = append(t.out, ',')
	}
	t.begun = true
	if !strings.ContainsAny(word, ",\"\r\n") {
		t.out = append(t.out, word...)
		return
	}
	t.out = append(t.out, '"')
	t.out = append(t.out, strings.ReplaceAll(word, `"`, `""`)...)
	t.out = append(t.out, '"')
}

func (t *csvTable) number(n int) { t.word(strconv.Itoa(n)) }

func (t *csvTable) mark(mark float64) {
	t.word(strings.Replace(strconv.FormatFloat(mark, 'f', -1, 64), ".", t.decimal, 1))
}

func (t *csvTable) day(seconds int64) {
	if seconds == 0 {
		t.word("")
		return
	}
	local := clock.Local(moment(seconds))
	_, east := local.Zone()
	number := (seconds + int64(east)) / (24 * 60 * 60)
	day, known := t.days[number]
	if !known {
		day = local.Format(t.layout)
		t.days[number] = day
	}
	t.word(day)
}

func (t *csvTable) end() error {
	t.out, t.begun = append(t.out, "\r\n"...), false
	return nil
}
