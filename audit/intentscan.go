package audit

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/wire"
)

// What intents are found by in canonical JSON, in which no text can contain a bare quotation mark.
const (
	begunPrefix = `{"action":"DECISION_BEGUN",`
	endMember   = `"intentId":"`
)

// abandonAtOnce bounds the intents of a dead trail that are in memory at once; of others there is the id.
const abandonAtOnce = 256

// intentIn returns the intent that a record begins or ends.
func intentIn(payload []byte) (id ID, begins, found bool) {
	if bytes.HasPrefix(payload, []byte(begunPrefix)) {
		p, err := wire.DecodeLenient(string(payload))
		if err != nil {
			return ID{}, false, false
		}
		id, err := ParseID(p.Text[wire.MemberID])
		return id, true, err == nil
	}
	_, rest, ends := bytes.Cut(payload, []byte(endMember))
	if !ends || len(rest) < 36 {
		return ID{}, false, false
	}
	id, err := ParseID(string(rest[:36]))
	return id, false, err == nil
}

// openIntents finds the intents of the dead trail that have no end. Memory is 16 bytes and a little for each that was open
// at one time.
func (d *deadTrail) openIntents() (map[ID]struct{}, error) {
	open := map[ID]struct{}{}
	return open, d.walk(func(f journal.Frame) error {
		id, begins, found := intentIn(f.Payload)
		switch {
		case !found:
		case begins:
			open[id] = struct{}{}
		default:
			delete(open, id)
		}
		return d.a.ctx.Err()
	})
}

// wanted keeps the records of the dead trail until its intents, and its counts of folded denies, are found.
func (d *deadTrail) wanted(synced uint64) uint64 {
	if d.scanned.Load() {
		return synced
	}
	return 0
}

func (d *deadTrail) walk(visit func(journal.Frame) error) error {
	_, err := journal.Walk(d.a.t.disk.fs, d.a.t.disk.dir, d.id.String(), visit)
	return err
}

var errEnough = errors.New("audit: enough intents for one round")

// abandonIntents ends, durably, every intent that died with its process. Done again after a crash it goes on where it
// was.
func (d *deadTrail) abandonIntents() error {
	open, err := d.openIntents()
	for err == nil && len(open) > 0 {
		var found []Event
		var tenants []string
		err = d.walk(func(f journal.Frame) error {
			id, begins, ok := intentIn(f.Payload)
			if _, wanted := open[id]; !ok || !begins || !wanted {
				return nil
			}
			delete(open, id)
			e, tenant := abandonedIn(f.Payload, id, d.id)
			found, tenants = append(found, e), append(tenants, tenant)
			if len(found) == abandonAtOnce {
				return errEnough
			}
			return nil
		})
		if errors.Is(err, errEnough) {
			err = nil
		}
		if err == nil && len(found) == 0 {
			break
		}
		if err == nil {
			err = d.abandon(found, tenants)
		}
	}
	return err
}

func (d *deadTrail) abandon(found []Event, tenants []string) error {
	ctx, cancel := context.WithTimeout(d.a.ctx, adoptPatience)
	defer cancel()
	var last journal.Ticket
	for i, e := range found {
		_, ticket, err := d.submit(ctx, e, tenants[i], newID(time.Now()))
		if err != nil {
			return err
		}
		last = ticket
	}
	return last.Wait(ctx)
}

// abandonedIn makes the end of the intent that a record begins, from what the record says.
func abandonedIn(payload []byte, id ID, trail TrailID) (e Event, tenant string) {
	detail := []member{{"intentId", id.String()}, {"outcome", "unknown"}}
	p, err := wire.DecodeLenient(string(payload))
	if err == nil {
		tenant = p.Text[wire.MemberTenant]
		p.Details(func(path, value string) bool {
			if path != "claimedActor" && path != "intentId" && path != "outcome" && !strings.Contains(path, ".") {
				detail = append(detail, member{path, value})
			}
			return true
		})
	}
	return newSystemEvent(ActionDecisionAbandoned, abandonedProcessEnded, trail.String(), detail...), tenant
}
