package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"

	logging "cloud.google.com/go/logging/apiv2"
	"cloud.google.com/go/pubsub/v2"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/postsink"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
	"github.com/daxis-io/arco-audit/sinks/slogsink"
	"github.com/daxis-io/arco-audit/sinks/writersink"
)

const blockedRoute = "blocked"

// routes fan out from a service to the destinations of the lakehouse. Only the file is required.
type routes struct {
	all    []audit.Route
	opened []func() error // to be closed in reverse
}

func openRoutes(s setup) (r *routes, err error) {
	r = &routes{}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.close())
		}
	}()
	lines, err := r.create(s.output("jsonl"))
	if err != nil {
		return nil, err
	}
	log, err := r.create(s.output("log"))
	if err != nil {
		return nil, err
	}
	publisher, entries, err := r.clients(s)
	if err != nil {
		return nil, err
	}
	r.all = []audit.Route{
		{Name: "file", Sink: writersink.New(lines), Required: true},
		{Name: "slog", Sink: slogsink.New(slog.NewJSONHandler(log, nil))},
		{Name: "memory", Sink: postsink.Sink{URL: s.Memory}},
		{Name: "pubsub", Sink: pubsubsink.New(publisher, auditTopic)},
		{Name: "logging", Sink: gcplogsink.New(entries, auditLog)},
	}
	if s.Block {
		blocked := &blockedSink{release: make(chan struct{})}
		r.opened = append(r.opened, func() error { close(blocked.release); return nil })
		r.all = append(r.all, audit.Route{Name: blockedRoute, Sink: blocked})
	}
	return r, nil
}

// create refuses a file that exists: a run never overwrites the trail of another.
func (r *routes) create(name string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		r.opened = append(r.opened, f.Close)
	}
	return f, err
}

// clients are those of Pub/Sub and Cloud Logging that any service would use, with the addresses of the lakehouse.
func (r *routes) clients(s setup) (*pubsub.Client, *logging.Client, error) {
	plain := grpc.WithTransportCredentials(insecure.NewCredentials())
	local := func(address string) []option.ClientOption {
		return []option.ClientOption{option.WithEndpoint(address), option.WithoutAuthentication(), option.WithGRPCDialOption(plain)}
	}
	publisher, err := pubsub.NewClient(context.Background(), project, local(s.PubSub)...)
	if err != nil {
		return nil, nil, err
	}
	r.opened = append(r.opened, publisher.Close)
	entries, err := logging.NewClient(context.Background(), local(s.Logging)...)
	if err != nil {
		return nil, nil, err
	}
	r.opened = append(r.opened, entries.Close)
	return publisher, entries, nil
}

func (r *routes) close() error {
	var failures []error
	for _, end := range slices.Backward(r.opened) {
		failures = append(failures, end())
	}
	return errors.Join(failures...)
}

// blockedSink never returns while the service runs, whatever its context says.
type blockedSink struct{ release chan struct{} }

// Deliver implements audit.Sink.
func (s *blockedSink) Deliver(context.Context, []audit.Record) error {
	<-s.release
	return nil
}
