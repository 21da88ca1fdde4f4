package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// tally is what reconcile found.
type tally struct {
	announced int // ids of events in answers
	folded    int // denies that have no event of their own
}

// reconcile compares the log of the requests with the events: each decision has one event under the id of its request
// or is counted by the DENIES_SUPPRESSED whose id its answer announced, and there are no others. Requests whose id was
// a secret are compared together.
func reconcile(calls []call, events []event) (tally, error) {
	r := reconciler{byID: map[string]event{}, want: map[string][]string{}, folds: map[string]int{}}
	for _, e := range events {
		r.byID[e.ID] = e
	}
	for _, c := range calls {
		if err := r.call(c); err != nil {
			return r.tally, err
		}
	}
	if err := r.events(events); err != nil {
		return r.tally, err
	}
	return r.tally, r.suppressed(events)
}

// withheld stands for the ids of requests that no event can have.
const withheld = "[REDACTED:"

type reconciler struct {
	tally
	byID  map[string]event
	want  map[string][]string // by request id
	folds map[string]int      // by the id of the event that counts them
}

// call notes what one call must have left. The answer's ids are those of its events: of the catalog all of them, of
// the others at least the last.
func (r *reconciler) call(c call) error {
	want := c.want()
	var announced []string
	for _, id := range c.events {
		r.announced++
		e, has := r.byID[id]
		switch {
		case !has:
			return fmt.Errorf("lakehouse: %s %s %s: the answer announced an event that is lost", c.service, c.method, c.template)
		case e.Action == "DENIES_SUPPRESSED":
			last := len(want) - 1
			if !strings.Contains(want[last], "_DENY") {
				return fmt.Errorf("lakehouse: %s %s %s: what was allowed is counted as refused", c.service, c.method, c.template)
			}
			want = want[:last]
			r.folds[id]++
			r.folded++
		default:
			announced = append(announced, e.what())
		}
	}
	if err := c.announces(announced, want); err != nil {
		return err
	}
	key := c.id
	if c.planted {
		key = withheld
	}
	r.want[key] = append(r.want[key], want...)
	return nil
}

// announces compares the events that an answer announced with those that it must have left.
func (c call) announces(announced, want []string) error {
	right := sameSet(announced, want)
	if c.service != serviceCatalog {
		right = len(announced) <= len(want) && slices.Equal(announced, want[len(want)-len(announced):]) && (len(announced) > 0 || len(want) == 0)
	}
	if c.status == 0 {
		right = len(announced) == 0
	}
	if !right {
		return fmt.Errorf("lakehouse: %s %s %s answered %d: announced %v, expected %v", c.service, c.method, c.template, c.status, announced, want)
	}
	return nil
}

// events compares the events of each request id with those that were expected.
func (r *reconciler) events(events []event) error {
	got := map[string][]string{}
	for _, e := range events {
		if e.system() {
			continue
		}
		key := e.Data.RequestID
		if _, known := r.want[key]; !known {
			key = withheld
		}
		got[key] = append(got[key], e.what())
	}
	for id := range maps.Keys(r.want) {
		if !sameSet(r.want[id], got[id]) {
			return fmt.Errorf("lakehouse: request %s: events %v, expected %v", id, got[id], r.want[id])
		}
		delete(got, id)
	}
	if len(got) > 0 {
		return fmt.Errorf("lakehouse: events of no request: %v", slices.Collect(maps.Values(got)))
	}
	return nil
}

// suppressed compares the counts of denies with the answers that named them.
func (r *reconciler) suppressed(events []event) error {
	for _, e := range events {
		if e.Action != "DENIES_SUPPRESSED" {
			continue
		}
		if n, err := strconv.Atoi(e.Data.Details.Count); err != nil || n != r.folds[e.ID] {
			return fmt.Errorf("lakehouse: an event counts %s denies, %d answers named it", e.Data.Details.Count, r.folds[e.ID])
		}
	}
	return nil
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
