package main

import (
	"path/filepath"
	"strconv"
)

// serviceMark in the environment makes the program one of the services, which reads its setup from standard input.
const serviceMark = "LAKEHOUSE_SERVICE"

// The services.
const (
	serviceCatalog = "catalog"
	serviceAPI     = "api"
	serviceFlow    = "flow"
)

var services = []string{serviceCatalog, serviceAPI, serviceFlow}

// setup is what a service is told when it starts: one line of JSON. It holds keys, which is why it comes through a
// pipe and is in no argument and no environment.
type setup struct {
	Service string
	Life    int    // 1, and one more with each start
	Dir     string // of the lakehouse
	Listen  string // HTTP
	Calls   string // gRPC, of flow alone

	PubSub, Logging string // addresses
	Memory          string // URL of the sink in memory
	Authority       string // URL of who grants access to the storage
	Block           bool

	Pseudonyms string // the value of ARCO_AUDIT_ACTOR_HMAC_KEY
	Login      []byte // signs the tokens of users
	Task       []byte // signs those of tasks
	Internal   []byte // signs those of internal services
	Signing    []byte // signs URLs
}

func (s setup) journal() string   { return filepath.Join(s.Dir, "journal", s.Service) }
func (s setup) warehouse() string { return filepath.Join(s.Dir, "warehouse") }

// output is a file of this life of the service: a process that is killed may leave half a line at the end of its file,
// and nobody else's line stands behind that.
func (s setup) output(kind string) string {
	return filepath.Join(s.Dir, "trail", s.Service+"-"+strconv.Itoa(s.Life)+"."+kind)
}

// started is what a service says once it serves.
type started struct{ Listen, Calls string }

// flushed is what a service says when it was asked to flush.
type flushed struct {
	Fault              string
	Delivered, Waiting uint64 // of the blocked route
}
