package sheet

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"khuevan/platform/fault"
)

func TestFilesThatAreRefused(t *testing.T) {
	long := strings.Repeat("a,b\n", mostRows+100)
	var book bytes.Buffer
	if err := excelize.NewFile().Write(&book); err != nil {
		t.Fatal(err)
	}
	good := book.Bytes()
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"too large": {make([]byte, mostFile+1), "6 MiB"}, "old": {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), ".xls"},
		"cut off": {good[:len(good)/2], "tệp hỏng"}, "no workbook": {[]byte("PK\x03\x04 and more"), "tệp hỏng"},
		"too long": {[]byte(long), "100.000"}, "some bytes": {[]byte("m\xe3,t\xean\n\xff\xfe"), "CSV UTF-8"},
	} {
		if _, err := Open(c.data, ""); !fault.Is(err, fault.Invalid) || !strings.Contains(fault.Of(err).Vi, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
