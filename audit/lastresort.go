package audit

import (
	"io"
	"slices"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/journal"
)

// lastResort writes what is left at the end of a volatile trail to Config.LastResort, each event once, in sequence, as
// JSON lines.
func (t *Trail) lastResort(left *UndeliveredError) {
	w := t.config.LastResort
	if w == nil || !t.config.Volatile || len(left.Routes) == 0 {
		return
	}
	lines := lastLines{w: w, left: left}
	t.dead.mu.Lock()
	defer t.dead.mu.Unlock()
	if t.disk != nil {
		t.lastOfDisk(&lines)
	} else {
		t.lastOfMemory(&lines)
	}
	if lines.err != nil {
		t.hooks.failed("last-resort", lines.err)
	}
}

// lastLines writes events until one fails.
type lastLines struct {
	w    io.Writer
	left *UndeliveredError
	err  error
}

func (l *lastLines) write(json string) {
	if l.err != nil {
		return
	}
	defer func() {
		if recover() != nil {
			l.err = errLastResort
		}
	}()
	if _, l.err = io.WriteString(l.w, json+"\n"); l.err == nil {
		l.left.LastResort++
	}
}

func (t *Trail) lastOfMemory(lines *lastLines) {
	records := map[uint64]Record{}
	for _, r := range t.routes {
		r.Undelivered(func(e delivery.Entry[Record]) { records[e.Sequence] = e.Record })
	}
	sequences := make([]uint64, 0, len(records))
	for s := range records {
		sequences = append(sequences, s)
	}
	slices.Sort(sequences)
	for _, s := range sequences {
		lines.write(records[s].json)
	}
}

// lastOfDisk reads the journal from where the first route stands.
func (t *Trail) lastOfDisk(lines *lastLines) {
	from := lines.left.Routes[0].From
	for _, r := range lines.left.Routes {
		from = min(from, r.From)
	}
	_, err := journal.Walk(t.disk.fs, t.disk.dir, t.trailText, func(f journal.Frame) error {
		if f.Sequence >= uint64(from) {
			lines.write(string(f.Payload))
		}
		return lines.err
	})
	if lines.err == nil {
		lines.err = err
	}
}
