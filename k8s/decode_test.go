package k8s

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// decoder reads manifests into the typed API and refuses unknown and duplicate fields.
type decoder struct{ serializer runtime.Decoder }

func newDecoder(t *testing.T) decoder {
	t.Helper()
	scheme := runtime.NewScheme()
	builder := runtime.NewSchemeBuilder(corev1.AddToScheme, appsv1.AddToScheme, networkingv1.AddToScheme, policyv1.AddToScheme)
	if err := builder.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	strict := json.SerializerOptions{Yaml: true, Strict: true}
	return decoder{json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme, strict)}
}

// one decodes a single document. Kustomizations have a type of their own outside the scheme.
func (d decoder) one(doc []byte) (any, error) {
	var head struct{ APIVersion, Kind string }
	if err := yaml.Unmarshal(doc, &head); err != nil {
		return nil, err
	}
	if head.Kind == types.KustomizationKind {
		if head.APIVersion != types.KustomizationVersion {
			return nil, fmt.Errorf("Kustomization with apiVersion %q", head.APIVersion)
		}
		k := &types.Kustomization{}
		return k, yaml.UnmarshalStrict(doc, k)
	}
	object, _, err := d.serializer.Decode(doc, nil, nil)
	return object, err
}

// all decodes every document of a stream and joins what is wrong with each.
func (d decoder) all(stream []byte) ([]any, error) {
	var objects []any
	var wrong []error
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(stream)))
	for {
		doc, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return objects, errors.Join(wrong...)
		}
		if err != nil {
			return nil, err
		}
		object, err := d.one(doc)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("document %d: %w", len(objects)+1, err))
		}
		objects = append(objects, object)
	}
}

// build runs kustomize on a directory, as `kubectl apply -k` does.
func build(dir string) ([]byte, error) {
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), dir)
	if err != nil {
		return nil, err
	}
	return built.AsYaml()
}

// sources lists every YAML file below dir.
func sources(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && strings.HasSuffix(path, ".yaml") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
