package k8s

import (
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
)

// house is the built output of one directory, by kind.
type house struct {
	namespaces   []*corev1.Namespace
	accounts     []*corev1.ServiceAccount
	configMaps   []*corev1.ConfigMap
	secrets      []*corev1.Secret
	services     []*corev1.Service
	ingresses    []*networkingv1.Ingress
	policies     []*networkingv1.NetworkPolicy
	budgets      []*policyv1.PodDisruptionBudget
	deployments  []*appsv1.Deployment
	statefulSets []*appsv1.StatefulSet
}

func newHouse(objects []any) (*house, error) {
	h := &house{}
	for _, object := range objects {
		switch o := object.(type) {
		case *corev1.Namespace:
			h.namespaces = append(h.namespaces, o)
		case *corev1.ServiceAccount:
			h.accounts = append(h.accounts, o)
		case *corev1.ConfigMap:
			h.configMaps = append(h.configMaps, o)
		case *corev1.Secret:
			h.secrets = append(h.secrets, o)
		case *corev1.Service:
			h.services = append(h.services, o)
		case *networkingv1.Ingress:
			h.ingresses = append(h.ingresses, o)
		case *networkingv1.NetworkPolicy:
			h.policies = append(h.policies, o)
		case *policyv1.PodDisruptionBudget:
			h.budgets = append(h.budgets, o)
		case *appsv1.Deployment:
			h.deployments = append(h.deployments, o)
		case *appsv1.StatefulSet:
			h.statefulSets = append(h.statefulSets, o)
		default:
			return nil, fmt.Errorf("no rule here knows what a %T is for", object)
		}
	}
	return h, nil
}

// workload is what Deployments and StatefulSets have in common.
type workload struct {
	name     string
	selector map[string]string
	labels   map[string]string
	pod      *corev1.PodSpec
}

func (h *house) workloads() []workload {
	var all []workload
	for _, d := range h.deployments {
		all = append(all, workload{d.Name, d.Spec.Selector.MatchLabels, d.Spec.Template.Labels, &d.Spec.Template.Spec})
	}
	for _, s := range h.statefulSets {
		all = append(all, workload{s.Name, s.Spec.Selector.MatchLabels, s.Spec.Template.Labels, &s.Spec.Template.Spec})
	}
	return all
}

// selected are the workloads whose pods a plain label selector picks; an empty one picks all.
func (h *house) selected(selector map[string]string) []workload {
	var some []workload
	for _, w := range h.workloads() {
		if matches(selector, w.labels) {
			some = append(some, w)
		}
	}
	return some
}

func matches(selector, labels map[string]string) bool {
	for key, value := range selector {
		if labels[key] != value {
			return false
		}
	}
	return true
}

func (h *house) configMap(name string) *corev1.ConfigMap {
	for _, c := range h.configMaps {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func (h *house) secret(name string) *corev1.Secret {
	for _, s := range h.secrets {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// problems collects what a check finds wrong.
type problems []string

func (p *problems) addf(format string, args ...any) { *p = append(*p, fmt.Sprintf(format, args...)) }
