package auditotel

import (
	"sync"

	"github.com/daxis-io/arco-audit/audit"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// The attribute keys; there are no others.
const (
	keyAction  = "action"
	keyRoute   = "route"
	keyOutcome = "outcome"
	keyReason  = "reason"
)

// mostValues bounds the values of one attribute, those of known aside; the rest is other.
const (
	mostValues = 128
	other      = "other"
)

// values are the values that one attribute has taken.
type values struct {
	known map[string]bool // never changes
	mu    sync.RWMutex
	seen  map[string]bool
}

// actionNames are the values that always have room.
func actionNames() map[string]bool {
	known := map[string]bool{}
	for _, a := range audit.Actions() {
		known[a.String()] = true
	}
	return known
}

func newValues(known map[string]bool) *values {
	return &values{known: known, seen: map[string]bool{}}
}

// bounded returns v, or other when there are too many values already.
func (s *values) bounded(v string) string {
	if s.known[v] {
		return v
	}
	s.mu.RLock()
	seen, full := s.seen[v], len(s.seen) >= mostValues
	s.mu.RUnlock()
	switch {
	case seen:
		return v
	case full:
		return other
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.seen[v] && len(s.seen) >= mostValues {
		return other
	}
	s.seen[v] = true
	return v
}

// pair is a counter with one or two attributes whose options are made once for each combination.
type pair struct {
	counter        metric.Int64Counter
	key1, key2     string
	value1, value2 *values
	options        sync.Map // [2]string, bounded, to []metric.AddOption
}

// options are bounded by mostValues of each value.
func (p *pair) with(v1, v2 string) []metric.AddOption {
	at := [2]string{p.value1.bounded(v1)}
	if p.key2 != "" {
		at[1] = p.value2.bounded(v2)
	}
	if o, ok := p.options.Load(at); ok {
		return o.([]metric.AddOption)
	}
	attributes := []attribute.KeyValue{attribute.String(p.key1, at[0])}
	if p.key2 != "" {
		attributes = append(attributes, attribute.String(p.key2, at[1]))
	}
	if planted {
		attributes = append(attributes, attribute.String("tenant", "acme"))
	}
	o, _ := p.options.LoadOrStore(at, []metric.AddOption{metric.WithAttributeSet(attribute.NewSet(attributes...))})
	return o.([]metric.AddOption)
}
