package audit_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/daxis-io/arco-audit/redact"
	"github.com/google/uuid"
)

// simWorld is the disk, the destinations and the processes of a simulation, and what was promised to their users.
type simWorld struct {
	history      simHistory
	keys         redact.Keys
	destinations []*simDestination
	lives        []*simLife
	disk         *faultfs.FS
	hang         chan struct{} // what a hanging disk waits for

	mu         sync.Mutex
	crashed    *faultfs.FS // what a crash left, until the next life
	bytes      map[audit.ID]string
	emissions  map[audit.ID]*simEmissions
	resort     map[audit.ID]bool // what Config.LastResort took
	violations []string
}

// simLife is one process.
type simLife struct {
	index  int
	trail  *audit.Trail
	id     audit.TrailID
	dead   bool // killed; guarded by the world's lock
	diedAt time.Time
	faulty bool  // its disk failed in its time
	closed bool  // Close returned
	left   error // what Close returned
}

// simEmissions are those whose Emit returned one id: one, or the denies that one summary counts.
type simEmissions struct {
	life     *simLife
	class    simClass
	key      string // tenant/action/reason
	accepted []time.Time
	unknown  int
}

type simClass int

const (
	simRoutine simClass = iota
	simCritical
	simDeny
)

func newSimWorld(h simHistory, seed uint64) *simWorld {
	w := &simWorld{
		history: h, keys: redact.EphemeralKeys(), disk: faultfs.New(), bytes: map[audit.ID]string{},
		emissions: map[audit.ID]*simEmissions{}, resort: map[audit.ID]bool{},
	}
	for i := range h.routes {
		w.destinations = append(w.destinations, &simDestination{
			w: w, index: i, rand: rand.New(rand.NewPCG(seed, uint64(i))), got: map[audit.ID]int{}, refused: map[audit.ID]string{}, suspected: map[audit.ID]string{}, settled: map[simPlace]bool{},
			release: make(chan struct{}),
		})
	}
	return w
}

