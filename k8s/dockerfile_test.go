package k8s

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// instruction is one line of a Dockerfile after its continuations are joined.
type instruction struct{ verb, rest string }

// stage is what stands between one FROM and the next.
type stage struct {
	name         string
	instructions []instruction
}

var verbs = []string{"FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "ENTRYPOINT"}

// parseDockerfile knows only the instructions used here and refuses any other.
func parseDockerfile(text string) ([]stage, error) {
	var stages []stage
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\\\n", " "), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		verb, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		if !slices.Contains(verbs, verb) || rest == "" {
			return nil, fmt.Errorf("not understood: %q", line)
		}
		if verb == "FROM" {
			image, name, _ := strings.Cut(rest, " AS ")
			if !strings.Contains(image, ":") || strings.ContainsAny(image, " \t") {
				return nil, fmt.Errorf("not an image with a tag: %q", image)
			}
			stages = append(stages, stage{name: name})
			continue
		}
		if len(stages) == 0 {
			return nil, fmt.Errorf("%s before FROM", verb)
		}
		last := &stages[len(stages)-1]
		last.instructions = append(last.instructions, instruction{verb, rest})
	}
	return stages, nil
}

// checkDockerfile holds the file against the tree at root and the manifests.
func checkDockerfile(text, root string) (p problems) {
	stages, err := parseDockerfile(text)
	if err != nil {
		p.addf("%v", err)
		return p
	}
	var earlier []string
	for _, s := range stages {
		for _, i := range s.instructions {
			if i.verb == "COPY" {
				p = append(p, checkCopy(strings.Fields(i.rest), earlier, root)...)
			}
		}
		earlier = append(earlier, s.name)
	}
	if len(earlier) != 3 {
		p.addf("%d stages, want three", len(earlier))
		return p
	}
	p = append(p, checkRuns(stages[0], "npm ci", "node assets/build.mjs")...)
	p = append(p, checkRuns(stages[1], "CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /khuevan ./cmd/khuevan")...)
	return append(p, checkFinal(stages[2])...)
}

func checkCopy(words, earlier []string, root string) (p problems) {
	if len(words) < 2 {
		p.addf("COPY %v has no destination", words)
		return p
	}
	if from, ok := strings.CutPrefix(words[0], "--from="); ok {
		if !slices.Contains(earlier, from) {
			p.addf("COPY from %q, which is no earlier stage", from)
		}
		return p
	}
	for _, source := range words[:len(words)-1] {
		if _, err := os.Stat(filepath.Join(root, source)); err != nil {
			p.addf("COPY of %s, which is not in the tree", source)
		}
	}
	return p
}

func checkRuns(s stage, commands ...string) (p problems) {
	for _, command := range commands {
		if !slices.ContainsFunc(s.instructions, func(i instruction) bool {
			return i.verb == "RUN" && strings.HasPrefix(i.rest, command)
		}) {
			p.addf("stage %s does not run %q", s.name, command)
		}
	}
	return p
}

func checkFinal(s stage) (p problems) {
	has := map[string]string{}
	for _, i := range s.instructions {
		has[i.verb] = i.rest
	}
	if want := fmt.Sprintf("%d:%d", nobody, nobody); has["USER"] != want {
		p.addf("final USER is %q, want %q", has["USER"], want)
	}
	var entry []string
	if err := json.Unmarshal([]byte(has["ENTRYPOINT"]), &entry); err != nil || !slices.Equal(entry, []string{"/khuevan"}) {
		p.addf("final ENTRYPOINT is %q", has["ENTRYPOINT"])
	}
	if has["RUN"] != "" {
		p.addf("the final image has no shell to RUN anything")
	}
	return p
}

// needed lists the top-level directories of the packages that the program is built from.
func needed(t *testing.T, root string) []string {
	t.Helper()
	list := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", "./cmd/khuevan")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var folders []string
	for _, path := range strings.Fields(string(out)) {
		inside, ours := strings.CutPrefix(path, "khuevan/")
		if folder, _, _ := strings.Cut(inside, "/"); ours && !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
	}
	return folders
}

func TestDockerfile(t *testing.T) {
	const root = ".."
	text, err := os.ReadFile(filepath.Join(root, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range checkDockerfile(string(text), root) {
		t.Error(problem)
	}
	for _, folder := range needed(t, root) {
		if !strings.Contains(string(text), "COPY "+folder+" "+folder+"\n") {
			t.Errorf("the program needs %s, which the Dockerfile does not copy", folder)
		}
	}
}

// TestDockerfileFaults works on a tree of its own, so that it holds whatever the real one looks like.
func TestDockerfileFaults(t *testing.T) {
	root := t.TempDir()
	for _, folder := range []string{"assessment", "assets", "cmd", "content", "events", "forecast", "organisation", "platform", "programme", "services", "trial", "package.json", "package-lock.json", "go.mod", "go.sum"} {
		if err := os.Mkdir(filepath.Join(root, folder), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	if found := checkDockerfile(text, root); len(found) > 0 {
		t.Errorf("the real file: %q", found)
	}
	for _, fault := range []struct{ name, old, new, want string }{
		{"root", "USER 65532:65532\n", "", "final USER"},
		{"shell form", `["/khuevan"]`, "/khuevan", "final ENTRYPOINT"},
		{"no entrypoint", "ENTRYPOINT", "#", "final ENTRYPOINT"},
		{"unknown instruction", "EXPOSE", "EXPOZE", "not understood"},
		{"unknown stage", "--from=build", "--from=builder", "no earlier stage"},
		{"missing source", "COPY content content", "COPY contents content", "contents, which is not in the tree"},
		{"no tag", "golang:1.26", "golang", "image with a tag"},
		{"cgo", "CGO_ENABLED=0 ", "", "does not run"},
		{"no assets", "RUN node assets/build.mjs\n", "", "does not run"},
	} {
		t.Run(fault.name, func(t *testing.T) {
			broken := strings.Replace(text, fault.old, fault.new, 1)
			if found := strings.Join(checkDockerfile(broken, root), "\n"); !strings.Contains(found, fault.want) {
				t.Errorf("reported %q, want %q", found, fault.want)
			}
		})
	}
}
