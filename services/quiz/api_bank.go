package quiz

import (
	"context"
	"slices"
	"strings"

	"khuevan/assessment/exchange"
	"khuevan/assessment/item"
	"khuevan/events"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
	"khuevan/platform/vietnamese"
)

// Methods of trainers for the bank.
var (
	ImportItems  = rpc.Command[ImportItemsRequest, ImportReport]("quiz.import-items", "Reads questions of many formats into a course's bank; a dry run writes nothing.", events.RoleTrainer).About(rpc.Nothing())
	ExportItems  = rpc.Query[ExportItemsRequest, ExportedItems]("quiz.export-items", "Writes a course's questions, with keys, in another system's format.", events.RoleTrainer).About(rpc.Nothing())
	ListItems    = rpc.Query[ListItemsRequest, []Item]("quiz.list-items", "Lists the newest versions of a course's items, with keys.", events.RoleTrainer).About(rpc.Nothing())
	GetItem      = rpc.Query[GetItemRequest, ItemHistory]("quiz.get-item", "Gives an item with all its versions.", events.RoleTrainer).About(rpc.Nothing())
	WriteItem    = rpc.Command[WriteItemRequest, WrittenItem]("quiz.write-item", "Writes a new version of a question as a draft; a dry run only reads it.", events.RoleTrainer).About(rpc.Nothing())
	MoveItem     = rpc.Command[MoveItemRequest, rpc.Receipt]("quiz.move-item", "Hands an item in for review, approves or returns it, retires or restores it.", events.RoleTrainer).About(rpc.Nothing())
	StorePicture = rpc.Command[StorePictureRequest, StoredPicture]("quiz.store-picture", "Keeps a picture for questions.", events.RoleTrainer).About(rpc.Nothing())
)

func itemOf(d itemDoc) Item {
	return Item{Item: d.Item, Version: d.Version, ItemContent: d.ItemContent, Stage: d.Stage, Live: d.Live, Retired: d.Retired,
		Remark: d.Remark, Author: d.Author, Changed: d.Changed}
}

// stageRetired is no stage of a version, but what a list can be narrowed to.
const stageRetired = "retired"

func (r ListItemsRequest) shows(d itemDoc) bool {
	switch {
	case r.Stage == stageRetired && !d.Retired, r.Stage != "" && r.Stage != stageRetired && (d.Stage != r.Stage || d.Retired):
		return false
	case r.Tag != "" && !slices.Contains(d.Tags, r.Tag):
		return false
	case r.Text == "":
		return true
	}
	text := vietnamese.Fold(r.Text)
	return strings.Contains(vietnamese.Fold(d.Item), text) || strings.Contains(vietnamese.Fold(d.Stem), text)
}

func (a api) listItems(ctx context.Context, req ListItemsRequest) ([]Item, error) {
	if err := a.Await(ctx, a.bank.projection, req.After); err != nil {
		return nil, err
	}
	items := []Item{}
	err := a.bank.each(ctx, req.Course, func(d itemDoc) error {
		if req.shows(d) {
			items = append(items, itemOf(d))
		}
		return nil
	})
	return items, err
}

func (a api) getItem(ctx context.Context, req GetItemRequest) (ItemHistory, error) {
	if err := a.Await(ctx, a.bank.projection, req.After); err != nil {
		return ItemHistory{}, err
	}
	d, found, err := a.bank.items.Get(ctx, itemKey(req.Course, req.Item))
	if err != nil {
		return ItemHistory{}, err
	}
	if !found || d.Course != req.Course {
		return ItemHistory{}, errNoItem
	}
	text, _ := exchange.Write(exchange.Markdown, exchange.File{Name: req.Course, Questions: []exchange.Question{{ID: d.Item, Content: d.ItemContent}}})
	h := ItemHistory{Item: itemOf(d), Markdown: string(text)}
	err = a.bank.versions.Each(ctx, readmodel.Query{Index: "item", Equal: []any{req.Course, req.Item}, Desc: true}, func(e events.ItemWritten) error {
		h.Versions = append(h.Versions, e)
		return nil
	})
	return h, err
}

