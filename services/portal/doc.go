// Package portal is what people see in the browser and what machines call under /api/v1.
//
// It decides nothing: a form becomes a command of a service, a page is drawn from queries. It is the only service that
// knows the others' request and view types. Every page works without scripts; scripts only make it quicker.
package portal
