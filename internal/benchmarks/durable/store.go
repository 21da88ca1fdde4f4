//go:build linux

// Package durable puts the journal beside what others would use in its place, on the same disk and in one run: how many
// records a second become durable, and what is left of the acknowledged ones after a kill or a power cut.
//
// Every competitor is given the shape in which it is fastest: one goroutine gathers what waits and stores it in one
// transaction or batch, with the library's own synchronous setting.
package durable

import (
	"errors"
	"runtime"
	"slices"
	"sync"
)

// recordSize is the size of every record in the comparison.
const recordSize = 512

// Store is a log on disk. Append returns nil once the record is durable, as far as the store promises it, and may be called
// concurrently; nobody changes the payload afterwards.
type Store interface {
	Append(payload []byte) error
	Close() error
}

// Kind is a competitor.
type Kind struct {
	Name string
	// Open opens or creates the store in a directory that exists.
	Open func(dir string) (Store, error)
	// Read shows every record of a store that nobody has open; payloads are valid during the call.
	Read func(dir string, visit func(payload []byte)) error
}

// Kinds returns the competitors, the journal first, and last the control, which never syncs.
func Kinds() []Kind {
	return []Kind{
		{"journal", openJournal, readJournal},
		{"reference", openReference, readReference},
		{"tidwall-wal", openTidwall, readTidwall},
		{"raft-wal", openRaft, readRaft},
		{"bbolt", openBolt, readBolt},
		{"sqlite", openSQLite, readSQLite},
		{"control", openControl, readControl},
	}
}

var errClosed = errors.New("durable: closed")

// group gathers the records of many callers into batches for a store that takes one batch at a time.
type group struct {
	commit  func(batch [][]byte) error
	release func() error

	mu      sync.Mutex
	filling [][]byte
	waiting *wave
	kick    chan struct{}
	stopped chan struct{}
}

// wave is a batch that callers wait for.
type wave struct {
	done chan struct{}
	err  error
}

func newWave() *wave { return &wave{done: make(chan struct{})} }

func newGroup(commit func(batch [][]byte) error, release func() error) *group {
	g := &group{
		commit: commit, release: release, waiting: newWave(),
		kick: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	go g.run()
	return g
}

// Append implements Store. The caller waits, so its payload needs no copy.
func (g *group) Append(payload []byte) error {
	g.mu.Lock()
	g.filling = append(g.filling, payload)
	w := g.waiting
	g.mu.Unlock()
	select {
	case g.kick <- struct{}{}:
	default:
	}
	select {
	case <-w.done:
		return w.err
	case <-g.stopped:
		return errClosed
	}
}

func (g *group) run() {
	defer close(g.stopped)
	var spare [][]byte
	for range g.kick {
		g.gather()
		g.mu.Lock()
		batch, w := g.filling, g.waiting
		g.filling, g.waiting = spare[:0], newWave()
		g.mu.Unlock()
		if len(batch) > 0 {
			w.err = g.commit(batch)
		}
		close(w.done)
		clear(batch)
		spare = batch
	}
}

// gather yields while the batch still grows.
func (g *group) gather() {
	for seen := -1; ; runtime.Gosched() {
		g.mu.Lock()
		n := len(g.filling)
		g.mu.Unlock()
		if n == seen {
			return
		}
		seen = n
	}
}

// Close implements Store. No Append may be under way.
func (g *group) Close() error {
	close(g.kick)
	<-g.stopped
	return g.release()
}

// framed calls visit for every record of a file of records of one size that may end in zeros or in part of a record.
func framed(data []byte, size int, visit func([]byte)) {
	for record := range slices.Chunk(data, size) {
		if len(record) == size && record[0] != 0 {
			visit(record)
		}
	}
}