// writeItem reads one question; what is wrong with it is an answer and no refusal, so that the form can show it by line.
func (a api) writeItem(ctx context.Context, req WriteItemRequest) (WrittenItem, error) {
	who, err := caller(ctx)
	if err != nil {
		return WrittenItem{}, err
	}
	if !validID(req.Course) {
		return WrittenItem{}, errCourseID
	}
	file := exchange.Read(exchange.Markdown, []byte(req.Markdown))
	w := WrittenItem{Problems: problems(file.Notes, false)}
	if len(w.Problems) == 0 && len(file.Questions) != 1 {
		w.Problems = []ItemProblem{{Line: 1, Vi: "Hãy viết đúng một câu hỏi.", En: "Write exactly one question."}}
	}
	if len(file.Questions) > 0 {
		w.Item, w.Content = file.Questions[0].ID, file.Questions[0].Content
	}
	if len(w.Problems) > 0 {
		return w, nil
	}
	cmd := writeItem{Course: req.Course, Item: w.Item, Content: w.Content, Author: who, After: req.Version, New: req.Version == 0}
	out, err := a.write(ctx, cmd, req.DryRun)
	w.Seq = out.Seq
	return w, err
}

func (a api) moveItem(ctx context.Context, req MoveItemRequest) (rpc.Receipt, error) {
	who, err := caller(ctx)
	if err != nil {
		return rpc.Receipt{}, err
	}
	if !validID(req.Course) || !validID(req.Item) {
		return rpc.Receipt{}, errNoItem
	}
	out, err := host.Do(ctx, a.Deps, moveItem{Course: req.Course, Item: req.Item, Step: req.Step, Version: req.Version, By: who,
		Remark: strings.TrimSpace(req.Remark), At: a.Clock.Now()})
	return rpc.Receipt{Seq: out.Seq}, err
}

// exportItems writes the bank as a file. Drawing a version that is not the newest needs its text.
func (a api) exportItems(ctx context.Context, req ExportItemsRequest) (ExportedItems, error) {
	format := exchange.Format(req.Format)
	if !format.Known() {
		return ExportedItems{}, fault.New(fault.Invalid, "Không xuất được định dạng này.", "This format cannot be written.").
			With("format", "markdown, gift, aiken, moodle-xml, qti-2.1, qti-3.0", "markdown, gift, aiken, moodle-xml, qti-2.1, qti-3.0")
	}
	file := exchange.File{Name: req.Course}
	err := a.bank.each(ctx, req.Course, func(d itemDoc) error {
		version := d.ItemWritten
		if !req.Drafts {
			if !d.drawn() {
				return nil
			}
			var err error
			if version, err = a.stock.live(ctx, d); err != nil {
				return err
			}
		}
		file.Questions = append(file.Questions, exchange.Question{ID: d.Item, Content: version.ItemContent})
		return nil
	})
	if err != nil {
		return ExportedItems{}, err
	}
	if file.Pictures, err = a.picturesOf(ctx, file.Questions); err != nil {
		return ExportedItems{}, err
	}
	data, notes := exchange.Write(format, file)
	return ExportedItems{Name: req.Course + format.Extension(), Media: format.Media(), Data: data, Items: len(file.Questions), Dropped: problems(notes, true), LeftOut: problems(notes, false)}, nil
}

// picturesOf reads the pictures that questions show.
func (a api) picturesOf(ctx context.Context, questions []exchange.Question) ([]exchange.Picture, error) {
	var all []exchange.Picture
	var named []string
	for _, q := range questions {
		named = append(named, item.Pictures(q.Content)...)
	}
	slices.Sort(named)
	for _, digest := range slices.Compact(named) {
		p, err := a.getPicture(ctx, GetPictureRequest{Digest: digest})
		if fault.Is(err, fault.NotFound) {
			continue // the question names a picture that nobody stored; it is drawn without
		}
		if err != nil {
			return nil, err
		}
		all = append(all, exchange.Picture{Digest: digest, Media: p.Media, Data: p.Data})
	}
	return all, nil
}

func problems(notes []exchange.Note, dropped bool) []ItemProblem {
	var all []ItemProblem
	for _, n := range notes {
		if n.Dropped == dropped {
			all = append(all, ItemProblem{Line: n.Line, Item: n.Item, Vi: n.Vi, En: n.En})
		}
	}
	return all
}
