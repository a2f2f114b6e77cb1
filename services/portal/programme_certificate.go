package portal

import (
	"cmp"
	"fmt"
	"slices"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"khuevan/events"
)

// certificate asks whether completing the programme is certified, and as what.
func (b builder) certificate() g.Node {
	attrs, remedy := b.wrong(b.why, "certificate")
	title := b.content.CertificateTitle
	rule := func(name string) entry { return entry{name, b.certificateRule(name)} }
	return g.Group{
		field("certificate", b.t("Giấy chứng nhận hoàn thành chương trình", "Certificate of the programme"), h.Select(h.ID("certificate"), h.Name("certificate"), attrs,
			choose(cmp.Or(b.content.Certificate, events.CertificateNone), rule(events.CertificateNone), rule(events.CertificateAuto), rule(events.CertificateOrdered))), remedy,
			hint(b.t("Giấy có giá trị theo số tháng hiệu lực ở trên.", "It is valid for the months above."))),
		b.input("certificate_title.vi", b.t("Tên ghi trên giấy chứng nhận", "Vietnamese title on the certificate"), title.Vi, b.t("Để trống thì ghi tên chương trình.", "Empty for the programme's title."), h.Lang("vi")),
		b.english(title.En, []string{"certificate_title.en"}, b.input("certificate_title.en", b.t("Tên tiếng Anh trên giấy", "English title on the certificate"), title.En, "", h.Lang("en"))),
	}
}

// certified says whether and as what a programme is certified.
func (w programmeWords) certified(p events.ProgrammePublished) string {
	rule := w.certificateRule(cmp.Or(p.Certificate, events.CertificateNone))
	if p.Certificate == "" || p.CertificateTitle.Vi == "" {
		return rule
	}
	return fmt.Sprintf("%s: “%s”", rule, w.words(p.CertificateTitle))
}

// certificateChanges says what differs between two versions in how they are certified.
func (w programmeWords) certificateChanges(was, is events.ProgrammePublished) (all []string) {
	old, now := w.certificateRule(cmp.Or(was.Certificate, events.CertificateNone)), w.certificateRule(cmp.Or(is.Certificate, events.CertificateNone))
	if old != now {
		all = append(all, fmt.Sprintf(w.t("Giấy chứng nhận: từ “%s” thành “%s”.", "Certificate: from “%s” to “%s”."), old, now))
	}
	return slices.Concat(all, w.renamed(w.t("Tên ghi trên giấy chứng nhận", "The title on the certificate"), was.CertificateTitle, is.CertificateTitle))
}
