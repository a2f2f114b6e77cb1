package directory

import (
	"slices"
	"strings"

	"khuevan/events"
	"khuevan/platform/vietnamese"
)

// Term is a word of the directory: what facts call it, and what people do.
type Term struct {
	ID, Vi, En string
	also       []string // other words for it in files
}

var (
	postTerms = []Term{
		{"leader", "Cấp trưởng", "Head", []string{"trưởng", "thủ trưởng", "cấp trưởng đơn vị"}},
		{"deputy", "Cấp phó", "Deputy", []string{"phó", "phó thủ trưởng"}},
		{"officer", "Chuyên viên", "Officer", nil},
		{"it-officer", "Phụ trách công nghệ thông tin", "IT officer", []string{"phụ trách CNTT", "cán bộ công nghệ thông tin", "cán bộ CNTT"}},
		{"clerk", "Văn thư", "Clerk", nil},
		{"portal-editor", "Biên tập cổng thông tin", "Portal editor", []string{"biên tập viên cổng thông tin"}},
	}
	roleTerms = []Term{
		{events.RoleLearner, "Cán bộ học viên", "Learner", []string{"học viên"}},
		{events.RoleHead, "Thủ trưởng đơn vị", "Unit head", []string{"thủ trưởng"}},
		{events.RoleTrainer, "Người phụ trách đào tạo", "Trainer", []string{"phụ trách đào tạo"}},
		{events.RoleAnalyst, "Chuyên viên tổng hợp báo cáo", "Analyst", []string{"tổng hợp báo cáo"}},
		{events.RoleAdmin, "Quản trị hệ thống", "Administrator", []string{"quản trị"}},
	}
	kindTerms = []Term{
		{"province", "Tỉnh", "Province", []string{"thành phố"}},
		{"office", "Văn phòng", "Office", nil},
		{"department", "Sở, ban, ngành", "Department", []string{"sở", "ban", "thanh tra", "ngành"}},
		{"district", "Huyện", "District", []string{"quận", "thị xã"}},
		{"division", "Phòng và tương đương", "Division", []string{"phòng", "trung tâm", "chi cục"}},
		{"commune", "Xã, phường", "Commune, ward", []string{"xã", "phường", "đặc khu", "ward"}},
	}
)

// Posts, Roles and Kinds are the words for posts, roles and kinds of units. A unit may be of another kind, too.
func Posts() []Term { return slices.Clone(postTerms) }

func postIDs() []string {
	var all []string
	for _, t := range postTerms {
		all = append(all, t.ID)
	}
	return all
}

// Roles are those of everybody's grants.
func Roles() []Term { return slices.Clone(roleTerms) }

// Kinds are those that the pages offer.
func Kinds() []Term { return slices.Clone(kindTerms) }

// What terms are called in files, folded, and the ids that are meant.
var postWords, roleWords, kindWords = wordsOf(postTerms), wordsOf(roleTerms), wordsOf(kindTerms)

func wordsOf(all []Term) map[string]string {
	ids := map[string]string{}
	for _, t := range all {
		for _, w := range append([]string{t.ID, t.Vi, t.En}, t.also...) {
			ids[vietnamese.Fold(w)] = t.ID
		}
	}
	return ids
}

// term finds what a cell of a file names; most cells have an id, which needs no folding.
func term(words map[string]string, text string) (id string, ok bool) {
	if id, ok = words[text]; !ok {
		id, ok = words[vietnamese.Fold(text)]
	}
	return id, ok
}

// allowed lists terms for an error in one language, with the nearest first when one is truly near.
func allowed(all []Term, text string) (vi, en string) {
	var names, english []string
	for _, t := range all {
		names, english = append(names, t.Vi), append(english, t.En)
	}
	near := func(words []string) string {
		best := nearest(vietnamese.Fold(text), folded(words))
		if d := distance([]rune(vietnamese.Fold(text)), []rune(vietnamese.Fold(words[best]))); d > 2 || 3*d > len([]rune(text)) {
			return ""
		}
		return words[best]
	}
	vi, en = " Các giá trị: "+strings.Join(names, "; ")+".", " The values: "+strings.Join(english, "; ")+"."
	if w := near(names); w != "" {
		vi = " Có phải là “" + w + "”?" + vi
	}
	if w := near(english); w != "" {
		en = " Is it “" + w + "”?" + en
	}
	return vi, en
}

func folded(words []string) []string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = vietnamese.Fold(w)
	}
	return all
}
