package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/sinks/slogsink"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

// outlets are the destinations of the trail, and how to read back what each of them has.
type outlets struct {
	lines, log *os.File
	memory     *memorySink
	cloud      *cloud
	blocked    *blockedSink // nil without --block
}

func openOutlets(ctx context.Context, dir string, block bool) (*outlets, error) {
	lines, err := create(dir, "trail.jsonl")
	if err != nil {
		return nil, err
	}
	log, err := create(dir, "trail.log")
	if err != nil {
		_ = lines.Close()
		return nil, err
	}
	cloud, err := openCloud(ctx)
	if err != nil {
		return nil, errors.Join(err, lines.Close(), log.Close())
	}
	o := &outlets{lines: lines, log: log, memory: &memorySink{}, cloud: cloud}
	if block {
		o.blocked = &blockedSink{release: make(chan struct{})}
	}
	return o, nil
}

// create refuses a file that exists: a run never overwrites the trail of another.
func create(dir, name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, name), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
}

// routes fan out to all of them. Only the file is required: its route is what a critical decision waits for.
func (o *outlets) routes() []audit.Route {
	routes := []audit.Route{
		{Name: "file", Sink: writersink.New(o.lines), Required: true},
		{Name: "slog", Sink: slogsink.New(slog.NewJSONHandler(o.log, nil))},
		{Name: "memory", Sink: o.memory},
	}
	routes = append(routes, o.cloud.routes()...)
	if o.blocked != nil {
		routes = append(routes, audit.Route{Name: "blocked", Sink: o.blocked})
	}
	return routes
}

// texts is everything that each sink holds.
func (o *outlets) texts() (map[string]string, error) {
	lines, err := os.ReadFile(o.lines.Name())
	if err != nil {
		return nil, err
	}
	log, err := os.ReadFile(o.log.Name())
	if err != nil {
		return nil, err
	}
	texts, err := o.cloud.texts()
	if err != nil {
		return nil, err
	}
	texts["file"], texts["slog"], texts["memory"] = string(lines), string(log), o.memory.text()
	return texts, nil
}

func (o *outlets) close() error {
	_ = o.lines.Close() // the sinks have written everything that they acknowledged
	_ = o.log.Close()
	if o.blocked != nil {
		close(o.blocked.release)
	}
	return o.cloud.close()
}

// memorySink keeps the JSON of every record.
type memorySink struct {
	mu    sync.Mutex
	lines []string
}

// Deliver implements audit.Sink.
func (s *memorySink) Deliver(_ context.Context, batch []audit.Record) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range batch {
		s.lines = append(s.lines, r.JSON())
	}
	return nil
}

func (s *memorySink) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.lines, "\n")
}

// blockedSink never returns while the program runs, whatever its context says.
type blockedSink struct{ release chan struct{} }

// Deliver implements audit.Sink.
func (s *blockedSink) Deliver(context.Context, []audit.Record) error {
	<-s.release
	return nil
}
