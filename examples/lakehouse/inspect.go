package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

// parseTrail reads JSON lines, each event once, and holds every one to the CloudEvents SDK. What is no JSON object is
// the half line that a killed process left, whose event comes again.
func parseTrail(text string) ([]event, error) {
	var events []event
	seen := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if !json.Valid([]byte(line)) {
			continue
		}
		var oracle cloudevents.Event
		if err := json.Unmarshal([]byte(line), &oracle); err != nil {
			return nil, fmt.Errorf("lakehouse: a line is no CloudEvent: %w", err)
		}
		if err := oracle.Validate(); err != nil {
			return nil, fmt.Errorf("lakehouse: a line is no valid CloudEvent: %w", err)
		}
		e := event{text: line}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return nil, fmt.Errorf("lakehouse: a line is not an audit event: %w", err)
		}
		if other, again := seen[e.ID]; again {
			if other != line {
				return nil, fmt.Errorf("lakehouse: two copies of event %s of a trail differ", e.Sequence)
			}
			continue
		}
		seen[e.ID] = line
		events = append(events, e)
	}
	slices.SortFunc(events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.service(), b.service()), cmp.Compare(a.Trail, b.Trail), cmp.Compare(a.Sequence, b.Sequence))
	})
	return events, nil
}

// outputs is what the files of one kind hold.
func outputs(dir, kind string) (string, error) {
	names, err := filepath.Glob(filepath.Join(dir, "trail", "*."+kind))
	if err != nil || len(names) == 0 {
		return "", errors.Join(err, errors.New("lakehouse: no service has written a file"))
	}
	var all strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return "", err
		}
		all.Write(append(text, '\n'))
	}
	return all.String(), nil
}

// checkCopies holds the readers of every destination to the files: the same events with the same leaf hashes, no more
// and no less. All are canonical events, one a line.
func checkCopies(events []event, texts map[string]string) error {
	for name, text := range texts {
		copies, err := parseTrail(text)
		if err != nil {
			return fmt.Errorf("%w (%s)", err, name)
		}
		same := slices.EqualFunc(events, copies, func(a, b event) bool {
			return auditread.LeafOf(a.text) == auditread.LeafOf(b.text)
		})
		if !same {
			return fmt.Errorf("lakehouse: %s has %d events, the files have %d, or some differ", name, len(copies), len(events))
		}
	}
	return nil
}

// checkLog looks for every event in the log of the services, which is not made of events.
func checkLog(events []event, log string) error {
	for _, e := range events {
		if !strings.Contains(log, `"id":"`+e.ID+`"`) {
			return fmt.Errorf("lakehouse: the log does not have event %s of a trail", e.Sequence)
		}
	}
	return nil
}

// checkGaps counts the trails, none of which may have a gap. One that is open may go on; one that is not closed in the
// end waits for the route that is blocked.
func checkGaps(events []event, open int) (trails int, err error) {
	gaps := auditread.NewGaps(auditread.GapsConfig{})
	for _, e := range events {
		entry, err := auditread.Decode(e.text)
		if err != nil {
			return 0, err
		}
		gaps.Add(entry)
		if e.Action == "GAP_FOUND" || e.Action == "EVENTS_DROPPED" || e.Action == "EVENT_QUARANTINED" {
			return 0, fmt.Errorf("lakehouse: %s has a %s", e.service(), e.Action)
		}
	}
	reports := gaps.Report()
	for _, r := range reports {
		switch {
		case len(r.Missing()) > 0 || r.Unlisted > 0:
			return 0, fmt.Errorf("lakehouse: a trail of %s has a gap", r.Source)
		case !r.Closed:
			open--
		}
	}
	if open < 0 {
		return 0, errors.New("lakehouse: a trail has no end")
	}
	return len(reports), nil
}

// checkSecrets looks for every planted secret in what each destination, log and report holds.
func checkSecrets(texts map[string]string, plants []plant) error {
	found := newLeaks(plants)
	for name, text := range texts {
		if what, leaked := found.find(text); leaked {
			return fmt.Errorf("lakehouse: %s holds a planted secret (%s)", name, what)
		}
	}
	return nil
}

// written is what stands in the files of the lakehouse beside the warehouse, journals and databases among them.
func written(dir string) (string, error) {
	var all strings.Builder
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "warehouse":
			return fs.SkipDir
		case !d.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil // of a journal that has no more use for it
		}
		all.Write(bytes.ReplaceAll(text, []byte{0}, nil)) // a journal is full of them
		return err
	})
	return all.String(), err
}
