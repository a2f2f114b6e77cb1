package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"

	"khuevan/events"
)

// programmeFolder holds the programmes in the file system that New is given, one file each, named as the programme.
const programmeFolder = "programmes"

// programmeFile is content/programmes/<code>.yaml.
type programmeFile struct {
	Code           string     `yaml:"code"`
	Title          words      `yaml:"title"`
	Summary        words      `yaml:"summary"`
	Parts          []partFile `yaml:"parts"`
	Again          []partFile `yaml:"again"`
	ValidityMonths int        `yaml:"validity_months"`

	Certificate      string `yaml:"certificate"` // none (the default), auto, ordered
	CertificateTitle words  `yaml:"certificate_title"`
}

type partFile struct {
	ID      string `yaml:"id"`
	Title   words  `yaml:"title"`
	AtLeast int    `yaml:"at_least"`
	Courses []struct {
		Course      string   `yaml:"course"`
		Equivalents []string `yaml:"equivalents"`
	} `yaml:"courses"`
}

func (f programmeFile) content() events.ProgrammePublished {
	return tidied(events.ProgrammePublished{Programme: f.Code, Title: f.Title.trimmed(), Summary: f.Summary.trimmed(),
		Parts: partsOf(f.Parts), Again: partsOf(f.Again), ValidityMonths: f.ValidityMonths,
		Certificate: f.Certificate, CertificateTitle: f.CertificateTitle.trimmed()})
}

func partsOf(files []partFile) (parts []events.ProgrammePart) {
	for _, f := range files {
		p := events.ProgrammePart{ID: f.ID, Title: f.Title.trimmed(), AtLeast: f.AtLeast}
		for _, c := range f.Courses {
			p.Courses = append(p.Courses, events.ProgrammeCourse(c))
		}
		parts = append(parts, p)
	}
	return parts
}

// readProgrammes reads the shipped programmes by name. Their courses must ship too.
func readProgrammes(fsys fs.FS, courses map[string]bundle) (map[string]events.ProgrammePublished, error) {
	files, err := fs.ReadDir(fsys, programmeFolder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read shipped programmes: %w", err)
	}
	ships := func(course string) standing {
		if _, ok := courses[course]; ok {
			return offered
		}
		return notOffered
	}
	all := map[string]events.ProgrammePublished{}
	for _, file := range files {
		name := strings.TrimSuffix(file.Name(), ".yaml")
		p, err := readProgramme(fsys, path.Join(programmeFolder, file.Name()))
		if err == nil && p.Programme != name {
			err = fmt.Errorf("it says code %q, want the file's name", p.Programme)
		}
		if err == nil {
			err = checkProgramme(p, ships)
		}
		if err != nil {
			return nil, fmt.Errorf("read shipped programme %s: %w", name, err)
		}
		all[name] = p
	}
	return all, nil
}

func readProgramme(fsys fs.FS, file string) (events.ProgrammePublished, error) {
	text, err := fs.ReadFile(fsys, file)
	if err != nil {
		return events.ProgrammePublished{}, err
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	var f programmeFile
	err = d.Decode(&f)
	return f.content(), err
}
