package k8s

import (
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// portNumber resolves a named or numbered port of a container; 0 means it has none such.
func portNumber(c corev1.Container, port intstr.IntOrString) int32 {
	for _, have := range c.Ports {
		if have.Name == port.StrVal && port.Type == intstr.String || have.ContainerPort == port.IntVal && port.Type == intstr.Int {
			return have.ContainerPort
		}
	}
	return 0
}

// checkSelectors holds every selector against the labels of the pods that really come out.
func checkSelectors(h *house) (p problems) {
	for _, w := range h.workloads() {
		if !matches(w.selector, w.labels) {
			p.addf("%s does not select its own pods", w.name)
		}
		if n := len(h.selected(w.selector)); n > 1 {
			p.addf("the selector of %s picks the pods of %d workloads", w.name, n)
		}
		budgets := 0
		for _, b := range h.budgets {
			if matches(b.Spec.Selector.MatchLabels, w.labels) {
				budgets++
			}
		}
		if budgets != 1 {
			p.addf("%s has %d disruption budgets", w.name, budgets)
		}
	}
	for _, b := range h.budgets {
		if b.Spec.MaxUnavailable == nil || b.Spec.MaxUnavailable.IntValue() != 1 || len(h.selected(b.Spec.Selector.MatchLabels)) != 1 {
			p.addf("disruption budget %s does not mean one pod of one workload", b.Name)
		}
	}
	for _, s := range h.services {
		p = append(p, checkService(h, s)...)
	}
	return p
}

func checkService(h *house, s *corev1.Service) (p problems) {
	chosen := h.selected(s.Spec.Selector)
	if len(chosen) != 1 || len(s.Spec.Selector) == 0 {
		p.addf("Service %s selects %d workloads", s.Name, len(chosen))
		return p
	}
	for _, port := range s.Spec.Ports {
		if portNumber(chosen[0].pod.Containers[0], port.TargetPort) == 0 {
			p.addf("Service %s: target port %s does not exist", s.Name, port.TargetPort.String())
		}
	}
	return p
}

// checkPolicies asks first that every policy is about pods that exist, then who may speak to whom.
func checkPolicies(h *house) (p problems) {
	denied := false
	for _, n := range h.policies {
		denied = denied || len(n.Spec.PodSelector.MatchLabels) == 0 && len(n.Spec.PolicyTypes) == 2 &&
			len(n.Spec.Ingress) == 0 && len(n.Spec.Egress) == 0
		if len(h.selected(n.Spec.PodSelector.MatchLabels)) == 0 {
			p.addf("NetworkPolicy %s selects no pod", n.Name)
		}
		for _, peer := range peersOf(n) {
			if peer.PodSelector != nil && peer.NamespaceSelector == nil && len(h.selected(peer.PodSelector.MatchLabels)) == 0 {
				p.addf("NetworkPolicy %s names a peer that no pod is", n.Name)
			}
		}
	}
	if !denied {
		p.addf("no NetworkPolicy denies by default")
	}
	for _, w := range h.workloads() {
		p = append(p, checkConversations(h, w)...)
	}
	return p
}

func peersOf(n *networkingv1.NetworkPolicy) (peers []networkingv1.NetworkPolicyPeer) {
	for _, rule := range n.Spec.Ingress {
		peers = append(peers, rule.From...)
	}
	for _, rule := range n.Spec.Egress {
		peers = append(peers, rule.To...)
	}
	return peers
}

func checkConversations(h *house, w workload) (p problems) {
	nats := map[string]string{"app.kubernetes.io/name": "nats"}
	is := func(name string) bool { return w.name == name }
	expect := func(what string, want, got bool) {
		if want != got {
			p.addf("%s: %s: allowed is %t, must be %t", w.name, what, got, want)
		}
	}
	expect("resolve names", true, h.sends(w, 53, nil))
	expect("speak to NATS", !is("nats"), h.sends(w, 4222, nats) && h.receives(nats, 4222, w.labels))
	expect("be a peer of NATS", is("nats"), h.sends(w, 6222, nats) && h.receives(nats, 6222, w.labels))
	expect("speak to MongoDB", !is("nats"), h.sends(w, 27017, nil))
	expect("send mail", is("khuevan-notification"), h.sends(w, 587, nil))
	expect("be reached on 8080", !is("nats"), h.receives(w.labels, 8080, nil))
	expect("call other systems", is("khuevan-webhook"), h.sends(w, 443, nil))
	expect("speak to any other port", false, h.sends(w, 80, nil))
	return p
}

// sends reports whether some policy lets the workload's pods out to port; to nil means to the
// outside (a namespace, an address, or anywhere).
func (h *house) sends(w workload, port int32, to map[string]string) bool {
	for _, n := range h.policies {
		for _, rule := range n.Spec.Egress {
			if matches(n.Spec.PodSelector.MatchLabels, w.labels) && hasPort(rule.Ports, port) && hasPeer(rule.To, to) {
				return true
			}
		}
	}
	return false
}

// receives reports whether some policy lets from into the pods with these labels on port.
func (h *house) receives(labels map[string]string, port int32, from map[string]string) bool {
	for _, n := range h.policies {
		for _, rule := range n.Spec.Ingress {
			if matches(n.Spec.PodSelector.MatchLabels, labels) && hasPort(rule.Ports, port) && hasPeer(rule.From, from) {
				return true
			}
		}
	}
	return false
}

func hasPort(ports []networkingv1.NetworkPolicyPort, port int32) bool {
	for _, have := range ports {
		if have.Port != nil && have.Port.IntVal == port {
			return true
		}
	}
	return len(ports) == 0
}

func hasPeer(peers []networkingv1.NetworkPolicyPeer, labels map[string]string) bool {
	for _, peer := range peers {
		inside := peer.PodSelector != nil && peer.NamespaceSelector == nil
		if labels == nil && !inside || labels != nil && inside && matches(peer.PodSelector.MatchLabels, labels) {
			return true
		}
	}
	return len(peers) == 0
}
