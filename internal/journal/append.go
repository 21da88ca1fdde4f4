package journal

import (
	"context"
	"fmt"

	"github.com/daxis-io/arco-audit/internal/owner"
	"github.com/daxis-io/arco-audit/internal/sequence"
)

// Kind decides which room a record may use.
type Kind uint8

const (
	// KindEvent is an ordinary record.
	KindEvent Kind = iota
	// KindIntent is an ordinary record that also holds Entry.Room bytes for the record that will end it.
	KindIntent
	// KindEnd ends an intent: it uses and gives back the room that the intent held.
	KindEnd
	// KindSystem is a record of the trail itself, which may use the reserve when the disk is full.
	KindSystem
)

// Entry is one record to append.
type Entry struct {
	// Payload is patched at Slot, and is the journal's once it was appended: it must not be written to any more. After an
	// error it is the caller's again.
	Payload []byte
	// Slot is where the 20 decimal digits of the sequence go; negative for nowhere.
	Slot int
	// Tenant is whose share the record counts against; None counts against none.
	Tenant owner.ID
	Kind   Kind
	// Room is the payload size that a KindIntent holds and its KindEnd gives back.
	Room int
	// Tag comes back with the record while it is in the tail. It is not stored.
	Tag Tag
}

// Tag is what the owner wants to know again of a record without reading its payload.
type Tag struct{ A, B uint64 }

// Ticket stands for a record whose sync was asked for. It is used once.
type Ticket struct {
	j    *Journal
	seq  uint64
	done <-chan struct{}
}

// Wait is Journal.Wait for the ticket's record.
func (t Ticket) Wait(ctx context.Context) error {
	if err := await(ctx, t.done); err != nil {
		return err
	}
	return t.j.Wait(ctx, t.seq)
}

// Follow is Append for an ordinary record that goes on a row of others, about which next to nothing has to be decided. It
// does nothing and returns false for one that does not. It honours no context, since it never waits.
func (j *Journal) Follow(payload []byte, slot int, by owner.ID, tag Tag) (uint64, bool) {
	j.mu.lock.Lock()
	if !j.followsLocked(len(payload), slot, by) {
		j.mu.lock.Unlock()
		return 0, false
	}
	seq := j.next
	j.places.Put(payload[slot:], seq)
	it := j.run.chunk.push()
	it.payload, it.tag = payload[:len(payload):len(payload)], tag
	j.next = seq + 1
	j.mu.lock.Unlock()
	return seq, true
}

// Append gives the record the next sequence and queues it. It returns before the record is durable; Wait tells when
// it is. Append waits only while too much is queued or a segment is being prepared, and then honours ctx. On any
// error nothing was written. A record that nobody waits for is synced within SyncEvery.
func (j *Journal) Append(ctx context.Context, e *Entry) (uint64, error) {
	seq, _, err := j.append(ctx, e, false)
	return seq, err
}

// AppendDurable is Append and Wait in one. An error that is not ErrUnknown says that nothing was written.
func (j *Journal) AppendDurable(ctx context.Context, e *Entry) (uint64, error) {
	seq, t, err := j.Submit(ctx, e)
	if err != nil {
		return 0, err
	}
	return seq, t.Wait(ctx)
}

// Submit is the first half of AppendDurable: it asks for the record's batch to be written at once and returns before
// it is, so that the caller can let go of what it needs no more.
func (j *Journal) Submit(ctx context.Context, e *Entry) (uint64, Ticket, error) {
	seq, done, err := j.append(ctx, e, true)
	if err != nil {
		return 0, Ticket{}, err
	}
	return seq, Ticket{j, seq, done}, nil
}

