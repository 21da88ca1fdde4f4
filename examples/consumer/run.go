package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"cloud.google.com/go/pubsub/v2"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

// run consumes until ctx ends, then reports.
func run(ctx context.Context, client *pubsub.Client, o options, stdout io.Writer) (err error) {
	archive, err := openArchive(o.dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, archive.file.Close()) }()
	seen, err := os.OpenFile(filepath.Join(o.dir, "seen"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, seen.Close()) }()
	dedupe, err := auditread.NewDedupe(auditread.DedupeConfig{Window: o.window, Store: seen})
	if err != nil {
		return err
	}
	gaps := auditread.NewGaps(auditread.GapsConfig{})
	t := &tally{out: stdout, fates: map[pubsubsink.Fate]int{}}
	err = pubsubsink.Receive(ctx, client.Subscriber(o.subscription), archive.add, pubsubsink.ReceiveConfig{
		Dedupe: dedupe, Gaps: gaps, DeadLetter: pubsubsink.DeadLetterTopic(client, o.dead), Observe: t.observe,
	})
	return errors.Join(err, t.report(gaps.Report()))
}

// tally is what the service tells its operator.
type tally struct {
	mu    sync.Mutex
	out   io.Writer
	fates map[pubsubsink.Fate]int
	err   error // the first of writing to out
}

// denies are printed as they come.
var denies = auditread.Filter{Outcomes: []string{"deny"}}

func (t *tally) observe(r pubsubsink.Receipt) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.fates[r.Fate]++
	switch {
	case r.Fate == pubsubsink.Handled && denies.Match(r.Entry):
		t.printf("%s %s %s %s %s\n", r.Entry.Time.Format("2006-01-02T15:04:05.000Z"), r.Entry.Tenant, r.Entry.ActionName, r.Entry.Resource, r.Entry.Reason)
	case r.Fate == pubsubsink.DeadLettered:
		t.printf("message %s is dead: %s\n", r.MessageID, r.Reason)
	case r.Fate == pubsubsink.Returned:
		t.printf("message %s comes again: %v\n", r.MessageID, r.Err)
	}
}

func (t *tally) printf(format string, args ...any) {
	if _, err := fmt.Fprintf(t.out, format, args...); t.err == nil {
		t.err = err
	}
}

// report prints the sums, and of every trail what has not come since the service started.
func (t *tally) report(trails []auditread.TrailReport) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.printf("%d archived, %d copies, %d dead\n", t.fates[pubsubsink.Handled], t.fates[pubsubsink.Dropped], t.fates[pubsubsink.DeadLettered])
	for _, r := range trails {
		state := "open"
		if r.Closed {
			state = "closed"
		}
		t.printf("trail %s of %s: %s\n", r.Trail, r.Source, state)
		for _, gap := range r.Missing() {
			t.printf("  not come: %d to %d\n", gap.First, gap.Last)
		}
	}
	return t.err
}
