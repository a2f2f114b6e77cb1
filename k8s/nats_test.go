package k8s

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	appsv1 "k8s.io/api/apps/v1"
)

const sampleToken = "replace-me-nats-token"

// natsOptions reads nats.conf with the server's own parser. POD_NAME and NATS_TOKEN must be set.
func natsOptions(h *house) (*server.Options, error) {
	for _, m := range h.configMaps {
		if conf, ok := m.Data["nats.conf"]; ok {
			opts := &server.Options{}
			return opts, opts.ProcessConfigString(conf)
		}
	}
	return nil, fmt.Errorf("no ConfigMap holds nats.conf")
}

func checkNATS(h *house) (p problems) {
	if len(h.statefulSets) != 1 || h.statefulSets[0].Name != "nats" {
		p.addf("%d StatefulSets, want nats alone", len(h.statefulSets))
		return p
	}
	s := h.statefulSets[0]
	if s.Spec.Replicas == nil || *s.Spec.Replicas != 3 {
		p.addf("NATS does not have 3 replicas")
	}
	if s.Spec.PodManagementPolicy != appsv1.ParallelPodManagement {
		p.addf("NATS pods would wait for each other")
	}
	if a := s.Spec.Template.Spec.Affinity; a == nil || a.PodAntiAffinity == nil ||
		len(a.PodAntiAffinity.RequiredDuringSchedulingIgnoredDuringExecution) == 0 {
		p.addf("NATS pods may share a node")
	}
	if image := s.Spec.Template.Spec.Containers[0].Image; image != "nats:"+server.VERSION+"-alpine" {
		p.addf("NATS image %s is not the version tested here, %s", image, server.VERSION)
	}
	opts, err := natsOptions(h)
	if err != nil {
		p.addf("nats.conf: %v", err)
		return p
	}
	p = append(p, checkJournal(s, opts)...)
	return append(p, checkCluster(h, s, opts)...)
}

func checkJournal(s *appsv1.StatefulSet, opts *server.Options) (p problems) {
	if !opts.JetStream || !opts.SyncAlways {
		p.addf("JetStream does not sync always")
	}
	if opts.MaxPayload != 8<<20 && opts.MaxPayload != 8_000_000 {
		p.addf("max_payload is %d", opts.MaxPayload)
	}
	if opts.Authorization != sampleToken {
		p.addf("NATS does not ask for the token")
	}
	grace := time.Duration(*s.Spec.Template.Spec.TerminationGracePeriodSeconds) * time.Second
	if leaving := opts.LameDuckDuration + opts.LameDuckGracePeriod; grace <= leaving {
		p.addf("NATS is killed after %s, while it takes %s to leave", grace, leaving)
	}
	claims := s.Spec.VolumeClaimTemplates
	for _, mount := range s.Spec.Template.Spec.Containers[0].VolumeMounts {
		if mount.MountPath == opts.StoreDir && len(claims) == 1 && claims[0].Name == mount.Name {
			return p
		}
	}
	p.addf("store_dir %q is not on the persistent volume", opts.StoreDir)
	return p
}

// checkCluster: the routes are the pods, by the names their headless Service gives them.
func checkCluster(h *house, s *appsv1.StatefulSet, opts *server.Options) (p problems) {
	var routes []string
	for _, r := range opts.Routes {
		routes = append(routes, r.Host)
	}
	for i := range int(*s.Spec.Replicas) {
		peer := fmt.Sprintf("%s-%d.%s:%d", s.Name, i, s.Spec.ServiceName, opts.Cluster.Port)
		if !slices.Contains(routes, peer) {
			p.addf("no route to %s", peer)
		}
	}
	headless := false
	for _, service := range h.services {
		headless = headless || service.Name == s.Spec.ServiceName && service.Spec.ClusterIP == "None" && service.Spec.PublishNotReadyAddresses
	}
	if !headless {
		p.addf("Service %s is not headless, or hides pods that are not ready", s.Spec.ServiceName)
	}
	var ports []int
	for _, port := range s.Spec.Template.Spec.Containers[0].Ports {
		ports = append(ports, int(port.ContainerPort))
	}
	if want := []int{opts.Port, opts.Cluster.Port, opts.HTTPPort}; !slices.Equal(ports, want) {
		p.addf("NATS container has ports %v, its configuration %v", ports, want)
	}
	return p
}

// TestNATSVersion: the servers of a cluster are those that the program is tested against.
func TestNATSVersion(t *testing.T) {
	program, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if want := "github.com/nats-io/nats-server/v2 v" + server.VERSION; !strings.Contains(string(program), want) {
		t.Errorf("the program's go.mod does not say %q", want)
	}
}

// TestNATSForms starts three real servers with the shipped configuration, on ports of this machine: one
// alone is not healthy (hence Parallel and publishNotReadyAddresses), three are.
func TestNATSForms(t *testing.T) {
	h := load(t, "overlays/example")
	addresses := freeAddresses(t, 3)
	var servers []*server.Server
	for i := range addresses {
		servers = append(servers, startNATS(t, h, i, addresses))
		if i == 0 {
			if code := healthz(t, servers[0], ""); code != http.StatusServiceUnavailable {
				t.Errorf("a lone server says %d", code)
			}
		}
	}
	deadline := time.Now().Add(30 * time.Second)
	for _, query := range []string{"", "?js-server-only=true", "?js-enabled-only=true"} {
		for i, s := range servers {
			for healthz(t, s, query) != http.StatusOK {
				if time.Now().After(deadline) {
					t.Fatalf("nats-%d is not healthy at /healthz%s", i, query)
				}
				<-time.After(50 * time.Millisecond)
			}
		}
	}
}

func startNATS(t *testing.T, h *house, i int, addresses []*net.TCPAddr) *server.Server {
	t.Helper()
	t.Setenv("POD_NAME", fmt.Sprintf("nats-%d", i))
	opts, err := natsOptions(h)
	if err != nil {
		t.Fatal(err)
	}
	opts.Host, opts.Port = "127.0.0.1", server.RANDOM_PORT
	opts.HTTPHost, opts.HTTPPort = "127.0.0.1", server.RANDOM_PORT
	opts.Cluster.Host, opts.Cluster.Port = "127.0.0.1", addresses[i].Port
	opts.StoreDir, opts.NoSigs, opts.Routes = t.TempDir(), true, nil
	for _, a := range addresses {
		opts.Routes = append(opts.Routes, &url.URL{Scheme: "nats", Host: a.String()})
	}
	s, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(20 * time.Second) {
		t.Fatalf("nats-%d takes no connections", i)
	}
	return s
}

func freeAddresses(t *testing.T, n int) (addresses []*net.TCPAddr) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		addresses = append(addresses, l.Addr().(*net.TCPAddr))
	}
	return addresses
}

func healthz(t *testing.T, s *server.Server, query string) int {
	t.Helper()
	response, err := http.Get(fmt.Sprintf("http://%s/healthz%s", s.MonitorAddr(), query))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	return response.StatusCode
}
