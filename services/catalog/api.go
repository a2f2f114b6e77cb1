package catalog

import (
	"context"
	"maps"
	"slices"

	"khuevan/events"
	"khuevan/platform/eventsource"
	"khuevan/platform/fault"
	"khuevan/platform/host"
	"khuevan/platform/rpc"
)

// Methods of the service.
var (
	ListCourses    = rpc.Query[ListCoursesRequest, []CourseCard]("catalog.list-courses", "Lists the published courses.", rpc.SignedIn).About(rpc.Nothing())
	GetCourse      = rpc.Query[GetCourseRequest, Course]("catalog.get-course", "Gives a version of a course with its lessons.", rpc.SignedIn).About(rpc.Nothing())
	ListPackages   = rpc.Query[rpc.Empty, []Package]("catalog.list-packages", "Lists the courses that ship with the platform.", events.RoleTrainer).About(rpc.Nothing())
	PublishCourse  = rpc.Command[PublishCourseRequest, Published]("catalog.publish-course", "Publishes a course, or a new version when its content has changed.", events.RoleTrainer).About(rpc.Nothing())
	ListFrameworks = rpc.Query[rpc.Empty, Frameworks]("catalog.list-frameworks", "Lists the competency frameworks and what they are to each other.", rpc.SignedIn).About(rpc.Nothing())
	WithdrawCourse = rpc.Command[WithdrawCourseRequest, rpc.Receipt]("catalog.withdraw-course", "Takes a course out of the offer; people in it go on.", events.RoleTrainer).About(rpc.Nothing())
	GetFile        = rpc.Query[GetFileRequest, File]("catalog.get-file", "Gives a file of a lesson.", rpc.SignedIn).About(rpc.Nothing())
)

// api answers the methods. Courses belong to nobody: the roles of the methods are all the permission there is.
type api struct {
	host.Deps
	view    view
	shipped map[string]bundle

	frameworks frameworks

	programmes        programmeView
	shippedProgrammes map[string]events.ProgrammePublished
}

func (a api) listFrameworks(context.Context, rpc.Empty) (Frameworks, error) {
	return Frameworks{All: a.frameworks.all, Crosswalks: a.frameworks.walks}, nil
}

func (a api) listCourses(ctx context.Context, req ListCoursesRequest) ([]CourseCard, error) {
	if err := a.Await(ctx, a.view.projection, req.After); err != nil {
		return nil, err
	}
	return a.view.list(ctx)
}

func (a api) getCourse(ctx context.Context, req GetCourseRequest) (Course, error) {
	if err := a.Await(ctx, a.view.projection, req.After); err != nil {
		return Course{}, err
	}
	return a.view.get(ctx, req.Course, req.Version)
}

func (a api) listPackages(ctx context.Context, _ rpc.Empty) ([]Package, error) {
	all := []Package{}
	for _, name := range slices.Sorted(maps.Keys(a.shipped)) {
		b := a.shipped[name]
		latest, _, err := a.view.cards.Get(ctx, b.content.Course)
		if err != nil {
			return nil, err
		}
		all = append(all, packageOf(name, b, latest))
	}
	return all, nil
}

// packageOf compares a shipped package with what is on offer; a withdrawn course is not.
func packageOf(name string, b bundle, latest card) Package {
	p := Package{Name: name, Title: b.content.Title, Lessons: len(b.content.Lessons), Items: b.items(), Questions: b.questions}
	if latest.Version > 0 && !latest.Withdrawn {
		p.Published, p.Changed = latest.Version, latest.Digest != b.content.Digest
	}
	return p
}

func (a api) publishCourse(ctx context.Context, req PublishCourseRequest) (Published, error) {
	asked, err := a.asked(req)
	if err != nil {
		return Published{}, err
	}
	content := asked.content
	if content.Move = req.Move; !slices.Contains([]string{"", events.MoveNotStarted, events.MoveAll}, req.Move) {
		return Published{}, fault.New(fault.Invalid, "Chưa xuất bản được.", "Not published.").
			With("move", "Hãy chọn ai chuyển sang phiên bản mới.", "Choose who goes over to the new version.")
	}
	if err := a.frameworks.refuse(content.Tags); err != nil {
		return Published{}, err
	}
	if err := a.refusePrerequisites(ctx, asked); err != nil {
		return Published{}, err
	}
	if err := a.keepFiles(ctx, asked.files); err != nil {
		return Published{}, err
	}
	done, err := host.Do(ctx, a.Deps, publish{Content: content})
	if err != nil {
		return Published{}, err
	}
	for _, e := range done.Events {
		if e, ok := e.(events.CoursePublished); ok {
			return Published{Seq: done.Seq, Course: e.Course, Version: e.Version}, nil
		}
	}
	past, err := a.Journal.Load(ctx, stream(content.Course)) // nothing new: the version stands there already
	if err != nil {
		return Published{}, err
	}
	return Published{Seq: done.Seq, Course: content.Course, Version: eventsource.Fold[offer](past).version}, nil
}

// asked is the package that a request wants to be published.
func (a api) asked(req PublishCourseRequest) (bundle, error) {
	if (req.Package == "") == (len(req.Files) == 0) {
		return bundle{}, fault.New(fault.Invalid,
			"Hãy chọn một gói có sẵn hoặc tải lên các tệp của gói, chỉ một trong hai.",
			"Choose a shipped package or upload a package's files, one of the two.")
	}
	if req.Package == "" {
		return parseBundle(req.Files, req.Media)
	}
	b, ok := a.shipped[req.Package]
	if !ok {
		return bundle{}, fault.Newf(fault.NotFound,
			"Không có gói khóa học “%s” trong bộ cài đặt.", "No course package “%s” ships with the platform.", req.Package)
	}
	return b, nil
}

func (a api) withdrawCourse(ctx context.Context, req WithdrawCourseRequest) (rpc.Receipt, error) {
	if !idPattern.MatchString(req.Course) {
		return rpc.Receipt{}, unknown(req.Course)
	}
	done, err := host.Do(ctx, a.Deps, withdraw(req))
	return rpc.Receipt{Seq: done.Seq}, err
}