// append queues the record; if durable it also asks for its batch and returns the channel that ends it.
func (j *Journal) append(ctx context.Context, e *Entry, durable bool) (uint64, <-chan struct{}, error) {
	size := len(e.Payload)
	if size == 0 || size > j.o.MaxPayload {
		return 0, nil, fmt.Errorf("%w: Payload must have 1 to %d bytes", ErrInvalid, j.o.MaxPayload)
	}
	if e.Slot >= 0 && e.Slot > size-sequence.Digits || e.Room < 0 || e.Room > j.o.MaxPayload {
		return 0, nil, fmt.Errorf("%w: Slot or Room lies outside of the payload's bounds", ErrInvalid)
	}
	j.mu.Lock()
	for !j.fitsLocked(e) {
		if err := j.waitForRoom(ctx, e); err != nil {
			j.mu.Unlock()
			return 0, nil, err
		}
	}
	first := j.pending == 0 && !j.looking
	seq := j.queueLocked(e, durable)
	var done <-chan struct{}
	if durable {
		first = first || !j.urgent
		j.urgent = true
		done = waitOn(&j.pendingDone)
	}
	j.beginRunLocked()
	j.mu.Unlock()
	if first {
		nudge(j.kick)
	}
	return seq, done, nil
}

// queueLocked adds the record to the tail under the next sequence. Who waits for it computes its checksum meanwhile: the
// committer is likely to be waiting for the disk. For a record that nobody waits for that is the committer's work.
func (j *Journal) queueLocked(e *Entry, durable bool) uint64 {
	seq, size := j.next, len(e.Payload)
	if e.Slot >= 0 {
		j.places.Put(e.Payload[e.Slot:], seq)
	}
	it := j.tail.add(seq, j.synced.Load())
	it.payload, it.tag = e.Payload[:size:size], e.Tag
	if it.summed = durable; durable {
		it.sum = checksum(it.payload)
	}
	j.next++
	j.countLocked(frameHeaderSize+size, 1)
	if e.Tenant != owner.None {
		j.shares.add(j.shares.use(e.Tenant), frameHeaderSize+size, seq, j.batch)
	}
	switch e.Kind {
	case KindIntent:
		j.held += int64(e.Room + frameHeaderSize)
	case KindEnd:
		j.held = max(0, j.held-int64(e.Room+frameHeaderSize))
	}
	return seq
}

// GiveBack releases the room of an intent that will have no end in this journal.
func (j *Journal) GiveBack(room int) {
	j.mu.Lock()
	j.held = max(0, j.held-int64(room+frameHeaderSize))
	wake(&j.roomy)
	j.mu.Unlock()
}

// fitsLocked tells whether the record may be queued at once. Everything queued has a place in a prepared segment.
func (j *Journal) fitsLocked(e *Entry) bool {
	if j.closedLocked(e) || j.failure != nil || j.tenantBusyLocked(e) {
		return false
	}
	n := frameHeaderSize + len(e.Payload)
	queued := j.pending + j.flying
	if queued > 0 && queued+n > j.o.PendingBytes {
		return false
	}
	return !j.shortLocked(e)
}

func (j *Journal) closedLocked(e *Entry) bool {
	return j.closed || j.shut && e.Kind != KindSystem && e.Kind != KindEnd
}

// shortLocked tells whether the prepared segments have too little room for the record.
func (j *Journal) shortLocked(e *Entry) bool {
	queued := int64(j.pending + j.flying + frameHeaderSize + len(e.Payload))
	return j.demandLocked(e)+queued > j.roomLocked(e.Kind)
}

// demandLocked is the room that intents hold against this record.
func (j *Journal) demandLocked(e *Entry) int64 {
	switch e.Kind {
	case KindIntent:
		return j.held + int64(e.Room+frameHeaderSize)
	case KindEnd:
		return max(0, j.held-int64(e.Room+frameHeaderSize))
	default:
		return j.held
	}
}

// roomLocked is how many bytes of frames are sure to fit into what has been prepared. Ordinary records leave what the
// reserve has, also once it is in use: else they would fill it, and alarms and ends had no room.
func (j *Journal) roomLocked(k Kind) int64 {
	frame := j.o.MaxPayload + frameHeaderSize
	var room int64
	if j.active != nil {
		room = j.active.size - j.pos
	}
	for _, s := range j.spares {
		room += s.capacity(frame)
	}
	switch {
	case k == KindEnd || k == KindSystem:
		room += j.reserve.capacity(frame)
	case j.reserve == nil:
		room -= j.o.Reserve
	}
	return room
}

