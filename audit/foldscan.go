package audit

import (
	"bytes"
	"context"

	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/wire"
)

// countedPrefix is what the event of a summary begins with in canonical JSON.
const countedPrefix = `{"action":"DENIES_SUPPRESSED",`

// countFolds writes, durably, the events of the folded denies that were counted in the ledger alone when their process
// died, under the ids that Emit returned for them. Done again after a crash it writes none twice. What cannot be read of
// the ledger is told to the hooks: it is no reason to leave the trail undelivered.
func (d *deadTrail) countFolds() error {
	text, err := d.journal.Note()
	list, unread := parseLedger(text)
	if err != nil || unread != nil {
		d.a.note(err)
		d.a.note(unread)
	}
	if len(list) == 0 {
		return nil
	}
	counted, err := d.counted()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(d.a.ctx, adoptPatience)
	defer cancel()
	for _, f := range list {
		if counted[f.id] {
			continue
		}
		e := newSystemEvent(ActionDeniesSuppressed, "limit_reached", d.id.String())
		e.system.body = func(dst []byte) []byte { return append(dst, f.body...) }
		_, ticket, err := d.submit(ctx, e, f.tenant, f.id)
		if err == nil {
			err = ticket.Wait(ctx)
		}
		if err != nil {
			return err
		}
	}
	return d.journal.KeepNote(nil)
}

// counted returns the ids of the summaries that have their event.
func (d *deadTrail) counted() (map[[16]byte]bool, error) {
	ids := map[[16]byte]bool{}
	return ids, d.walk(func(f journal.Frame) error {
		if !bytes.HasPrefix(f.Payload, []byte(countedPrefix)) {
			return d.a.ctx.Err()
		}
		p, err := wire.DecodeLenient(string(f.Payload))
		if err != nil {
			return nil // damage, which recovery reports
		}
		if id, err := parseUUID(p.Text[wire.MemberID]); err == nil {
			ids[id] = true
		}
		return nil
	})
}
