package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/redact"
)

// lake is the running service: catalog, trail and sinks behind one loopback port.
type lake struct {
	dir       string
	temporary bool
	outlets   *outlets
	trail     *audit.Trail
	catalog   *catalog.Catalog
	provider  *moodyProvider
	bearer    *catalog.Bearer
	server    *http.Server
	served    chan error
	url       string
	token     string // file with a token for people; "" until there is one
}

// openLake starts everything. On an error it has stopped what it had started.
func openLake(ctx context.Context, o options, stderr io.Writer) (_ *lake, err error) {
	l := &lake{
		dir:      o.dir,
		provider: &moodyProvider{signer: catalog.NewSigner()},
		bearer:   catalog.NewBearer(issuer, audience),
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	warehouse, err := l.makeDir()
	if err != nil {
		return nil, err
	}
	if l.outlets, err = openOutlets(ctx, l.dir, o.block); err != nil {
		return nil, err
	}
	if l.trail, err = openTrail(l.outlets.routes()); err != nil {
		return nil, err
	}
	l.catalog, err = catalog.New(catalog.Config{Trail: l.trail, Warehouse: warehouse, Provider: l.provider})
	if err != nil {
		return nil, err
	}
	return l, l.listen(stderr)
}

// makeDir makes what is missing of the directory and returns the warehouse in it.
func (l *lake) makeDir() (warehouse string, err error) {
	if l.dir == "" {
		if l.dir, err = os.MkdirTemp("", "lakehouse-"); err != nil {
			return "", err
		}
		l.temporary = true
	}
	warehouse = filepath.Join(l.dir, "warehouse")
	return warehouse, os.MkdirAll(warehouse, 0o755)
}

func openTrail(routes []audit.Route) (*audit.Trail, error) {
	return audit.Open(audit.Config{
		Service:     "catalog",
		Environment: "dev",
		Volatile:    true, // the demonstration ends with its process
		Keys:        redact.EphemeralKeys(),
		Routes:      routes,
	})
}

// listen serves on a free loopback port.
func (l *lake) listen(stderr io.Writer) error {
	handler, err := l.handler()
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	l.url = "http://" + listener.Addr().String()
	l.server = &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          slog.NewLogLogger(slog.NewTextHandler(stderr, nil), slog.LevelError),
	}
	l.served = make(chan error, 1)
	go func() { l.served <- l.server.Serve(listener) }()
	return nil
}

// settle waits until every route but the blocked one, and the consumer, has what was emitted.
func (l *lake) settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, l.patience())
	defer cancel()
	if err := l.tolerate(l.trail.Flush(ctx)); err != nil {
		return err
	}
	text, err := os.ReadFile(l.outlets.lines.Name())
	if err != nil {
		return err
	}
	reading, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	return l.outlets.cloud.consumer.await(reading, bytes.Count(text, []byte("\n")))
}

// patience is short when one route can never be waited for.
func (l *lake) patience() time.Duration {
	if l.outlets.blocked != nil {
		return 2 * time.Second
	}
	return 20 * time.Second
}

// tolerate accepts that the blocked route has delivered nothing, and nothing else.
func (l *lake) tolerate(err error) error {
	var undelivered *audit.UndeliveredError
	if l.outlets.blocked == nil || !errors.As(err, &undelivered) {
		return err
	}
	for _, route := range undelivered.Routes {
		if route.Route != "blocked" {
			return err
		}
	}
	return nil
}

// blockedLine says what the blocked route has missed; "" when there is none.
func (l *lake) blockedLine() string {
	for _, route := range l.trail.Health().Routes {
		if route.Name == "blocked" {
			return fmt.Sprintf("Route blocked delivered %d events, %d wait for it.\n", route.Delivered, route.Lag)
		}
	}
	return ""
}

// close stops what runs, in the order in which requests flow: server, catalog, trail, sinks.
func (l *lake) close() error {
	var failures []error
	if l.server != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		failures = append(failures, l.server.Shutdown(ctx))
		cancel()
		if err := <-l.served; !errors.Is(err, http.ErrServerClosed) {
			failures = append(failures, err)
		}
	}
	if l.catalog != nil {
		failures = append(failures, l.catalog.Close())
	}
	if l.trail != nil {
		ctx, cancel := context.WithTimeout(context.Background(), l.patience())
		failures = append(failures, l.tolerate(l.trail.Close(ctx)))
		cancel()
	}
	if l.outlets != nil {
		failures = append(failures, l.outlets.close())
	}
	if l.token != "" {
		failures = append(failures, os.Remove(l.token))
	}
	if l.temporary && l.dir != "" {
		failures = append(failures, os.RemoveAll(l.dir))
	}
	return errors.Join(failures...)
}

// howTo says how to talk to a lake that keeps running. The token stands in a file that only its owner
// reads, so that it is in no scrollback.
func (l *lake) howTo(w io.Writer) error {
	token, err := l.bearer.Sign(catalog.Claims{Subject: "you", Tenant: "acme", Workspace: "analytics",
		Expires: time.Now().Add(24 * time.Hour).Unix()})
	if err != nil {
		return err
	}
	file := filepath.Join(l.dir, "token")
	if err := os.WriteFile(file, []byte(token), 0o600); err != nil {
		return err
	}
	l.token = file
	_, err = fmt.Fprintf(w, `
The catalog serves until it is interrupted:

  curl -H "Authorization: Bearer $(cat %[2]s)" %[1]s/v1/main/namespaces/sales/tables
  curl -H "Authorization: Bearer $(cat %[2]s)" %[1]s/v1/main/namespaces/sales/tables/customers/credentials
  tail -f %[3]s
`, l.url, file, l.outlets.lines.Name())
	return err
}
