package audit

import (
	"context"
	"encoding/binary"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daxis-io/arco-audit/internal/flood"
)

const (
	// ledgerVersion begins a note. A note that begins otherwise is a later version's.
	ledgerVersion = 1
	// ledgerShare is how many times as long as a save took there is none.
	ledgerShare = 10
	// ledgerIdle is when a ledger that has not changed is looked at again, so that what is on the disk leaves it.
	ledgerIdle = time.Second
)

// ledger keeps in the note of a journal which folded denies no event on the disk counts yet, so that whoever adopts the
// trail of a killed process counts them. What was folded is there within SyncEvery or, when the disk is slow,
// ten times what it takes. It has a goroutine, since a disk may hang.
type ledger struct {
	dirty atomic.Bool // something was folded since the last save began
	wake  chan struct{}
	stop  chan struct{}
	ended chan struct{}
	noted bool          // the note may hold something; the goroutine's
	took  time.Duration // of the last save; the goroutine's

	mu     sync.Mutex
	events []*ledgerEvent
}

// ledgerEvent is a summary that was handed to the journal. It stays in the note until its event is on the disk, and that
// event stays in the journal until the note is without it: who finds the summary in the note must find its event too, or
// would count it twice.
type ledgerEvent struct {
	id    [16]byte
	line  []byte   // of the note
	from  Sequence // not after the event
	after Sequence // the sequence after the event; 0 while it is not known
}

func newLedger() *ledger {
	return &ledger{wake: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{})}
}

// touch says that something was folded.
func (l *ledger) touch() {
	if l.dirty.Load() || l.dirty.Swap(true) {
		return
	}
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// keepLedger saves the ledger until it is stopped, and then once more.
func (t *Trail) keepLedger() {
	l := t.ledger
	defer close(l.ended)
	timer := time.NewTimer(math.MaxInt64)
	defer timer.Stop()
	for {
		select {
		case <-l.wake:
			timer.Reset(max(t.config.SyncEvery, ledgerShare*l.took))
		case <-timer.C:
			if t.saveLedger(); l.noted {
				timer.Reset(ledgerIdle)
			}
		case <-l.stop:
			t.saveLedger()
			return
		}
	}
}

// saveLedger makes the note what the ledger is now.
func (t *Trail) saveLedger() {
	l, start := t.ledger, time.Now()
	l.dirty.Store(false) // before looking: what is folded from now on asks for another save
	text, omitted := l.text(t.denies.Pending(), Sequence(t.disk.journal.Synced()))
	if len(text) == 0 && !l.noted {
		return
	}
	l.noted = true
	if err := t.disk.journal.KeepNote(text); err != nil {
		t.hooks.failed("journal", err) // tried again
		return
	}
	l.noted = len(text) > 0
	l.forget(omitted)
	l.took = time.Since(start)
}

// text returns the note, and the events that it omits because they are on the disk.
func (l *ledger) text(pending []flood.Summary, synced Sequence) (text []byte, omitted map[*ledgerEvent]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	handed := map[[16]byte]bool{} // since pending was looked at, perhaps
	omitted = map[*ledgerEvent]bool{}
	for _, e := range l.events {
		handed[e.id] = true
		if omitted[e] = e.after > 0 && e.after <= synced; !omitted[e] {
			text = append(text, e.line...)
		}
	}
	for i := range pending {
		if !handed[pending[i].ID] {
			text = appendLine(text, &pending[i])
		}
	}
	if len(text) > 0 {
		text = append([]byte{ledgerVersion}, text...)
	}
	return text, omitted
}

func (l *ledger) forget(omitted map[*ledgerEvent]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept := l.events[:0]
	for _, e := range l.events {
		if !omitted[e] {
			kept = append(kept, e)
		}
	}
	clear(l.events[len(kept):])
	l.events = kept
}

// handing says that the event of sum is about to be handed to the journal, with the sequence from or a later one.
func (l *ledger) handing(sum *flood.Summary, from Sequence) *ledgerEvent {
	e := &ledgerEvent{id: sum.ID, line: appendLine(nil, sum), from: from}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
	return e
}

// handed says how that went.
func (l *ledger) handed(e *ledgerEvent, after Sequence, err error) {
	if err != nil {
		l.forget(map[*ledgerEvent]bool{e: true})
		return
	}
	l.mu.Lock()
	e.after = after
	l.mu.Unlock()
	l.touch() // so that a save comes that omits it
}

// floor is the sequence from which on the journal must keep everything for the ledger's sake.
func (l *ledger) floor(synced Sequence) Sequence {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events {
		synced = min(synced, e.from)
	}
	return synced
}

// halt ends the goroutine. A disk that hangs is not waited for longer than ctx and the grace allow.
func (l *ledger) halt(ctx context.Context) {
	close(l.stop)
	awaitEnd(ctx, l.ended)
}

// folds are denies that were counted and that no event counts.
type folds struct {
	id     [16]byte
	tenant string
	body   []byte // the details of their event
}

// appendLine appends what the ledger says of a summary: the id, and tenant and details, each behind its length.
func appendLine(dst []byte, sum *flood.Summary) []byte {
	dst = append(dst, sum.ID[:]...)
	dst = binary.AppendUvarint(dst, uint64(len(sum.Tenant)))
	dst = append(dst, sum.Tenant...)
	body := appendSummary(nil, sum)
	dst = binary.AppendUvarint(dst, uint64(len(body)))
	return append(dst, body...)
}

var errLedger = errors.New("audit: the counts of folded denies that a dead process left cannot be read")

// parseLedger reads a note.
func parseLedger(text []byte) (list []folds, err error) {
	if len(text) == 0 {
		return nil, nil
	}
	if text[0] != ledgerVersion {
		return nil, errLedger
	}
	for text = text[1:]; len(text) > 0; {
		var f folds
		if len(text) < len(f.id) {
			return nil, errLedger
		}
		text = text[copy(f.id[:], text):]
		for _, part := range []func(b []byte){func(b []byte) { f.tenant = string(b) }, func(b []byte) { f.body = b }} {
			n, size := binary.Uvarint(text)
			if size <= 0 || n > uint64(len(text)-size) {
				return nil, errLedger
			}
			part(text[size : size+int(n)])
			text = text[size+int(n):]
		}
		list = append(list, f)
	}
	return list, nil
}
