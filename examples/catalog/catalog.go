// Package catalog is an Iceberg REST catalog on local storage, small enough to read and real enough to
// commit: it applies updates and checks requirements with the metadata code of iceberg-go, writes metadata
// files, and moves one pointer per table by compare-and-swap. It shows where a service makes its decisions
// and how each of them leaves exactly one audit event.
//
// Pointers live in memory, metadata and data in the warehouse directory. After a restart a table is brought
// back by registering its last metadata file. That is deliberate: once an allow event or the intent of a commit is
// accepted, nothing that can fail stands between it and the change it records.
//
// Views, functions and server-side scan planning are not supported, and GET /v1/config does not offer them.
package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/daxis-io/arco-audit/audit"
)

const (
	// DefaultPrefix is the {prefix} of the routes when Config.Prefix is empty.
	DefaultPrefix = "main"
	// DefaultCredentialTTL is used when Config.CredentialTTL is zero.
	DefaultCredentialTTL = 15 * time.Minute
)

var prefixGrammar = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)

// Config wires a catalog. Trail and Warehouse are required.
type Config struct {
	// Trail receives one event for every decision.
	Trail *audit.Trail
	// Warehouse is an existing directory. All metadata is written below it, and no location outside it is
	// accepted from a client.
	Warehouse string
	// Prefix is the one accepted {prefix} of the routes, [a-z0-9_-]{1,64}.
	Prefix string
	// Provider issues storage credentials. Without one nothing is vended and the endpoint is not offered.
	Provider Provider
	// CredentialTTL is the life of a vended credential, clamped to 60 s .. 1 h.
	CredentialTTL time.Duration
	// ReadOnly refuses every change and offers none in GET /v1/config.
	ReadOnly bool
	// Guarded are prefixes of the properties that no client may set, change or remove; nil for DefaultGuarded.
	Guarded []string
	// KeyLifetime is how long the outcome of a request with an Idempotency-Key is remembered; 30 minutes by default.
	KeyLifetime time.Duration
	// Patience bounds how long an answer waits until its event is accepted; 5 s by default.
	Patience time.Duration
	// MostKeys bounds how many keys are remembered; requests with more are answered 503. 65,536 by default.
	MostKeys int
}

// Catalog is an http.Handler. It is safe for concurrent use and starts no goroutine.
type Catalog struct {
	config    Config
	warehouse *warehouse
	store     *store
	locks     *locks
	attempts  *attempts
	served    []route
	mux       *http.ServeMux
}

// New checks the configuration and opens the warehouse. Close releases it.
func New(c Config) (*Catalog, error) {
	if c.Trail == nil {
		return nil, errors.New("catalog: Config.Trail is nil: open one with audit.Open")
	}
	if c.Prefix == "" {
		c.Prefix = DefaultPrefix
	}
	if !prefixGrammar.MatchString(c.Prefix) {
		return nil, errors.New("catalog: Config.Prefix must match " + prefixGrammar.String())
	}
	c.CredentialTTL = clampTTL(cmp.Or(c.CredentialTTL, DefaultCredentialTTL))
	c.KeyLifetime, c.MostKeys = cmp.Or(c.KeyLifetime, 30*time.Minute), cmp.Or(c.MostKeys, 1<<16)
	c.Patience = cmp.Or(c.Patience, 5*time.Second)
	if c.KeyLifetime < 0 || c.MostKeys < 0 || c.Patience < 0 {
		return nil, errors.New("catalog: Config.KeyLifetime, Config.MostKeys or Config.Patience is negative: use 0 for the defaults")
	}
	if c.Guarded == nil {
		c.Guarded = DefaultGuarded()
	}
	if c.Warehouse == "" {
		return nil, errors.New("catalog: Config.Warehouse is empty: name an existing directory")
	}
	w, err := openWarehouse(c.Warehouse)
	if err != nil {
		return nil, err
	}
	cat := &Catalog{config: c, warehouse: w, store: newStore(), locks: newLocks(), mux: http.NewServeMux()}
	cat.attempts = newAttempts(c.KeyLifetime, c.MostKeys)
	cat.served = cat.routes()
	for _, rt := range cat.served {
		cat.mux.HandleFunc(rt.pattern(), cat.serve(rt))
	}
	return cat, nil
}

// Mux is the router, for middleware that needs the route template of a request before it is served.
func (c *Catalog) Mux() *http.ServeMux { return c.mux }

// ServeHTTP serves one request of the REST catalog.
func (c *Catalog) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.mux.ServeHTTP(w, r) }

// Close releases the warehouse directory. Serve no request after it.
func (c *Catalog) Close() error { return c.warehouse.close() }

// warehouse is the one directory tree in which the catalog reads and writes.
type warehouse struct {
	root *os.Root
	base *url.URL // file URL of the directory, without a trailing slash
}

func openWarehouse(dir string) (*warehouse, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("catalog: Config.Warehouse has no absolute path: %w", err)
	}
	root, err := os.OpenRoot(abs)
	if err != nil {
		return nil, fmt.Errorf("catalog: Config.Warehouse cannot be opened: %w", err)
	}
	return &warehouse{root: root, base: &url.URL{Scheme: "file", Path: filepath.ToSlash(abs)}}, nil
}

func (w *warehouse) close() error { return w.root.Close() }
