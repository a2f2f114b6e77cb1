package directory

import (
	"archive/zip"
	"bytes"
	"os"
	"testing"
)

// A workbook as LibreOffice Calc writes it, with a merged title above the headings; its parts lie in testdata as text.
func TestAWorkbookOfLibreOffice(t *testing.T) {
	var file bytes.Buffer
	z := zip.NewWriter(&file)
	must(t, z.AddFS(os.DirFS("testdata/libreoffice")))
	must(t, z.Close())
	h := home(t)
	h.takes(ImportFiles{Units: province})
	preview, done := h.takes(ImportFiles{PeopleFile: &ImportFile{Data: file.Bytes()}})
	if len(preview.Files) != 1 || preview.Files[0].Line != 2 || preview.Files[0].Sheet != "Cán bộ" || preview.People != (Changes{New: 2, Bad: 1}) {
		t.Errorf("read as %+v, %+v, problems %+v", preview.Files, preview.People, preview.Problems)
	}
	if len(preview.Problems) != 1 || preview.Problems[0].Line != 5 || preview.Problems[0].Column != "email" || preview.Problems[0].Value != "khong-phai-thu" {
		t.Errorf("problems %+v", preview.Problems)
	}
	if _, people := h.directory(); done.People.New != 2 || people[0] != "0012|Lê Thị Mây|le.may@mayngan.example|1975|MN-SO|clerk|learner@" {
		t.Errorf("took over %q", people)
	}
}
