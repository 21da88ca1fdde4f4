package delivery

import (
	"errors"
	"time"
)

// Fault is an error of a sink that says more than that a batch failed.
type Fault struct {
	Err     error
	Indices []int // the records it is about; empty: the whole batch
	Poison  bool  // these records can never be delivered
	Down    bool  // the destination cannot be used at all for now
	// Throttled says that the destination wants no more before After has passed.
	Throttled bool
	After     time.Duration
}

// Error returns the text of the cause.
func (f *Fault) Error() string {
	if f.Err == nil {
		return "delivery failed"
	}
	return f.Err.Error()
}

// Unwrap returns the cause.
func (f *Fault) Unwrap() error { return f.Err }

// Verdict is what an attempt on n records left to do.
type Verdict struct {
	Retry  []int // ascending
	Poison []int // ascending
	After  time.Duration
	Down   bool
	Split  bool // one or more of the records to retry are poison: try parts of them, to find out which
}

// Judge reads the error of an attempt on n records. Records that are named as failed or poisoned are; if
// any are named, all others were delivered. An error that names none, or one that is no record of the batch,
// is about all of them.
func Judge(err error, n int) Verdict {
	if err == nil {
		return Verdict{}
	}
	j := judgement{fate: make([]fate, n)}
	j.visit(err, cover{})
	v := Verdict{After: j.after, Down: j.down}
	whole := j.plain || !j.named
	for i, f := range j.fate {
		switch {
		case f == poisoned, j.poisonAll && n == 1:
			v.Poison = append(v.Poison, i)
		case f == failed, whole:
			v.Retry = append(v.Retry, i)
		}
	}
	v.Split = j.poisonAll && n > 1
	return v
}

type fate byte

const (
	delivered fate = iota
	failed
	poisoned
)

// judgement collects what an error tree says.
type judgement struct {
	fate      []fate
	after     time.Duration
	down      bool
	named     bool // some fault named records
	plain     bool // some error says nothing of records
	poisonAll bool
}

// cover is what the faults above an error of the tree already say of it.
type cover struct {
	meaning bool // what it means
	records bool // which records it is about
}

// visit walks the tree.
func (j *judgement) visit(err error, c cover) {
	if f, ok := err.(*Fault); ok {
		j.take(f, c)
		if f.Err != nil {
			j.visit(f.Err, cover{meaning: true, records: c.records || len(f.Indices) > 0})
		}
		return
	}
	switch u := err.(type) {
	case interface{ Unwrap() []error }:
		for _, e := range u.Unwrap() {
			j.visit(e, c)
		}
	case interface{ Unwrap() error }:
		if inner := u.Unwrap(); inner != nil {
			j.visit(inner, c)
			return
		}
		j.plain = j.plain || !c.meaning
	default:
		j.plain = j.plain || !c.meaning
	}
}

func (j *judgement) take(f *Fault, c cover) {
	j.after = max(j.after, f.After)
	j.down = j.down || f.Down
	if len(f.Indices) == 0 {
		j.poisonAll = j.poisonAll || f.Poison
		// How the destination fares says nothing of the records; all else is about all of them.
		j.plain = j.plain || !c.records && (f.Poison || !f.Throttled && !f.Down)
		return
	}
	j.named = true
	for _, i := range f.Indices {
		switch {
		case i < 0 || i >= len(j.fate):
			j.plain = true
		case f.Poison:
			j.fate[i] = poisoned
		case j.fate[i] != poisoned:
			j.fate[i] = failed
		}
	}
}

// ErrFull says that the log holds as much as it may, and that no route may skip.
var ErrFull = errors.New("delivery: log full")

// ErrBusy says that one tenant holds more than its share of a log that is half full.
var ErrBusy = errors.New("delivery: tenant over its share")

// ErrSealed says that the log takes no more records.
var ErrSealed = errors.New("delivery: log sealed")

// ErrAbandoned says that what a caller waited for will not happen any more.
var ErrAbandoned = errors.New("delivery: abandoned")
