package catalog

import (
	"io/fs"

	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// shippedFolder holds the packages in the file system that New is given, one folder each, named as the course.
const shippedFolder = "courses"

// New makes the service. Packages that ship with the platform are read at once, so that a broken one is found at the start.
func New(d host.Deps, shipped fs.FS) (host.Service, error) {
	packages, err := readBundles(shipped, shippedFolder)
	if err != nil {
		return host.Service{}, err
	}
	a := api{Deps: d, view: newView(), shipped: packages}
	return host.Service{
		Name: "catalog",
		Endpoints: []rpc.Endpoint{
			ListCourses.Handle(a.listCourses),
			GetCourse.Handle(a.getCourse),
			ListPackages.Handle(a.listPackages),
			PublishCourse.Handle(a.publishCourse),
			WithdrawCourse.Handle(a.withdrawCourse),
		},
		Projections: []*readmodel.Projection{a.view.projection},
	}, nil
}
