package portal

import (
	"slices"

	"khuevan/services/directory"
)

// names are people's names by their ids.
type names map[string]string

// mostNamed is how many people the directory names at once.
const mostNamed = 500

// names asks who people are, each once.
func (v *view) names(people ...string) (names, error) {
	all := names{}
	slices.Sort(people)
	for some := range slices.Chunk(slices.Compact(people), mostNamed) {
		found, err := directory.NamePeople.Call(v.ctx(), v.p.d.RPC, directory.NamePeopleRequest{People: some})
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			all[p.Person] = p.Name
		}
	}
	return all, nil
}

// named shows somebody's name; the platform itself has none, and neither has an erased person.
func (v *view) named(all names, person string) string {
	if person == "" {
		return v.t("Hệ thống", "The platform")
	}
	return v.name(all[person])
}
