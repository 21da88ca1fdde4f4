package journal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sync"
	"sync/atomic"
	"time"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/daxis-io/arco-audit/internal/sequence"
)

var (
	// ErrUnknown says that a record may or may not become durable. Treat it as not written, never append it again.
	ErrUnknown = errors.New("journal: outcome unknown")
	// ErrFull says that there is no room for this kind of record; nothing was written.
	ErrFull = errors.New("journal: no room left, deliver or enlarge Keep.Bytes")
	// ErrTenantBusy says that the tenant has used up its share of the room; nothing was written.
	ErrTenantBusy = errors.New("journal: tenant has used up its share of the room")
	// ErrUnavailable says that the disk refuses writes; nothing was written. It ends with the cause.
	ErrUnavailable = errors.New("journal: disk refuses writes")
	// ErrClosed says that Close was called; nothing was written.
	ErrClosed = errors.New("journal: closed")
	// ErrInvalid says that an argument breaks the contract; nothing was written.
	ErrInvalid = errors.New("journal: invalid argument")
	// ErrLive says that the trail's owner is alive, or that somebody else adopts it just now.
	ErrLive = errors.New("journal: trail has a living owner")
	// ErrNewer says that a later version wrote the trail, which must be left alone.
	ErrNewer = errors.New("journal: trail was written by a newer version")
	// ErrEmpty says that a dead trail never held a record. Its directory has been removed.
	ErrEmpty = errors.New("journal: trail is empty")
)

const (
	firstSegmentBytes = 1 << 20
	writeBytes        = 512 << 10 // of one write to a segment
	lockAttempts      = 200
	lockPause         = 5 * time.Millisecond
)

// Journal is the durable log of one trail. Its methods may be called concurrently.
type Journal struct {
	o      Options
	dir    string // of the trail
	lock   io.Closer
	report Report
	manual bool // no goroutines: tests drive commit and keep themselves

	synced       atomic.Uint64 // every sequence below is durable
	syncingSince atomic.Int64  // when the running sync began, in nanoseconds after born, plus 1; 0 if none runs
	born         time.Time

	mu            guard
	run           run
	counts        counts // of the run
	next          uint64
	places        sequence.Counter // writes next into payloads
	tail          tail
	shares        shares
	pending       int    // bytes appended and not yet taken by a batch
	flying        int    // bytes of the batch being written
	batch         uint64 // number of the batch being filled
	urgent        bool   // somebody waits for the batch being filled
	looking       bool   // the committer comes back by itself
	closed        bool
	shut          bool // only ends of intents and system records are taken
	unmarked      bool // the end is no clean close
	appended      int64
	failure       error         // why the last attempt to commit failed; nil once one succeeded
	pendingDone   chan struct{} // closed when the batch being filled is durable or has failed
	flyingDone    chan struct{} // likewise for the batch being written
	flyingEnd     uint64
	followers     []*Route      // wait for synced to move
	roomy         chan struct{} // closed when room may have changed
	demand        int64         // room that waiting appends want prepared
	held          int64         // room held for the ends of intents
	rolling       bool          // segments are wanted: something was or will be appended
	segments      []*segment    // oldest first
	spares        []*spare
	reserve       *spare
	fileNumber    uint64 // of the next spare
	prepareErr    error
	prepareFailed time.Time
	garbage       []string // prepared files that were given up
	keepErr       error
	relinked      int  // times that a lost name was restored
	unlinked      bool // the active segment's name has gone
	routes        map[string]*Route

	// The committer's own.
	spans     []span // the batch in hand
	out       []byte // frames on their way to the segment
	active    *segment
	file      vfs.File
	fresh     *spare // active until its first batch is durable
	named     bool   // fresh has its segment name
	pos       int64  // guarded by mu for readers
	nextIndex uint32
	backoff   time.Duration

	note noteFile

	keeping    sync.Mutex // serialises keep
	kick       chan struct{}
	kickKeeper chan struct{}
	stop       chan struct{}
	stopped    sync.WaitGroup
	finished   chan struct{}
	finishErr  error
}

// Open creates the trail's directory in o.Dir and takes its lock. Other trails in o.Dir, live, dead or of a newer
// format, do not matter to it; a trail that exists already is an error. The caller owns the journal and must
// Close it.
func Open(o Options) (*Journal, error) { return open(o, false) }

func open(o Options, manual bool) (*Journal, error) {
	if err := o.normalise(); err != nil {
		return nil, err
	}
	j := newJournal(o)
	j.manual = manual
	j.rolling = true
	if err := j.create(); err != nil {
		return nil, fmt.Errorf("journal: open: %w", err)
	}
	j.start()
	return j, nil
}

func newJournal(o Options) *Journal {
	j := &Journal{
		o:          o,
		born:       time.Now(),
		dir:        path.Join(o.Dir, o.Trail),
		tail:       tail{limit: o.TailBytes},
		shares:     newShares(o.TenantShare, o.Keep.Bytes, o.PendingBytes),
		routes:     make(map[string]*Route),
		note:       noteFile{turn: make(chan struct{}, 1)},
		kick:       make(chan struct{}, 1),
		kickKeeper: make(chan struct{}, 1),
		stop:       make(chan struct{}),
		finished:   make(chan struct{}),
	}
	j.mu.j = j
	return j
}

