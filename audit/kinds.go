package audit

import (
	"math"
	"sync"

	"github.com/daxis-io/arco-audit/internal/wire"
)

// kindTable knows the kinds of a service's own that a trail has met, by number and by wire name. The zero table is
// ready for use.
type kindTable struct {
	mu      sync.RWMutex
	numbers map[*kindInfo]uint16 // from 1
	list    []*kindInfo
	names   map[string]*kindInfo
}

// number returns the kind's number, 0 when the table is full.
func (k *kindTable) number(info *kindInfo) uint16 {
	k.mu.RLock()
	n, known := k.numbers[info]
	k.mu.RUnlock()
	if known {
		return n
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if n, known := k.numbers[info]; known {
		return n
	}
	if len(k.list) >= mostKinds {
		return 0
	}
	if k.numbers == nil {
		k.numbers, k.names = map[*kindInfo]uint16{}, map[string]*kindInfo{}
	}
	k.list = append(k.list, info)
	k.numbers[info] = uint16(len(k.list))
	k.names[info.allow], k.names[info.deny] = info, info
	return uint16(len(k.list))
}

// numbered returns the kind of a number, nil for 0.
func (k *kindTable) numbered(n uint16) *kindInfo {
	if n == 0 {
		return nil
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	if int(n) > len(k.list) {
		return nil
	}
	return k.list[n-1]
}

// named returns the kind of a wire name, a new one for a name that nobody here has declared.
func (k *kindTable) named(name string) *kindInfo {
	k.mu.RLock()
	defer k.mu.RUnlock()
	if info := k.names[name]; info != nil {
		return info
	}
	return &kindInfo{allow: name, deny: name}
}

// mostKinds bounds what is kept of a service's own kinds: a program that makes one for every event, against the
// rule, is slow but does not grow.
const mostKinds = 1024

// kindOutcome is one of the two actions of a service's own kind.
type kindOutcome struct {
	kind    *kindInfo
	outcome Outcome
}

func (t *Trail) kindStatic(k kindOutcome) *wire.Static {
	if s, ok := t.kindStatics.Load(k); ok {
		return s.(*wire.Static)
	}
	name, severity := k.kind.allow, severityNotice
	if k.outcome == OutcomeDeny {
		name, severity = k.kind.deny, severityWarning
	}
	s := t.static(name, k.kind.category, k.outcome, severity)
	if t.kinds.Add(1) <= mostKinds {
		t.kindStatics.Store(k, s)
	}
	return s
}

// maxMillis is the last time that fits beside an action and an outcome in one word of a tag.
const maxMillis = math.MaxInt64 >> 16
