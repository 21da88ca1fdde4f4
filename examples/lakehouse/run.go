package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// run is the whole program. Everything that it starts has ended when it returns.
func run(ctx context.Context, args []string, _ io.Reader, stdout, stderr io.Writer) (err error) {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	begun := time.Now().Truncate(time.Millisecond)
	l, err := openLake(ctx, o, stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	w, err := newWorld(ctx, l)
	if err != nil {
		return err
	}
	defer w.release()
	if err := drive(ctx, w, newProgress(stderr, len(steps()))); err != nil {
		return err
	}
	blocked, err := w.close(ctx)
	if err != nil {
		return err
	}
	if err := inspect(ctx, w, begun, blocked, stdout); err != nil || !o.serve {
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
	for i, s := range steps() {
		p.step(s.name)
		w.log.begin(i + 1)
		if err := s.run(w, ctx); err != nil {
			return fmt.Errorf("lakehouse: step %q: %w", s.name, err)
		}
	}
	return nil
}

// close ends the day: of services that go on, everything that they announced has to be on its way; others end. It
// returns what is to be said of blocked routes.
func (w *world) close(ctx context.Context) (blocked string, err error) {
	l := w.lake
	if l.options.serve {
		err = until(ctx, "what was announced", func() bool {
			have := map[string]bool{}
			for _, e := range l.destinations.consumer.entries() {
				have[e.ID.String()] = true
			}
			return !slices.ContainsFunc(w.log.all(), func(c call) bool { return slices.ContainsFunc(c.events, func(id string) bool { return !have[id] }) })
		})
	}
	if err := errors.Join(err, l.settle()); err != nil {
		return "", err
	}
	blocked = l.blockedLine()
	if l.options.serve {
		return blocked, nil
	}
	return blocked, l.stopServices()
}

// inspection is what the lakehouse is held to, and what is said about it.
type inspection struct {
	events []event
	plants []plant
	tally  tally
	trails int
	report bytes.Buffer
}

// inspect holds the trails to everything that is known from outside, and prints the report once all of it holds.
func inspect(ctx context.Context, w *world, begun time.Time, blocked string, stdout io.Writer) error {
	var i inspection
	i.plants = slices.Concat(w.plants, w.lake.authority.secrets())
	texts, err := i.read(ctx, w)
	if err != nil {
		return err
	}
	if i.tally, err = reconcile(w.log.all(), i.events); err != nil {
		return err
	}
	if i.trails, err = checkGaps(i.events, w.openTrails()); err != nil {
		return err
	}
	if err := i.write(ctx, w, begun); err != nil {
		return err
	}
	texts["the report"], texts["what the services complain of"] = i.report.String(), w.lake.complaints.text()
	if texts["the files"], err = written(w.lake.dir); err != nil {
		return err
	}
	if err := checkSecrets(texts, i.plants); err != nil {
		return err
	}
	if _, err := i.report.WriteTo(stdout); err != nil {
		return err
	}
	_, err = fmt.Fprint(stdout, i.verdict(w), blocked)
	return err
}

// openTrails is how many trails may be without an end: those of services that run, and the dead one that a blocked route
// holds open.
func (w *world) openTrails() int {
	open := len(w.lake.processes)
	if w.lake.options.block {
		open++
	}
	return open
}

// read returns what every destination holds, once all have the same.
func (i *inspection) read(ctx context.Context, w *world) (map[string]string, error) {
	files, err := outputs(w.lake.dir, "jsonl")
	if err != nil {
		return nil, err
	}
	if i.events, err = parseTrail(files); err != nil {
		return nil, err
	}
	// The consumer may still read; the other destinations answered before the services ended.
	err = until(ctx, "the last event to the consumer", func() bool { return len(w.lake.destinations.consumer.entries()) >= len(i.events) })
	if err != nil {
		return nil, err
	}
	texts, err := w.lake.destinations.texts()
	if err != nil {
		return nil, err
	}
	if err := checkCopies(i.events, texts); err != nil {
		return nil, err
	}
	log, err := outputs(w.lake.dir, "log")
	if err != nil {
		return nil, err
	}
	if err := checkLog(i.events, log); err != nil {
		return nil, err
	}
	texts["file"], texts["slog"] = files, log
	texts["Pub/Sub and Cloud Logging"], err = w.lake.destinations.raw()
	return texts, err
}

// write asks the questions and writes the report.
func (i *inspection) write(ctx context.Context, w *world, begun time.Time) error {
	keys, err := keysOf(w.lake.keys)
	if err != nil {
		return err
	}
	view, err := openView(ctx, w.lake.dir, w.lake.destinations.logging.Routed())
	if err != nil {
		return err
	}
	defer func() { _ = view.database.Close() }()
	var answers []answer
	for _, q := range questions("user:" + keys.Pseudonym("acme", linus)) {
		a, err := w.lake.ask(ctx, view, q, begun)
		if err != nil {
			return err
		}
		answers = append(answers, a)
	}
	return errors.Join(
		reportDay(&i.report, w.log.all()),
		reportCounts(&i.report, i.events, i.tally.folded),
		reportAnswers(&i.report, answers),
		reportWithheld(&i.report, i.events),
	)
}

// verdict is what holds.
func (i *inspection) verdict(w *world) string {
	return fmt.Sprintf(`
The catalog was killed with SIGKILL when %d of its events had not reached Cloud Logging; its next life delivered them.
%d requests and %d decisions agree, each decision once. The five answers of Cloud Logging and SQLite are the same.
Lost: none of %d events that answers announced; files, slog, memory, Pub/Sub and Cloud Logging have the same events.
Gaps: none in %d trails. Secrets: %d planted, none in any destination, journal, log or report.
`, w.waiting, len(w.log.all()), decisions(i.events)+i.tally.folded, i.tally.announced, i.trails, len(i.plants))
}

func decisions(events []event) (n int) {
	for _, e := range events {
		if !e.system() {
			n++
		}
	}
	return n
}
