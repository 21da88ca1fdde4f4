package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"

	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/daxis-io/arco-audit/internal/wire"
)

// deadLetterDir is the directory in Config.Dir with what destinations refused; no trail's name.
const deadLetterDir = "dead-letters"

const (
	// lockPatience bounds the wait for another process that adds to the dead letters.
	lockPatience = time.Second
	// lockAgain is how often it looks.
	lockAgain = 10 * time.Millisecond
)

// deadLetters add to the logs of what destinations refused, and to Config.LastResort, one at a time.
type deadLetters struct{ mu sync.Mutex }

// setAside keeps and reports records that a destination will never take, and returns their stubs. After an error
// nothing is settled: the route tries again later. What it kept by then is in known, and is not kept again.
func (t *Trail) setAside(ctx context.Context, r *Route, known *reported, records []Record, cause error) ([]Record, error) {
	reports := known.refusalsOf(r.Name, records)
	if err := t.buryFresh(r, records, reports, cause); err != nil {
		return nil, fmt.Errorf("audit: Config.Dir does not take the dead letters of route %s: repair or enlarge the disk: %w", r.Name, masked{err})
	}
	known.keep(r.Name, records, reports)
	if err := t.settle(ctx, reports...); err != nil {
		return nil, err
	}
	stubs := make([]Record, len(records))
	for i, rec := range records {
		stubs[i] = stubOf(rec)
	}
	return stubs, nil
}

// buryFresh keeps the records that have no report yet, and makes these.
func (t *Trail) buryFresh(r *Route, records []Record, reports []*report, cause error) error {
	var fresh []Record
	for i, rec := range records {
		if reports[i] == nil {
			fresh = append(fresh, rec)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	why := masked{cause}.text()
	where, err := t.bury(r, fresh, withoutMail(why))
	if err != nil {
		return err
	}
	for i, rec := range records {
		if reports[i] == nil {
			reports[i] = &report{unsent: t.quarantine(r, rec, cause, why, where)}
		}
	}
	return nil
}

// quarantine tells of a record that was set aside, and returns the report of it. The report of a report that was refused
// itself is not reported again.
func (t *Trail) quarantine(r *Route, rec Record, cause error, why text, where string) []Event {
	t.hooks.quarantined(r.Name, cause)
	if r.Required && rec.Trail() == t.id && rec.outcome != OutcomeSystem && t.isCritical(rec.action, rec.kind, rec.outcome) {
		t.aside.add(rec.sequence)
	}
	if rec.action == ActionEventQuarantined {
		return nil
	}
	e := newSystemEvent(ActionEventQuarantined, stubRefused, t.trailText,
		member{"action", rec.ActionName()}, member{"eventId", rec.ID().String()}, member{"error", withoutMail(why)},
		member{"outcome", rec.outcome.String()}, member{"quarantine", where}, member{"route", r.Name},
		member{"sequence", rec.sequence.String()}, member{"tenantId", rec.Tenant()},
		member{"time", rec.Time().Format("2006-01-02T15:04:05.000Z")}, member{"trail", rec.Trail().String()})
	e.system.errorMarks = why.m
	return []Event{e}
}

// bury keeps records that a route could not deliver, durably, and says where: "last_resort" and "nowhere" stand for
// themselves, all else is a file in Config.Dir.
func (t *Trail) bury(r *Route, records []Record, why string) (where string, err error) {
	t.dead.mu.Lock()
	defer t.dead.mu.Unlock()
	where = "nowhere"
	if t.config.Volatile && t.config.LastResort != nil {
		where = "last_resort"
		lines := lastLines{w: t.config.LastResort, left: &UndeliveredError{}}
		for _, rec := range records {
			lines.write(rec.json)
		}
		if lines.err != nil {
			where = "nowhere"
			t.hooks.failed("last-resort", lines.err)
		}
	}
	if t.disk == nil {
		return where, nil
	}
	where = deadLetterDir + "/" + records[0].Trail().String() + "." + r.Name + ".jsonl"
	return where, t.disk.appendLines(where, deadLines(r.Name, records, why))
}

// deadLines are the lines of the dead-letter log.
func deadLines(route string, records []Record, why string) []byte {
	var lines []byte
	now := string(wire.AppendTime(nil, time.Now().UnixMilli()))
	for _, rec := range records {
		lines = wire.AppendString(append(lines, `{"reason":`...), why)
		lines = wire.AppendString(append(lines, `,"record":`...), rec.json)
		lines = wire.AppendString(append(lines, `,"route":`...), route)
		lines = wire.AppendString(append(lines, `,"time":`...), now)
		lines = append(lines, "}\n"...)
	}
	return lines
}

// appendLines adds lines to a file in the dead letters, durably. The trail may have had another owner that is still at
// it, such as a sink that hung, so there is a lock.
func (d *disk) appendLines(name string, lines []byte) (err error) {
	dir := d.dir + "/" + deadLetterDir
	if err := d.fs.MkdirAll(dir); err != nil {
		return err
	}
	lock, err := d.lockDead(dir + "/lock")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	f, err := d.fs.Open(d.dir + "/" + name)
	if errors.Is(err, fs.ErrNotExist) {
		f, err = d.fs.Create(d.dir + "/" + name)
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := appendTo(f, lines); err != nil {
		return err
	}
	return d.fs.SyncDir(dir)
}

// appendTo writes lines behind what is there, on a line of their own where a crash cut the last one off.
func appendTo(f vfs.File, lines []byte) error {
	size, err := f.Size()
	if err != nil {
		return err
	}
	if size > 0 {
		var last [1]byte
		if _, err := f.ReadAt(last[:], size-1); err != nil {
			return err
		}
		if last[0] != '\n' {
			lines = append([]byte{'\n'}, lines...)
		}
	}
	if _, err := f.WriteAt(lines, size); err != nil {
		return err
	}
	return f.Sync()
}

// lockDead waits a while for the lock of the dead letters.
func (d *disk) lockDead(name string) (io.Closer, error) {
	for deadline := time.Now().Add(lockPatience); ; {
		lock, err := d.fs.Lock(name)
		if !errors.Is(err, vfs.ErrLocked) || time.Now().After(deadline) {
			return lock, err
		}
		<-time.After(lockAgain)
	}
}
