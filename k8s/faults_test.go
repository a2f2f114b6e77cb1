package k8s

import (
	"os"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// TestFaultsOfWritingAreReported plants faults in the built text; strict decoding must name each.
func TestFaultsOfWritingAreReported(t *testing.T) {
	built, err := build("overlays/example")
	if err != nil {
		t.Fatal(err)
	}
	kustomization, err := os.ReadFile("base/kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range []struct{ name, text, old, new, want string }{
		{"misspelled probe", string(built), "readinessProbe:", "readinesProbe:", "readinesProbe"},
		{"misspelled case", string(built), "runAsNonRoot:", "runAsNonroot:", "runAsNonroot"},
		{"field on the wrong level", string(built), "      containers:", "      readOnlyRootFilesystem: true\n      containers:", "readOnlyRootFilesystem"},
		{"duplicate key", string(built), "  replicas: 2", "  replicas: 2\n  replicas: 3", "replicas"},
		{"text for a number", string(built), "replicas: 2", "replicas: two", "type int32"},
		{"unknown kind", string(built), "kind: Ingress", "kind: Ingres", "Ingres"},
		{"retired API", string(built), "policy/v1", "policy/v1beta1", "v1beta1"},
		{"misspelled kustomization", string(kustomization), "resources:", "resource:", "resource"},
		{"retired kustomization", string(kustomization), "v1beta1", "v1alpha1", "v1alpha1"},
	} {
		t.Run(fault.name, func(t *testing.T) {
			broken := strings.Replace(fault.text, fault.old, fault.new, 1)
			if broken == fault.text {
				t.Fatalf("%q is not there to be broken", fault.old)
			}
			if _, err := newDecoder(t).all([]byte(broken)); err == nil || !strings.Contains(err.Error(), fault.want) {
				t.Errorf("reported %v, want something about %s", err, fault.want)
			}
		})
	}
}

// A seed is a fault that decodes well and deploys badly.
type seed struct {
	name  string
	plant func(h *house)
	want  string
}

func TestFaultsOfMeaningAreReported(t *testing.T) {
	built, err := build("overlays/example")
	if err != nil {
		t.Fatal(err)
	}
	for name, seeds := range map[string][]seed{"pods": podSeeds(), "wiring": wiringSeeds(), "configuration": configurationSeeds(), "nats": natsSeeds()} {
		for _, fault := range seeds {
			t.Run(name+"/"+fault.name, func(t *testing.T) {
				h := read(t, built)
				fault.plant(h)
				found := inspect(h, checks, finished)
				if !strings.Contains(strings.Join(found, "\n"), fault.want) {
					t.Errorf("reported %q, want %q", found, fault.want)
				}
			})
		}
	}
}

// quiz is the Deployment that most faults are planted in.
func quiz(h *house) *appsv1.Deployment {
	for _, d := range h.deployments {
		if d.Name == "khuevan-quiz" {
			return d
		}
	}
	return nil
}

func quizPod(h *house) *corev1.PodSpec         { return &quiz(h).Spec.Template.Spec }
func quizContainer(h *house) *corev1.Container { return &quizPod(h).Containers[0] }

func podSeeds() []seed {
	return []seed{
		{"target missing", func(h *house) { h.deployments = h.deployments[1:] }, "has 0 Deployments"},
		{"target twice", func(h *house) { h.deployments = append(h.deployments, quiz(h)) }, "target quiz has 2"},
		{"wrong argument", func(h *house) { quizContainer(h).Args[1] = "--target=portal" }, "khuevan-quiz does not run"},
		{"scaled to nothing", func(h *house) { *quiz(h).Spec.Replicas = 0 }, "has no replica"},
		{"container as root", func(h *house) { quizContainer(h).SecurityContext.RunAsUser = new(int64) }, "runs as user 0"},
		{"pod as root", func(h *house) { *quizPod(h).SecurityContext.RunAsUser = 0 }, "runAsUser=0"},
		{"may be root", func(h *house) { *quizPod(h).SecurityContext.RunAsNonRoot = false }, "runAsNonRoot != true"},
		{"escalation", func(h *house) { *quizContainer(h).SecurityContext.AllowPrivilegeEscalation = true }, "allowPrivilegeEscalation != false"},
		{"capabilities", func(h *house) { quizContainer(h).SecurityContext.Capabilities = nil }, "unrestricted capabilities"},
		{"no seccomp", func(h *house) { quizPod(h).SecurityContext.SeccompProfile = nil }, "seccompProfile"},
		{"writable root", func(h *house) { *quizContainer(h).SecurityContext.ReadOnlyRootFilesystem = false }, "can write to its root"},
		{"no /tmp", func(h *house) { quizContainer(h).VolumeMounts = nil }, "no emptyDir on /tmp"},
		{"token mounted", func(h *house) { quizPod(h).AutomountServiceAccountToken = nil }, "mounts a service account token"},
		{"service links", func(h *house) { quizPod(h).EnableServiceLinks = nil }, "gets service links"},
		{"no memory limit", func(h *house) { quizContainer(h).Resources.Limits = nil }, "lacks requests or a limit"},
		{"no grace", func(h *house) { quizPod(h).TerminationGracePeriodSeconds = nil }, "no terminationGracePeriodSeconds"},
		{"lax namespace", func(h *house) { h.namespaces[0].Labels = nil }, "does not enforce the restricted level"},
		{"no startup probe", func(h *house) { quizContainer(h).StartupProbe = nil }, "startup probe does not get /readyz"},
		{"probe elsewhere", func(h *house) { quizContainer(h).LivenessProbe.HTTPGet.Path = "/readyz" }, "liveness probe does not get /livez"},
		{"probe on no port", func(h *house) { quizContainer(h).ReadinessProbe.HTTPGet.Port = intstr.FromString("web") }, "asks port web"},
		{"metrics unannounced", func(h *house) { quiz(h).Spec.Template.Annotations = nil }, "does not announce /metrics"},
	}
}

func policyNamed(h *house, name string) *networkingv1.NetworkPolicy {
	for _, n := range h.policies {
		if n.Name == name {
			return n
		}
	}
	return nil
}

func withoutPolicy(name string) func(h *house) {
	return func(h *house) {
		for i, n := range h.policies {
			if n.Name == name {
				h.policies = append(h.policies[:i], h.policies[i+1:]...)
				return
			}
		}
	}
}

func wiringSeeds() []seed {
	const component = "app.kubernetes.io/component"
	return []seed{
		{"labels without selector", func(h *house) { quiz(h).Spec.Template.Labels[component] = "quizz" }, "khuevan-quiz does not select its own pods"},
		{"selector too wide", func(h *house) { delete(quiz(h).Spec.Selector.MatchLabels, component) }, "picks the pods of 16 workloads"},
		{"service astray", func(h *house) { h.services[0].Spec.Selector[component] = "door" }, "selects 0 workloads"},
		{"service port astray", func(h *house) { h.services[0].Spec.Ports[0].TargetPort = intstr.FromInt32(8081) }, "target port 8081"},
		{"no budget", func(h *house) { h.budgets = h.budgets[1:] }, "has 0 disruption budgets"},
		{"budget of two", func(h *house) { h.budgets[0].Spec.MaxUnavailable.IntVal = 2 }, "does not mean one pod"},
		{"backend astray", func(h *house) { h.ingresses[0].Spec.Rules[0].HTTP.Paths[0].Backend.Service.Name = "portal" }, "backend that does not exist"},
		{"no TLS", func(h *house) { h.ingresses[0].Spec.TLS = nil }, "without TLS"},
		{"all allowed", withoutPolicy("default-deny"), "no NetworkPolicy denies by default"},
		{"no names", withoutPolicy("dns"), "resolve names: allowed is false"},
		{"no way to NATS", withoutPolicy("targets-to-nats"), "speak to NATS: allowed is false"},
		{"no way into NATS", withoutPolicy("nats-cluster"), "be a peer of NATS: allowed is false"},
		{"no way to MongoDB", withoutPolicy("targets-to-mongodb"), "speak to MongoDB: allowed is false"},
		{"no mail", withoutPolicy("notification-to-smtp"), "khuevan-notification: send mail: allowed is false"},
		{"policy about nobody", func(h *house) {
			policyNamed(h, "ingress-to-portal").Spec.PodSelector.MatchLabels[component] = "door"
		}, "ingress-to-portal selects no pod"},
		{"peer that is nobody", func(h *house) {
			policyNamed(h, "nats-cluster").Spec.Ingress[0].From[0].PodSelector.MatchLabels["app.kubernetes.io/name"] = "quiz"
		}, "names a peer that no pod is"},
		{"mail for all", func(h *house) {
			delete(policyNamed(h, "notification-to-smtp").Spec.PodSelector.MatchLabels, component)
		}, "khuevan-quiz: send mail: allowed is true"},
		{"open to the world", func(h *house) {
			policyNamed(h, "targets-to-mongodb").Spec.Egress = []networkingv1.NetworkPolicyEgressRule{{}}
		}, "speak to any other port: allowed is true"},
	}
}

func configurationSeeds() []seed {
	return []seed{
		{"secret key missing", func(h *house) { delete(h.secrets[0].Data, "master-key") }, "KHUEVAN_MASTER_KEY: no key master-key"},
		{"another secret", func(h *house) { quizContainer(h).Env[0].ValueFrom.SecretKeyRef.Name = "other" }, "in Secret other"},
		{"secret that looks real", func(h *house) { h.secrets[0].Data["smtp-password"] = []byte("Vd9-kQ2x") }, "smtp-password looks real"},
		{"config map missing", func(h *house) { quizContainer(h).EnvFrom[0].ConfigMapRef.Name = "config" }, "envFrom is not a ConfigMap of ours"},
		{"account missing", func(h *house) { quizPod(h).ServiceAccountName = "" }, "ServiceAccount \"\" is missing"},
		{"name missing", func(h *house) {
			delete(h.configMap(quizContainer(h).EnvFrom[0].ConfigMapRef.Name).Data, "KHUEVAN_PARTITIONS")
		}, "khuevan-quiz lacks KHUEVAN_PARTITIONS"},
		{"name unknown", func(h *house) {
			quizContainer(h).Env = append(quizContainer(h).Env, corev1.EnvVar{Name: "KHUEVAN_NATS_TOKENS"})
		}, "has KHUEVAN_NATS_TOKENS"},
		{"password for all", func(h *house) {
			quizContainer(h).Env = append(quizContainer(h).Env, corev1.EnvVar{Name: "KHUEVAN_SMTP_PASSWORD"})
		}, "khuevan-quiz has KHUEVAN_SMTP_PASSWORD"},
		{"another host", func(h *house) { h.ingresses[0].Spec.Rules[0].Host = "www.khuevan.example" }, "the Ingress does not serve"},
		{"no version", func(h *house) { quizContainer(h).Image = "registry.example:5000/khuevan" }, "names no version"},
		{"latest", func(h *house) { quizContainer(h).Image = "khuevan:latest" }, "names no version"},
	}
}

func inNATS(old, new string) func(h *house) {
	return func(h *house) {
		for _, m := range h.configMaps {
			if conf, ok := m.Data["nats.conf"]; ok {
				m.Data["nats.conf"] = strings.Replace(conf, old, new, 1)
			}
		}
	}
}

func natsSeeds() []seed {
	return []seed{
		{"two servers", func(h *house) { *h.statefulSets[0].Spec.Replicas = 2 }, "does not have 3 replicas"},
		{"one after another", func(h *house) { h.statefulSets[0].Spec.PodManagementPolicy = "" }, "would wait for each other"},
		{"on one node", func(h *house) { h.statefulSets[0].Spec.Template.Spec.Affinity = nil }, "may share a node"},
		{"another version", func(h *house) { h.statefulSets[0].Spec.Template.Spec.Containers[0].Image = "nats:2.11-alpine" }, "not the version tested"},
		{"killed early", func(h *house) { *h.statefulSets[0].Spec.Template.Spec.TerminationGracePeriodSeconds = 30 }, "is killed after 30s"},
		{"not synced", inNATS("sync_interval: always", "sync_interval: 120s"), "does not sync always"},
		{"misspelled", inNATS("sync_interval: always", "sync_intervall: always"), "nats.conf:"},
		{"off the volume", inNATS("store_dir: /data", "store_dir: /tmp"), "not on the persistent volume"},
		{"small messages", inNATS("max_payload: 8MB", "max_payload: 1MB"), "max_payload is"},
		{"no token", inNATS("token: $NATS_TOKEN", ""), "does not ask for the token"},
		{"route astray", inNATS("nats-2.nats-peers", "nats-3.nats-peers"), "no route to nats-2.nats-peers:6222"},
		{"another port", inNATS("0.0.0.0:8222", "0.0.0.0:8223"), "NATS container has ports"},
		{"hidden peers", func(h *house) {
			for _, s := range h.services {
				s.Spec.PublishNotReadyAddresses = false
			}
		}, "hides pods that are not ready"},
	}
}
