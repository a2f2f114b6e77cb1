package k8s

import (
	"os"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	"sigs.k8s.io/kustomize/api/types"
)

// checks hold for everything that is built; finished holds for what can be deployed, which base cannot.
var (
	checks = map[string]func(*house) problems{
		"targets": checkTargets, "restricted": checkRestricted, "probes": checkProbes,
		"selectors": checkSelectors, "policies": checkPolicies, "references": checkReferences,
		"nats": checkNATS, "secrets": checkSecrets,
	}
	finished = map[string]func(*house) problems{"configuration": checkConfiguration}
)

// load builds a directory and decodes the result strictly.
func load(t *testing.T, dir string) *house {
	t.Helper()
	built, err := build(dir)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, built)
}

// read decodes what was built, with the environment that nats.conf asks for.
func read(t *testing.T, built []byte) *house {
	t.Helper()
	t.Setenv("POD_NAME", "nats-0")
	t.Setenv("NATS_TOKEN", sampleToken)
	objects, err := newDecoder(t).all(built)
	if err != nil {
		t.Fatal(err)
	}
	h, err := newHouse(objects)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func inspect(h *house, sets ...map[string]func(*house) problems) (p problems) {
	for _, set := range sets {
		for name, check := range set {
			for _, problem := range check(h) {
				p.addf("%s: %s", name, problem)
			}
		}
	}
	slices.Sort(p)
	return p
}

func TestSourcesDecodeStrictly(t *testing.T) {
	files := sources(t, ".")
	if len(files) < len(targets) {
		t.Fatalf("only %d YAML files found", len(files))
	}
	decode := newDecoder(t)
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		objects, err := decode.all(content)
		if err != nil {
			t.Errorf("%s: %v", file, err)
		}
		for _, object := range objects {
			k, ok := object.(*types.Kustomization)
			if ok && strings.HasPrefix(file, "base/") && len(k.SecretGenerator) > 0 {
				t.Errorf("%s: base makes no Secret", file)
			}
		}
	}
}

func TestBase(t *testing.T) {
	h := load(t, "base")
	for _, problem := range inspect(h, checks) {
		t.Error(problem)
	}
	if len(h.secrets) > 0 {
		t.Error("base holds a Secret; it may only refer to one")
	}
}

func TestOverlays(t *testing.T) {
	entries, err := os.ReadDir("overlays")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		t.Run(entry.Name(), func(t *testing.T) {
			for _, problem := range inspect(load(t, "overlays/"+entry.Name()), checks, finished) {
				t.Error(problem)
			}
		})
	}
}

// TestExampleBringsEverything: the example makes its own Secret, so that each reference resolves inside it,
// and the token in it is one that the NATS server can read.
func TestExampleBringsEverything(t *testing.T) {
	h := load(t, "overlays/example")
	if len(h.secrets) != 1 || string(h.secrets[0].Data["nats-token"]) != sampleToken {
		t.Fatal("the example must make one Secret with the sample token")
	}
	if env := h.environment(deployment(t, h, "khuevan-notification").Spec.Template.Spec.Containers[0]); env[optional[0]] == "" {
		t.Errorf("the example does not show %s", optional[0])
	}
}

func TestSmallIsSmall(t *testing.T) {
	for _, d := range load(t, "overlays/small").deployments {
		if *d.Spec.Replicas != 1 {
			t.Errorf("%s has %d replicas", d.Name, *d.Spec.Replicas)
		}
		if limit := d.Spec.Template.Spec.Containers[0].Resources.Limits.Memory().String(); limit != "256Mi" {
			t.Errorf("%s may use %s", d.Name, limit)
		}
	}
}

func deployment(t *testing.T, h *house, name string) *appsv1.Deployment {
	t.Helper()
	for _, d := range h.deployments {
		if d.Name == name {
			return d
		}
	}
	t.Fatalf("no Deployment %s", name)
	return nil
}
