// Package ext is where builds of Traefik add options of their own: this one adds none. It is a module of its own, which
// Traefik takes from its folder, and so is in no module proxy.
package ext

// HTTP adds nothing.
type HTTP struct{}

// Router adds nothing.
type Router struct{}
