package sinktest

import (
	"io"
	"slices"

	"github.com/daxis-io/arco-audit/audit"
)

func arrival(b *bench) {
	batch := b.records(mixture(200)...)
	if b.mustDeliver(batch) {
		b.holds(batch)
	}
}

func oneAtATime(b *bench) {
	all := b.records(mixture(10)...)
	for i := range all {
		if !b.mustDeliver(all[i : i+1]) {
			return
		}
	}
	b.holds(all)
}

func emptyBatch(b *bench) {
	all := b.records(mixture(2)...)
	if b.mustDeliver(nil) && b.mustDeliver(all) && b.mustDeliver([]audit.Record{}) {
		b.holds(all)
	}
}

func largeEvents(b *bench) {
	all := b.large()
	if b.mustDeliver(all[:1]) && b.mustDeliver(all) {
		b.holds(all)
	}
}

func hostileText(b *bench) {
	all := b.records(hostile()...)
	if b.mustDeliver(all) {
		b.holds(all)
	}
}

func acknowledgement(b *bench) {
	all := b.records(mixture(40)...)
	for batch := range slices.Chunk(all, 7) {
		if !b.mustDeliver(batch) {
			return
		}
		b.has(batch)
	}
}

func redelivery(b *bench) {
	all := b.records(mixture(10)...)
	if !b.mustDeliver(all) || !b.mustDeliver(all[3:]) || !b.mustDeliver(all[:5]) {
		return
	}
	b.holds(all)
}

func batchOwnership(b *bench) {
	all := b.records(mixture(20)...)
	mine, theirs := all[:10], all[10:]
	given := slices.Clone(mine)
	ctx, cancel := b.within(b.patience)
	defer cancel()
	returned, err := b.deliver(ctx, given)
	if !returned {
		return
	}
	if err != nil {
		b.failf("Deliver of %d events to a destination in order: %v", len(given), err)
	}
	if !slices.Equal(given, mine) {
		b.failf("the sink changed the slice")
	}
	copy(given, theirs) // a route uses its slice again for the next batch
	b.holds(mine)
	if b.mustDeliver(theirs) {
		b.holds(all)
	}
}

func closeTwice(b *bench) {
	all := b.records(mixture(5)...)
	if !b.mustDeliver(all) {
		return
	}
	closer, ok := b.sink.(io.Closer)
	if !ok {
		b.Logf("not checked: the sink is no io.Closer")
		return
	}
	for _, which := range []string{"first", "second"} {
		if err := contained(closer.Close); err != nil {
			b.failf("the %s Close: %v", which, err)
		}
	}
	b.holds(all)
}