func (w *simWorld) check(holds bool, format string, args ...any) {
	if holds {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.failLocked(format, args...)
}

func (w *simWorld) failLocked(format string, args ...any) {
	if len(w.violations) < 8 {
		w.violations = append(w.violations, fmt.Sprintf(format, args...))
	}
}

// Write implements io.Writer for Config.LastResort.
func (w *simWorld) Write(line []byte) (int, error) {
	_, rest, _ := strings.Cut(string(line), `,"id":"`)
	id, err := audit.ParseID(rest[:min(36, len(rest))])
	w.check(err == nil, "a line of the last resort has no id")
	w.mu.Lock()
	defer w.mu.Unlock()
	w.resort[id] = true
	return len(line), nil
}

func (w *simWorld) config(life *simLife) audit.Config {
	c := audit.Config{
		Service: "catalog", Environment: "test", Instance: "i-1", Keys: w.keys, StartOffline: true,
		DenyLimit: audit.DenyLimit{
			PerTenant:       audit.RateLimit{PerSecond: 1, Burst: 2},
			Unauthenticated: audit.RateLimit{PerSecond: 1, Burst: 2},
		},
		Keep: audit.Keep{Bytes: 4 << 20}, LastResort: w, Volatile: w.history.store != storeDisk,
	}
	if w.history.store == storeMemory {
		c.Keep.Bytes = 1 << 20
	} else {
		c.Dir = "/audit"
	}
	for i, r := range w.history.routes {
		route := audit.Route{
			Name: simName(i), Required: r.required, Deadline: r.deadline, Batch: audit.Batch{MaxEvents: r.events, Linger: r.linger},
			Sink: &simSink{simDestination: w.destinations[i], life: life, runs: map[audit.TrailID]*simRun{}},
		}
		if r.filtered {
			route.Actions = []audit.Action{audit.ActionCredVendAllow}
		}
		c.Routes = append(c.Routes, route)
	}
	return c
}

func simName(i int) string { return string(rune('a' + i)) }

// wants says whether a route gets an event of a class.
func (r simRoute) wants(a audit.Action, o audit.Outcome) bool {
	return !r.filtered || a == audit.ActionCredVendAllow || o == audit.OutcomeSystem || r.required && o == audit.OutcomeDeny
}

// start begins a process on what is there.
func (w *simWorld) start() {
	w.mu.Lock()
	if w.crashed != nil {
		w.disk, w.crashed = w.crashed, nil
		w.disk.SetCapacity(0)
		if w.history.store == storeVolatileDisk {
			w.disk = faultfs.New()
		}
	}
	life := &simLife{index: len(w.lives)}
	w.mu.Unlock()
	trail, err := audit.OpenOn(w.config(life), w.disk, vfs.Medium{Name: "ext4"})
	if err != nil { // the disk, which comes back
		w.check(w.faulted(), "Open failed on a disk that works: %v", err)
		w.repairDisk()
		life = &simLife{index: life.index}
		trail, err = audit.OpenOn(w.config(life), w.disk, vfs.Medium{Name: "ext4"})
	}
	if err != nil {
		w.check(false, "Open failed on a repaired disk: %v", err)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	life.trail, life.id, life.faulty = trail, trail.ID(), w.hang != nil
	w.lives = append(w.lives, life)
}

// now returns the process that runs, a new one after a crash.
func (w *simWorld) now() *simLife {
	if life := w.alive(); life != nil {
		return life
	}
	for _, l := range w.lives {
		w.bury(l)
	}
	w.start()
	return w.alive()
}

func (w *simWorld) alive() *simLife {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.lives) == 0 {
		return nil
	}
	last := w.lives[len(w.lives)-1]
	if last.dead || last.closed {
		return nil
	}
	return last
}

// bury ends what a killed process would not have left behind.
func (w *simWorld) bury(l *simLife) {
	if l.closed {
		return
	}
	l.closed = true
	w.release()
	leave(l.trail)
}

// crash kills all processes and leaves one of the states in which the disk can be.
func (w *simWorld) crash(seed uint64) {
	w.mu.Lock()
	if w.crashed != nil {
		w.mu.Unlock()
		return
	}
	for _, l := range w.lives {
		if !l.closed && !l.dead {
			l.dead, l.diedAt = true, time.Now()
		}
	}
	disk := w.disk
	w.crashed = faultfs.New() // nothing else crashes meanwhile
	w.mu.Unlock()
	r := rand.New(rand.NewPCG(seed, 7))
	loss := []faultfs.Loss{faultfs.LoseAll(), faultfs.LoseNothing(), faultfs.LoseSome(r), faultfs.LoseAfter(r.IntN(30))}[r.IntN(4)]
	image := disk.Crash(loss)
	w.mu.Lock()
	w.crashed = image
	w.mu.Unlock()
}

func (w *simWorld) faulted() bool { return w.hang != nil }

// repairDisk ends all faults of the disk.
func (w *simWorld) repairDisk() {
	w.disk.Inject()
	w.disk.SetCapacity(0)
	if w.hang != nil {
		close(w.hang)
		w.hang = nil
	}
}

// release lets go of what hangs in destinations and on the disk.
func (w *simWorld) release() {
	w.repairDisk()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, d := range w.destinations {
		close(d.release)
		d.release = make(chan struct{})
	}
}

// calm ends all faults.
func (w *simWorld) calm() {
	w.mu.Lock()
	for _, d := range w.destinations {
		d.mood = ""
	}
	w.mu.Unlock()
	w.release()
}

func (w *simWorld) breakDisk(mood string, after int) {
	w.repairDisk()
	w.mu.Lock()
	w.hang = make(chan struct{})
	for _, l := range w.lives {
		l.faulty = l.faulty || !l.closed
	}
	w.mu.Unlock()
	rule := faultfs.Rule{After: after, Err: syscall.EIO}
	switch mood {
	case "one sync fails":
		rule.Kind, rule.Times = faultfs.KindSync, 1
	case "syncs fail":
		rule.Kind = faultfs.KindSync
	case "a write is short":
		rule.Kind, rule.Pattern, rule.Times, rule.Short = faultfs.KindWrite, "*.seg", 1, 100
	case "writes fail":
		rule.Kind, rule.Err = faultfs.KindWrite, syscall.EROFS
	case "syncs hang":
		rule = faultfs.Rule{Kind: faultfs.KindSync, Pattern: "*.seg", After: after, Block: w.hang}
	case "full":
		w.disk.SetCapacity(w.disk.Size() + 1)
		return
	case "cursors fail":
		rule.Kind, rule.Pattern = faultfs.KindSync, "*cursor-*"
	case "directories fail":
		rule.Kind = faultfs.KindSyncDir
	case "no new files":
		rule.Kind, rule.Err = faultfs.KindCreate, syscall.EMFILE
	}
	w.disk.Inject(rule)
}

// emit has several callers emit at once.
func (w *simWorld) emit(s simStep) {
	life := w.now()
	if life == nil {
		return
	}
	r := rand.New(rand.NewPCG(s.seed, 8))
	var callers sync.WaitGroup
	for range 1 + r.IntN(6) {
		seed := r.Uint64()
		callers.Go(func() {
			own := rand.New(rand.NewPCG(seed, 9))
			for range s.n {
				w.emitOne(life, own, s.take)
				if own.IntN(8) == 0 {
					time.Sleep(time.Duration(own.IntN(300)) * time.Millisecond)
				}
			}
		})
	}
	callers.Wait()
}

var simReasons = []audit.VendReason{audit.VendReasonAccessDenied, audit.VendReasonDisabled}

func (w *simWorld) emitOne(life *simLife, r *rand.Rand, patience time.Duration) {
	tenant := []string{"acme", "other", "third"}[r.IntN(3)]
	class, key := simCritical, ""
	e := w.vend(r)
	ctx := ofTenant(context.Background(), tenant)
	switch kind := r.IntN(10); {
	case kind < 3:
		class, e = simRoutine, login()
	case kind < 6:
		why := simReasons[r.IntN(2)]
		class, key = simDeny, tenant+"/CRED_VEND_DENY/"+why.String()
		e = audit.CredVendDeny(audit.NewTable([]string{"sales"}, "orders", uuid.Nil), why, audit.VendRequest{})
	case kind < 7:
		class, key = simDeny, "/AUTH_DENY/"+audit.AuthReasonMissing.String()
		e, ctx = audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonMissing), anonymous(context.Background())
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	start := time.Now()
	id, err := life.trail.Emit(ctx, e)
	w.check(time.Since(start) <= patience+time.Second, "Emit returned %v after its context ended", time.Since(start)-patience)
	w.note(life, id, err, class, key)
}

func (w *simWorld) vend(r *rand.Rand) audit.Event {
	if !w.history.large {
		return vend(r.IntN(100))
	}
	long := strings.Repeat("x", 200)
	table := audit.NewTable([]string{long, long, long, long, long, long, long, long, long, long}, "t", uuid.Nil)
	return audit.CredVendAllow(table, audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour))
}

