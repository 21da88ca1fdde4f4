package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
)

// run is the whole program. Everything that it starts has ended when it returns.
func run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) (err error) {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	l, err := openLake(ctx, o, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	w, err := newWorld(ctx, l.url, l.bearer, l.provider)
	if err != nil {
		return err
	}
	defer w.close()
	if err := drive(ctx, w, newProgress(stderr, len(steps()))); err != nil {
		return err
	}
	if err := l.settle(ctx); err != nil {
		return err
	}
	if err := inspect(l, w, stdout); err != nil || !o.serve {
		return err
	}
	if err := l.howTo(stdout); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func drive(ctx context.Context, w *world, p *progress) error {
	defer p.end()
	for _, s := range steps() {
		p.step(s.name)
		if err := s.run(w, ctx); err != nil {
			return fmt.Errorf("lakehouse: step %q: %w", s.name, err)
		}
	}
	return nil
}

// inspect holds the trail to everything that is known from outside, and prints it. The report is looked
// through for secrets as if it were one more sink.
func inspect(l *lake, w *world, stdout io.Writer) error {
	texts, err := l.outlets.texts()
	if err != nil {
		return err
	}
	events, err := parseTrail(texts["file"])
	if err != nil {
		return err
	}
	var printed bytes.Buffer
	if err := report(&printed, events); err != nil {
		return err
	}
	plants := slices.Concat(w.plants, w.provider.secrets())
	if err := checkSinks(texts, events, plants); err != nil {
		return err
	}
	for _, name := range []string{"pubsub", "logging"} {
		if err := checkCopies(texts["file"], name, texts[name]); err != nil {
			return err
		}
	}
	raw, err := l.outlets.cloud.raw()
	if err != nil {
		return err
	}
	for what, text := range map[string]string{"the report": printed.String(), "Pub/Sub or Cloud Logging": raw} {
		if kind, leaked := newLeaks(plants).find(text); leaked {
			return fmt.Errorf("lakehouse: a planted secret (%s) is in %s", kind, what)
		}
	}
	if _, err := printed.WriteTo(stdout); err != nil {
		return err
	}
	calls := w.log.all()
	if err := reconcile(calls, events); err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "\nThe consumer of Pub/Sub and the entries of Cloud Logging have the same %d events, by id and leaf hash; no gap.\n"+
		"%d requests and %d events agree. %d planted secrets, none in %d sinks.\n%s",
		len(events), len(calls), len(events), len(plants), len(texts), l.blockedLine())
	return err
}
