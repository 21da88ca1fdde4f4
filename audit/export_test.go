package audit

import (
	"context"
	"github.com/daxis-io/arco-audit/internal/wire"
	"time"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
)

// OpenOn is Open with a file system of the test's, which says that it is of the given kind.
func OpenOn(c Config, fsys vfs.FS, m vfs.Medium) (*Trail, error) {
	return open(c, place{fs: fsys, mediumOf: func(string) (vfs.Medium, error) { return m, nil }})
}

// PlaceOf is a place whose media are told by mediumOf.
func OpenWhere(c Config, fsys vfs.FS, mediumOf func(string) (vfs.Medium, error)) (*Trail, error) {
	return open(c, place{fs: fsys, mediumOf: mediumOf})
}

// SetAside returns how many records of the trail routes have set aside and not passed.
func (t *Trail) SetAside() int {
	k := t.disk.readers[0].reported
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.aside)
}

// EncodeAlone is Emit without handing the event on.
func (t *Trail) EncodeAlone(ctx context.Context, e Event) string {
	s := scopeOf(ctx)
	if s == nil || e.fault() != "" || s.Actor.IsZero() || t.emitFault() != nil {
		return ""
	}
	now := time.Now()
	x := encoders.Get().(*encoder)
	var env wire.Envelope
	x.fill(&env, t, &e, s, now)
	env.ID = newID(now)
	x.write(&env)
	event := x.keep()
	x.release()
	return event
}
