package catalog

import (
	"fmt"
	"io/fs"

	"khuevan/platform/host"
	"khuevan/platform/readmodel"
	"khuevan/platform/rpc"
)

// shippedFolder holds the packages in the file system that New is given, one folder each, named as the course.
const shippedFolder = "courses"

// New makes the service. Packages that ship with the platform are read at once, so that a broken one is found at the start.
func New(d host.Deps, shipped fs.FS) (host.Service, error) {
	packages, err := readBundles(shipped)
	if err != nil {
		return host.Service{}, err
	}
	known, err := readFrameworks(shipped)
	if err != nil {
		return host.Service{}, err
	}
	for name, b := range packages {
		if err := known.refuse(b.content.Tags); err != nil {
			return host.Service{}, fmt.Errorf("the shipped course %s: %w", name, err)
		}
	}
	programmes, err := readProgrammes(shipped, packages)
	if err != nil {
		return host.Service{}, err
	}
	a := api{Deps: d, view: newView(), shipped: packages, frameworks: known, programmes: newProgrammeView(), shippedProgrammes: programmes}
	return host.Service{
		Name: "catalog",
		Endpoints: []rpc.Endpoint{
			ListCourses.Handle(a.listCourses),
			GetCourse.Handle(a.getCourse),
			ListPackages.Handle(a.listPackages),
			PublishCourse.Handle(a.publishCourse),
			WithdrawCourse.Handle(a.withdrawCourse),
			ListFrameworks.Handle(a.listFrameworks),
			ListProgrammes.Handle(a.listProgrammes),
			GetProgramme.Handle(a.getProgramme),
			ListProgrammePackages.Handle(a.listProgrammePackages),
			PublishProgramme.Handle(a.publishProgramme),
			WithdrawProgramme.Handle(a.withdrawProgramme),
			GetFile.Handle(a.getFile),
		},
		Projections: []*readmodel.Projection{a.view.projection, a.programmes.projection},
	}, nil
}
