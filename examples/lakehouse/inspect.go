package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	cloudevents "github.com/cloudevents/sdk-go/v2/event"
)

// parseTrail reads JSON lines and holds every one to the CloudEvents SDK.
func parseTrail(text string) ([]event, error) {
	var events []event
	for line := range strings.Lines(text) {
		var oracle cloudevents.Event
		if err := json.Unmarshal([]byte(line), &oracle); err != nil {
			return nil, fmt.Errorf("lakehouse: line %d is no CloudEvent: %w", len(events)+1, err)
		}
		if err := oracle.Validate(); err != nil {
			return nil, fmt.Errorf("lakehouse: line %d is no valid CloudEvent: %w", len(events)+1, err)
		}
		var e event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return nil, fmt.Errorf("lakehouse: line %d is not an audit event: %w", len(events)+1, err)
		}
		events = append(events, e)
	}
	return events, nil
}

// checkSinks holds the sinks to each other and looks for every planted secret in what each of them wrote.
func checkSinks(texts map[string]string, events []event, plants []plant) error {
	found := newLeaks(plants)
	for name, text := range texts {
		if what, leaked := found.find(text); leaked {
			return fmt.Errorf("lakehouse: sink %s holds a planted secret (%s)", name, what)
		}
		for _, e := range events {
			if strings.Count(text, `"id":"`+e.ID+`"`) != 1 {
				return fmt.Errorf("lakehouse: sink %s does not hold event %s exactly once", name, e.Sequence)
			}
		}
	}
	if !slices.IsSortedFunc(events, func(a, b event) int { return strings.Compare(a.Sequence, b.Sequence) }) {
		return errors.New("lakehouse: the trail is not in sequence")
	}
	return nil
}
