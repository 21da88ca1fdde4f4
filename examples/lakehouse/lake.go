package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/daxis-io/arco-audit/examples/catalog"
)

// lake is the lakehouse: destinations, storage authority and the processes of the services.
type lake struct {
	dir          string
	temporary    bool
	options      options
	destinations *destinations
	authority    *authority
	keys         setup // what all services have in common
	bearer       *catalog.Bearer
	processes    map[string]*process
	complaints   *logbook
	token        string // file with a token for people; "" until there is one
}

// openLake starts everything. On an error it has stopped what it had started.
func openLake(ctx context.Context, o options, stderr io.Writer) (_ *lake, err error) {
	l := &lake{dir: o.dir, options: o, authority: startAuthority(), processes: map[string]*process{}, complaints: &logbook{next: stderr}}
	defer func() {
		if err != nil {
			err = errors.Join(err, l.close())
		}
	}()
	if err := l.makeDir(); err != nil {
		return nil, err
	}
	if l.destinations, err = openDestinations(ctx); err != nil {
		return nil, err
	}
	l.keys = setup{
		Dir: l.dir, PubSub: l.destinations.pubsub.Addr, Logging: l.destinations.logging.Addr(), Memory: l.destinations.memory.server.URL,
		Authority: l.authority.server.URL, Block: o.block, Pseudonyms: pseudonyms(o.seed),
		Login: random(32), Task: random(32), Internal: random(32), Signing: random(32),
	}
	l.bearer = bearerOf(l.keys)
	for _, name := range services {
		if err := l.start(ctx, name); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// pseudonyms is a key by seed, so that a user has the same pseudonym in every run of a day.
func pseudonyms(seed uint64) string {
	return "day" + fmt.Sprint(seed) + ":" + base64.StdEncoding.EncodeToString(newSource(seed, "pseudonyms").bytes(32))
}

func (l *lake) makeDir() (err error) {
	if l.dir == "" {
		if l.dir, err = os.MkdirTemp("", "lakehouse-"); err != nil {
			return err
		}
		l.temporary = true
	}
	if l.dir, err = filepath.Abs(l.dir); err != nil {
		return err
	}
	return os.MkdirAll(l.dir, 0o755)
}

// start runs a service, at the address that it had before.
func (l *lake) start(ctx context.Context, name string) error {
	s := l.keys
	s.Service, s.Life, s.Listen, s.Calls = name, 1, "127.0.0.1:0", "127.0.0.1:0"
	if before := l.processes[name]; before != nil {
		s.Life, s.Listen, s.Calls = before.setup.Life+1, before.started.Listen, before.started.Calls
	}
	p, err := startProcess(ctx, s, l.complaints)
	if err == nil {
		l.processes[name] = p
	}
	return err
}

// url is the address of a service.
func (l *lake) url(name string) string { return "http://" + l.processes[name].started.Listen }

// settle waits until every destination but the blocked one has what the services have emitted.
func (l *lake) settle() error {
	faults := make([]error, len(services))
	var all sync.WaitGroup
	for i, name := range services {
		all.Go(func() { faults[i] = l.processes[name].flush() })
	}
	all.Wait()
	return errors.Join(faults...)
}

// stopServices ends the services in peace.
func (l *lake) stopServices() error {
	faults := make(chan error, len(l.processes))
	for name, p := range l.processes {
		delete(l.processes, name)
		go func() { faults <- p.stop() }()
	}
	var all error
	for range cap(faults) {
		all = errors.Join(all, <-faults)
	}
	return all
}

// blockedLine says what the blocked routes have missed; "" when there are none.
func (l *lake) blockedLine() string {
	if !l.options.block {
		return ""
	}
	var sum flushed
	for _, p := range l.processes {
		sum.Delivered += p.status.Delivered
		sum.Waiting += p.status.Waiting
	}
	return fmt.Sprintf("Routes that are blocked for ever delivered %d events, %d wait for them.\n", sum.Delivered, sum.Waiting)
}

// close stops what runs.
func (l *lake) close() error {
	failures := []error{l.stopServices()}
	if l.destinations != nil {
		failures = append(failures, l.destinations.close())
	}
	l.authority.server.Close()
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
The services run until they are interrupted:

  curl -H "Authorization: Bearer $(cat %[3]s)" %[1]s/v1/main/namespaces/sales/tables
  curl -H "Authorization: Bearer $(cat %[3]s)" %[1]s/v1/main/namespaces/sales/tables/customers/credentials
  curl -H "Authorization: Bearer $(cat %[3]s)" %[2]s/api/v1/whoami
  tail -f %[4]s/*.jsonl
`, l.url(serviceCatalog), l.url(serviceAPI), file, filepath.Join(l.dir, "trail"))
	return err
}

// logbook passes on what the services complain of, and keeps it, since it may hold no secret either.
type logbook struct {
	next io.Writer
	mu   sync.Mutex
	kept bytes.Buffer
}

// Write implements io.Writer.
func (b *logbook) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.kept.Write(p)
	return b.next.Write(p)
}

func (b *logbook) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.kept.String()
}
