// Package e2e holds journeys through the whole house, in a real browser, in two topologies: everything in one process,
// and one process per service beside a NATS server of its own. Faults are real: processes are killed with SIGKILL.
//
// The demo province is made once, by a first start, and each house begins with a copy of it. Journeys in a browser go side by side, as
// most of them wait for a clock; those that kill go alone, so that a kill falls where it is meant to.
package e2e