// create makes the directory, locks it and prepares the first segment. What it made is removed on failure.
func (j *Journal) create() error {
	lock, err := j.takeDirectory()
	if err != nil {
		return err
	}
	j.lock = lock
	names, err := j.o.FS.ReadDir(j.dir)
	if err == nil && len(names) > 1 {
		return errors.Join(errors.New("trail exists already, every process life needs its own id"), lock.Close())
	}
	if err == nil {
		err = j.prepare()
	}
	if err != nil {
		return errors.Join(err, j.removeAll(), lock.Close())
	}
	return nil
}

// takeDirectory makes the directory and locks it. Somebody who looks for dead trails may hold the lock of a new
// directory, or remove it, before its owner has the lock: that is over soon, so it is tried again for a while.
func (j *Journal) takeDirectory() (io.Closer, error) {
	for attempt := 1; ; attempt++ {
		err := j.o.FS.MkdirAll(j.dir)
		if err != nil {
			return nil, err
		}
		lock, err := j.o.FS.Lock(path.Join(j.dir, lockName))
		if err == nil || attempt == lockAttempts || !errors.Is(err, vfs.ErrLocked) && !errors.Is(err, fs.ErrNotExist) {
			return lock, err
		}
		<-time.After(lockPause)
	}
}

func (j *Journal) start() {
	if j.manual {
		return
	}
	j.stopped.Go(j.commitLoop)
	j.stopped.Go(j.keepLoop)
}

// Synced returns the sequence below which every record is durable.
func (j *Journal) Synced() uint64 { return j.synced.Load() }

// Next returns the sequence of the next record.
func (j *Journal) Next() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next
}

// Shut ends appends of all kinds but KindEnd and KindSystem: they return ErrClosed from now on.
func (j *Journal) Shut() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.shut = true
	wake(&j.roomy)
}

// Release is Close without the mark of a clean close: whoever adopts the trail next finds it as it was.
func (j *Journal) Release(ctx context.Context) error {
	j.mu.Lock()
	j.unmarked = true
	j.mu.Unlock()
	return j.Close(ctx)
}

// Trail returns the trail's id.
func (j *Journal) Trail() string { return j.o.Trail }

// Recovered reports what Adopt found. It is the zero Report for a trail that Open created.
func (j *Journal) Recovered() Report { return j.report }

// Close stops appends, makes what was appended durable, syncs the cursors, marks the trail closed and releases its
// lock. Next returns ErrClosed from then on. If ctx ends first Close returns its cause and the rest goes on in the
// background; a second Close waits for it again. An error means that the trail is left as after a crash.
func (j *Journal) Close(ctx context.Context) error {
	j.mu.Lock()
	first := !j.closed
	j.closed = true
	j.broadcastLocked()
	j.mu.Unlock()
	if first {
		close(j.stop)
		if j.manual {
			j.finish()
		} else {
			go j.finish()
		}
	}
	select {
	case <-j.finished:
		return j.finishErr
	case <-ctx.Done():
		return fmt.Errorf("journal: close: %w", context.Cause(ctx))
	}
}

// finish runs once, after the last append.
func (j *Journal) finish() {
	defer close(j.finished)
	j.stopped.Wait()
	err := j.drain()
	if j.file != nil {
		err = errors.Join(err, j.file.Close())
	}
	// What was prepared goes first: on a full disk that is the room for the mark.
	j.dropPrepared()
	if err == nil {
		err = j.syncCursors()
	}
	j.mu.Lock()
	unmarked := j.unmarked
	j.mu.Unlock()
	if err == nil && !unmarked {
		err = j.markClosed()
	}
	j.mu.Lock()
	if err != nil && j.failure == nil {
		j.failure = err
	}
	wake(&j.pendingDone)
	wake(&j.flyingDone)
	j.broadcastLocked()
	j.mu.Unlock()
	j.closeRoutes()
	j.endNotes()
	if err = errors.Join(err, j.lock.Close()); err != nil {
		j.finishErr = fmt.Errorf("journal: close: %w", err)
	}
}

// drain commits what is left, trying a failing disk once more.
func (j *Journal) drain() error {
	if planted(plantLoseLastBatch) {
		return nil
	}
	for {
		if err := j.commit(); err != nil {
			return err
		}
		j.mu.Lock()
		done := j.pending+j.flying == 0
		j.mu.Unlock()
		if done {
			return nil
		}
	}
}

// broadcastLocked wakes everybody who waits for something other than a batch.
func (j *Journal) broadcastLocked() {
	j.wakeFollowersLocked()
	wake(&j.roomy)
}

func (j *Journal) wakeFollowersLocked() {
	for _, r := range j.followers {
		r.waiting = false
		nudge(r.wake)
	}
	j.followers = j.followers[:0]
}

// wake closes a channel that somebody may be waiting on and forgets it.
func wake(ch *chan struct{}) {
	if *ch != nil {
		close(*ch)
		*ch = nil
	}
}

// waitOn returns the channel, making it for the first who waits.
func waitOn(ch *chan struct{}) <-chan struct{} {
	if *ch == nil {
		*ch = make(chan struct{})
	}
	return *ch
}

// nudge makes a loop look again; it never blocks.
func nudge(ch chan<- struct{}) {
	select {
	case ch <- struct{}{}:
	default:
	}
}
