package faultfs

import (
	"fmt"
	"path"
)

// Kind is a kind of operation.
type Kind uint8

// The kinds of operations.
const (
	KindAny Kind = iota
	KindCreate
	KindOpen
	KindMkdir
	KindReadDir
	KindRename
	KindRemove
	KindSyncDir
	KindLock
	KindRead
	KindWrite
	KindAllocate
	KindSync
)

// String returns the kind's name.
func (k Kind) String() string {
	names := [...]string{"any", "create", "open", "mkdir", "readdir", "rename", "remove", "syncdir", "lock", "read",
		"write", "allocate", "sync"}
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("kind %d", uint8(k))
}

func (k Kind) mutates() bool { return k != KindOpen && k != KindReadDir && k != KindRead }

// Op is one operation on one name.
type Op struct {
	Kind Kind
	Name string
}

// String returns the operation as a failure message shows it.
func (o Op) String() string { return fmt.Sprintf("%s %s", o.Kind, o.Name) }

// Rule is a fault as an input: which operations fail, and how. It prints itself, so that a failed test names it.
type Rule struct {
	Kind    Kind   // KindAny matches all
	Pattern string // of path.Match against the last element of the name; "" matches all
	After   int    // how many matching operations pass first
	Times   int    // how many fail then; 0 for all
	Err     error  // what they return; nil only delays
	Short   int    // bytes that a failing write writes all the same
	Block   <-chan struct{}

	seen int
}

// String returns the rule as a failure message shows it.
func (r *Rule) String() string {
	times := "always"
	if r.Times > 0 {
		times = fmt.Sprintf("%d times", r.Times)
	}
	pattern := r.Pattern
	if pattern == "" {
		pattern = "*"
	}
	return fmt.Sprintf("(%s %s after %d, %s: %v)", r.Kind, pattern, r.After, times, r.Err)
}

// Inject replaces the rules in force. The first rule that matches an operation decides on it.
func (f *FS) Inject(rules ...Rule) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.rules = f.rules[:0]
	for i := range rules {
		f.rules = append(f.rules, &rules[i])
	}
}

// matchLocked returns the rule that makes this operation fail, if there is one.
func (f *FS) matchLocked(op Op) *Rule {
	for _, r := range f.rules {
		if r.Kind != KindAny && r.Kind != op.Kind {
			continue
		}
		if ok, err := path.Match(r.Pattern, path.Base(op.Name)); r.Pattern != "" && (err != nil || !ok) {
			continue
		}
		r.seen++
		if r.seen > r.After && (r.Times == 0 || r.seen <= r.After+r.Times) {
			return r
		}
	}
	return nil
}