// tenantBusyLocked looks at the tenant's share; delivered records are given back only when it matters.
func (j *Journal) tenantBusyLocked(e *Entry) bool {
	if e.Tenant == owner.None || e.Kind == KindEnd || e.Kind == KindSystem {
		return false
	}
	t := j.shares.use(e.Tenant)
	n := int64(len(e.Payload))
	if t.total+n > j.shares.undelivered {
		j.shares.release(j.deliveredLocked(true))
		if t.total+n > j.shares.undelivered {
			return true
		}
	}
	// Below the limit of what may be queued nobody has to share it.
	if j.pending+j.flying+len(e.Payload) <= j.o.PendingBytes || t.batch != j.batch {
		return false
	}
	return int64(t.inBatch)+n > j.shares.queued
}

// waitForRoom unlocks, waits until something has changed and locks again, or says why waiting is no use.
func (j *Journal) waitForRoom(ctx context.Context, e *Entry) error {
	if err := j.refusalLocked(e); err != nil {
		return err
	}
	j.rolling = true
	j.urgent = true
	changed := waitOn(&j.roomy)
	short := j.shortLocked(e)
	if short {
		j.demand = max(j.demand, j.demandLocked(e)+int64(j.pending+j.flying+frameHeaderSize+len(e.Payload)))
	}
	j.mu.Unlock()
	defer j.mu.Lock()
	if j.manual {
		j.keep()
		return j.commit()
	}
	nudge(j.kick)
	if short {
		nudge(j.kickKeeper)
	}
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("journal: append: %w", context.Cause(ctx))
	}
}

func (j *Journal) refusalLocked(e *Entry) error {
	switch {
	case j.closedLocked(e):
		return ErrClosed
	case j.failure != nil:
		return fmt.Errorf("%w: %w", ErrUnavailable, j.failure)
	case j.tenantBusyLocked(e):
		return ErrTenantBusy
	case j.prepareErr == nil:
		return nil
	}
	if !j.shortLocked(e) {
		return nil
	}
	nudge(j.kickKeeper)
	if noSpace(j.prepareErr) {
		return ErrFull
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, j.prepareErr)
}

// Wait returns nil once the record with that sequence, and so every one before it, is durable. When ctx ends first
// or the disk fails it returns ErrUnknown with the cause, ErrFull too when that is that there is no segment for the record;
// the record stays queued and may become durable later.
func (j *Journal) Wait(ctx context.Context, seq uint64) error {
	for {
		if seq < j.synced.Load() {
			return nil
		}
		done, err := j.batchOf(seq)
		if err != nil {
			return err
		}
		if done == nil {
			continue
		}
		if err := await(ctx, done); err != nil {
			return err
		}
	}
}

// await waits for the end of a batch.
func await(ctx context.Context, done <-chan struct{}) error {
	if ctx.Done() == nil {
		<-done
		return nil
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrUnknown, context.Cause(ctx))
	}
}

// batchOf returns the channel that closes when the batch of seq has an outcome, and asks for the batch to be written.
func (j *Journal) batchOf(seq uint64) (<-chan struct{}, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	switch {
	case seq >= j.next:
		return nil, fmt.Errorf("%w: sequence was never appended", ErrInvalid)
	case seq < j.synced.Load():
		return nil, nil
	case j.failure != nil && noSpace(j.failure):
		return nil, fmt.Errorf("%w: %w: %w", ErrUnknown, ErrFull, j.failure)
	case j.failure != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnknown, j.failure)
	case seq < j.flyingEnd:
		return waitOn(&j.flyingDone), nil
	}
	if !j.urgent {
		j.urgent = true
		nudge(j.kick)
	}
	return waitOn(&j.pendingDone), nil
}