// note remembers what Emit promised. What a killed process says is heard by nobody.
func (w *simWorld) note(life *simLife, id audit.ID, err error, class simClass, key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	refused := errors.Is(err, audit.ErrFull) || errors.Is(err, audit.ErrTenantBusy) || errors.Is(err, audit.ErrClosed)
	switch {
	case refused && errors.Is(err, audit.ErrUnknown), err != nil && !refused && !errors.Is(err, audit.ErrUnknown):
		w.failLocked("Emit returned %v", err)
	case refused:
		return
	}
	e := w.emissions[id]
	if e == nil {
		e = &simEmissions{life: life, class: class, key: key}
		w.emissions[id] = e
	}
	if err != nil || life.dead {
		e.unknown++
		return
	}
	e.accepted = append(e.accepted, time.Now())
	if class == simCritical && w.history.store != storeDisk {
		w.deliveredLocked(id)
	}
}

// deliveredLocked checks that every required route has an event that was accepted by them.
func (w *simWorld) deliveredLocked(id audit.ID) {
	for _, d := range w.destinations {
		r := w.history.routes[d.index]
		if r.required && d.got[id] == 0 && d.refused[id] == "" {
			w.failLocked("volatile: Emit accepted %v before route %d had it", id, d.index)
		}
	}
}
