// Package e2e holds journeys through the whole house, in a real browser, in two topologies: everything in one process,
// and one process per service beside a NATS server of its own. Faults are real: processes are killed with SIGKILL.
package e2e
