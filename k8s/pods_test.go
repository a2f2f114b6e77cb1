package k8s

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	podsecurity "k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

var targets = []string{
	"directory", "account", "access", "catalog", "enrolment", "progress", "quiz",
	"measurement", "certification", "scheduler", "refresher", "evaluation", "notification", "webhook", "reporting", "portal",
}

// nobody is the user of distroless images.
const nobody = 65532

func checkTargets(h *house) (p problems) {
	if len(h.deployments) != len(targets) {
		p.addf("%d Deployments for %d targets", len(h.deployments), len(targets))
	}
	for _, target := range targets {
		args := []string{"serve", "--target=" + target, "--listen=0.0.0.0:8080", "--data=/tmp/khuevan"}
		found := 0
		for _, d := range h.deployments {
			if d.Name != "khuevan-"+target {
				continue
			}
			found++
			containers := d.Spec.Template.Spec.Containers
			if len(containers) != 1 || !slices.Equal(containers[0].Args, args) {
				p.addf("Deployment %s does not run %v", d.Name, args)
			}
			if d.Spec.Replicas == nil || *d.Spec.Replicas < 1 {
				p.addf("Deployment %s has no replica", d.Name)
			}
		}
		if found != 1 {
			p.addf("target %s has %d Deployments", target, found)
		}
	}
	return p
}

// checkRestricted asks the evaluator of Pod Security Admission itself, then what it leaves open.
func checkRestricted(h *house) (p problems) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		p.addf("pod security: %v", err)
		return p
	}
	restricted := podsecurity.LevelVersion{Level: podsecurity.LevelRestricted, Version: podsecurity.LatestVersion()}
	for _, n := range h.namespaces {
		if n.Labels[podsecurity.EnforceLevelLabel] != string(podsecurity.LevelRestricted) {
			p.addf("namespace %s does not enforce the restricted level", n.Name)
		}
	}
	for _, w := range h.workloads() {
		for _, result := range evaluator.EvaluatePod(restricted, &metav1.ObjectMeta{}, w.pod) {
			if !result.Allowed {
				p.addf("%s: %s: %s", w.name, result.ForbiddenReason, result.ForbiddenDetail)
			}
		}
		p = append(p, checkPod(w)...)
	}
	return p
}

func checkPod(w workload) (p problems) {
	pod := w.pod
	if pod.SecurityContext == nil || pod.SecurityContext.RunAsUser == nil || *pod.SecurityContext.RunAsUser != nobody {
		p.addf("%s does not run as user %d", w.name, nobody)
	}
	if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken {
		p.addf("%s mounts a service account token", w.name)
	}
	if pod.EnableServiceLinks == nil || *pod.EnableServiceLinks {
		p.addf("%s gets service links, which share the prefix of the configuration", w.name)
	}
	if pod.TerminationGracePeriodSeconds == nil {
		p.addf("%s has no terminationGracePeriodSeconds", w.name)
	}
	for _, c := range slices.Concat(pod.InitContainers, pod.Containers) {
		s := c.SecurityContext
		if s == nil || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem {
			p.addf("%s/%s can write to its root file system", w.name, c.Name)
		}
		if s != nil && s.RunAsUser != nil && *s.RunAsUser != nobody {
			p.addf("%s/%s runs as user %d", w.name, c.Name, *s.RunAsUser)
		}
		if !emptyDirAt(pod, c, "/tmp") {
			p.addf("%s/%s has no emptyDir on /tmp", w.name, c.Name)
		}
		if c.Resources.Requests.Cpu().IsZero() || c.Resources.Requests.Memory().IsZero() || c.Resources.Limits.Memory().IsZero() {
			p.addf("%s/%s lacks requests or a limit on memory", w.name, c.Name)
		}
	}
	return p
}

func emptyDirAt(pod *corev1.PodSpec, c corev1.Container, path string) bool {
	for _, mount := range c.VolumeMounts {
		if mount.MountPath != path {
			continue
		}
		for _, volume := range pod.Volumes {
			if volume.Name == mount.Name {
				return volume.EmptyDir != nil
			}
		}
	}
	return false
}

func checkProbes(h *house) (p problems) {
	for _, w := range h.workloads() {
		startup, ready, live := "/readyz", "/readyz", "/livez"
		if w.name == "nats" {
			startup, ready, live = "/healthz", "/healthz?js-server-only=true", "/healthz?js-enabled-only=true"
		}
		for _, c := range w.pod.Containers {
			p = append(p, checkProbe(w.name+" startup", c, c.StartupProbe, startup)...)
			p = append(p, checkProbe(w.name+" readiness", c, c.ReadinessProbe, ready)...)
			p = append(p, checkProbe(w.name+" liveness", c, c.LivenessProbe, live)...)
		}
	}
	for _, d := range h.deployments {
		a := d.Spec.Template.Annotations
		if a["prometheus.io/scrape"] != "true" || a["prometheus.io/path"] != "/metrics" || a["prometheus.io/port"] != "8080" {
			p.addf("%s does not announce /metrics on 8080", d.Name)
		}
	}
	return p
}

func checkProbe(name string, c corev1.Container, probe *corev1.Probe, path string) (p problems) {
	if probe == nil || probe.HTTPGet == nil || probe.HTTPGet.Path != path {
		p.addf("%s probe does not get %s", name, path)
		return p
	}
	if portNumber(c, probe.HTTPGet.Port) == 0 {
		p.addf("%s probe asks port %s, which the container does not have", name, probe.HTTPGet.Port.String())
	}
	return p
}
