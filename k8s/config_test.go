package k8s

import (
	"net/url"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// secretName is the one Secret, and secretKeys all it must hold (see the README).
const secretName = "khuevan-secrets"

var secretKeys = []string{"nats-token", "mongodb-uri", "master-key", "smtp-user", "smtp-password"}

// required is what every target reads; mailing is what notification reads besides.
var (
	required = []string{
		"KHUEVAN_NATS_URL", "KHUEVAN_NATS_TOKEN", "KHUEVAN_JOURNAL_REPLICAS", "KHUEVAN_PARTITIONS",
		"KHUEVAN_MONGODB_URI", "KHUEVAN_MASTER_KEY", "KHUEVAN_BASE_URL", "KHUEVAN_ISSUER_NAME",
		"KHUEVAN_SMTP_ADDR", "KHUEVAN_MAIL_FROM",
	}
	mailing  = []string{"KHUEVAN_SMTP_USER", "KHUEVAN_SMTP_PASSWORD"}
	optional = []string{"GOMEMLIMIT", "OTEL_EXPORTER_OTLP_ENDPOINT"}
)

// checkReferences resolves every name that one object uses for another.
func checkReferences(h *house) (p problems) {
	accounts := map[string]bool{}
	for _, a := range h.accounts {
		accounts[a.Name] = a.AutomountServiceAccountToken != nil && !*a.AutomountServiceAccountToken
	}
	for _, w := range h.workloads() {
		if !accounts[w.pod.ServiceAccountName] {
			p.addf("%s: ServiceAccount %q is missing or mounts its token", w.name, w.pod.ServiceAccountName)
		}
		for _, v := range w.pod.Volumes {
			if v.ConfigMap != nil && h.configMap(v.ConfigMap.Name) == nil {
				p.addf("%s: volume %s: no ConfigMap %s", w.name, v.Name, v.ConfigMap.Name)
			}
			if v.Secret != nil {
				p.addf("%s: volume %s: secrets come by environment here", w.name, v.Name)
			}
		}
		for _, c := range w.pod.Containers {
			p = append(p, checkEnvironment(h, w.name, c)...)
		}
	}
	return append(p, checkIngress(h)...)
}

func checkEnvironment(h *house, name string, c corev1.Container) (p problems) {
	for _, from := range c.EnvFrom {
		if from.ConfigMapRef == nil || h.configMap(from.ConfigMapRef.Name) == nil {
			p.addf("%s: envFrom is not a ConfigMap of ours", name)
		}
	}
	for _, e := range c.Env {
		if e.ValueFrom == nil {
			continue
		}
		if ref := e.ValueFrom.SecretKeyRef; ref != nil && !h.hasSecretKey(ref.Name, ref.Key) {
			p.addf("%s: %s: no key %s in Secret %s", name, e.Name, ref.Key, ref.Name)
		}
		if ref := e.ValueFrom.ConfigMapKeyRef; ref != nil {
			if m := h.configMap(ref.Name); m == nil || m.Data[ref.Key] == "" {
				p.addf("%s: %s: no key %s in ConfigMap %s", name, e.Name, ref.Key, ref.Name)
			}
		}
	}
	return p
}

// hasSecretKey holds a reference against the Secrets that were built, or, where an overlay leaves
// the Secret to be made by hand, against what the README says it must hold.
func (h *house) hasSecretKey(name, key string) bool {
	if len(h.secrets) == 0 {
		return name == secretName && slices.Contains(secretKeys, key)
	}
	s := h.secret(name)
	return s != nil && len(s.Data[key]) > 0
}

func checkIngress(h *house) (p problems) {
	for _, i := range h.ingresses {
		for _, rule := range i.Spec.Rules {
			for _, route := range rule.HTTP.Paths {
				if b := route.Backend.Service; b == nil || !h.hasServicePort(b.Name, b.Port.Name) {
					p.addf("Ingress %s has a backend that does not exist", i.Name)
				}
			}
			if len(i.Spec.TLS) != 1 || !slices.Contains(i.Spec.TLS[0].Hosts, rule.Host) {
				p.addf("Ingress %s: %s without TLS", i.Name, rule.Host)
			}
		}
	}
	return p
}

func (h *house) hasServicePort(service, port string) bool {
	for _, s := range h.services {
		for _, have := range s.Spec.Ports {
			if s.Name == service && have.Name == port {
				return true
			}
		}
	}
	return false
}

// environment is what the container reads: literal values as they are, others as "".
func (h *house) environment(c corev1.Container) map[string]string {
	env := map[string]string{}
	for _, from := range c.EnvFrom {
		if from.ConfigMapRef == nil {
			continue
		}
		if m := h.configMap(from.ConfigMapRef.Name); m != nil {
			for key, value := range m.Data {
				env[key] = value
			}
		}
	}
	for _, e := range c.Env {
		env[e.Name] = e.Value
	}
	return env
}

// checkConfiguration: each target has exactly the names that the program knows, and the address
// people see is the one the Ingress serves.
func checkConfiguration(h *house) (p problems) {
	for _, d := range h.deployments {
		env := h.environment(d.Spec.Template.Spec.Containers[0])
		want := required
		if d.Name == "khuevan-notification" {
			want = slices.Concat(required, mailing)
		}
		for _, name := range want {
			if _, ok := env[name]; !ok {
				p.addf("%s lacks %s", d.Name, name)
			}
		}
		for name := range env {
			if !slices.Contains(want, name) && !slices.Contains(optional, name) {
				p.addf("%s has %s, which it must not", d.Name, name)
			}
		}
		base, err := url.Parse(env["KHUEVAN_BASE_URL"])
		if err != nil || base.Scheme != "https" || len(h.ingresses) != 1 || h.ingresses[0].Spec.Rules[0].Host != base.Host {
			p.addf("%s: the Ingress does not serve %q", d.Name, env["KHUEVAN_BASE_URL"])
		}
		image := d.Spec.Template.Spec.Containers[0].Image
		if _, tag, ok := strings.Cut(path.Base(image), ":"); !ok || tag == "latest" {
			p.addf("%s: image %q names no version", d.Name, image)
		}
	}
	return p
}

// checkSecrets: what is in a public file must not look like a secret.
func checkSecrets(h *house) (p problems) {
	for _, s := range h.secrets {
		for _, key := range secretKeys {
			if len(s.Data[key]) == 0 {
				p.addf("Secret %s lacks %s", s.Name, key)
			}
		}
		for key, value := range s.Data {
			if !strings.Contains(string(value), "replace-me") {
				p.addf("Secret %s: %s looks real", s.Name, key)
			}
		}
	}
	return p
}
