package journal

import (
	"errors"
	"sort"
	"syscall"
	"time"
)

// Stats is the state of a journal at one moment.
type Stats struct {
	Next     uint64 // sequence of the next record
	Synced   uint64
	Pending  int   // bytes appended and not durable
	Appended int64 // bytes of frames that this process appended
	Disk     int64 // bytes that segments take, prepared ones included
	Segments int
	Held     int64         // room held for the ends of intents
	Stalled  time.Duration // how long the running sync has taken; 0 if none runs
	Failure  error         // why the disk refuses writes; nil if it does not
	Full     error         // why no segment can be prepared; nil if it can
	Keeping  error         // what cursors or retention last ran into
	Relinked int           // times that the live segment had lost its name and got it back
	Routes   []RouteStats
}

// RouteStats is the state of one cursor.
type RouteStats struct {
	Name       string
	Required   bool
	Registered bool // false for a cursor that is only on disk and pins records until Forget
	Cursor     uint64
	Dropped    uint64
}

// Stats returns the journal's state. It never waits for the disk.
func (j *Journal) Stats() Stats {
	j.mu.Lock()
	defer j.mu.Unlock()
	s := Stats{
		Next: j.next, Synced: j.synced.Load(), Pending: j.pending + j.flying, Appended: j.appended, Disk: j.diskLocked(),
		Segments: len(j.segments), Held: j.held, Failure: j.failure, Full: j.prepareErr, Keeping: j.keepErr,
		Relinked: j.relinked,
	}
	if since := j.syncingSince.Load(); since > 0 {
		s.Stalled = time.Since(j.born) - time.Duration(since-1)
	}
	for _, r := range j.routes {
		s.Routes = append(s.Routes, RouteStats{
			Name: r.name, Required: r.required, Registered: r.registered,
			Cursor: r.cursor.Load(), Dropped: r.dropped.Load(),
		})
	}
	sort.Slice(s.Routes, func(a, b int) bool { return s.Routes[a].Name < s.Routes[b].Name })
	return s
}

// noSpace tells errors that deliveries or a larger disk would end from others.
func noSpace(err error) bool {
	return errors.Is(err, errCeiling) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
