// Package k8s holds the manifests of the deployment, and the tests that read them as a cluster would.
package k8s
