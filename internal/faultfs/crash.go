package faultfs

import (
	"cmp"
	"maps"
	"math/rand/v2"
	"slices"
)

// Loss says which of the unsynced things a crash spares.
type Loss func() (spared bool)

// LoseAll is the crash after which only what was synced is there.
func LoseAll() Loss { return func() bool { return false } }

// LoseNothing is the death of the process alone: the system keeps everything.
func LoseNothing() Loss { return func() bool { return true } }

// LoseAfter spares the first n sectors and changes and loses the rest, in the order in which they were made.
func LoseAfter(n int) Loss {
	return func() bool {
		n--
		return n >= 0
	}
}

// LoseSome spares each thing with a probability that is itself drawn first, so that nearly all and nearly nothing
// come up as often as about half.
func LoseSome(r *rand.Rand) Loss {
	p := r.Float64()
	return func() bool { return r.Float64() < p }
}

// Crash returns the file system as a crash at this moment could leave it; f goes on as if nothing had happened. In the
// result everything is synced, nothing locked, and no rule in force.
func (f *FS) Crash(spare Loss) *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	names := maps.Clone(f.stable)
	for _, c := range f.changes {
		if spare() {
			c.apply(names)
		}
	}
	after := New()
	after.capacity = f.capacity
	done := make(map[*inode]*inode, len(names))
	for _, name := range sortedNames(names) {
		node := names[name]
		if done[node] == nil {
			done[node] = &inode{dir: node.dir, stable: node.crashed(spare)}
		}
		after.live[name] = done[node]
	}
	after.stable = maps.Clone(after.live)
	return after
}

func sortedNames(names map[string]*inode) []string {
	return slices.SortedFunc(maps.Keys(names), cmp.Compare[string])
}

// crashed returns what the disk may hold of a file. Nothing of it is shared with anything that is written to.
func (n *inode) crashed(spare Loss) []byte {
	if len(n.limbo)+len(n.writes) == 0 {
		return n.stable
	}
	b := slices.Clone(n.stable)
	for _, pending := range [][]write{n.limbo, n.writes} {
		for _, w := range pending {
			b = w.sectors(b, spare)
		}
	}
	return b
}

// sectors applies those sectors of a write that the crash spares.
func (w write) sectors(b []byte, spare Loss) []byte {
	if w.data == nil {
		if spare() {
			b = w.apply(b)
		}
		return b
	}
	for off := w.off; off < w.off+int64(len(w.data)); {
		next := min(off/Sector*Sector+Sector, w.off+int64(len(w.data)))
		if spare() {
			b = write{off: off, data: w.data[off-w.off : next-w.off]}.apply(b)
		}
		off = next
	}
	return b
}

// Unsynced counts the sectors and directory changes that a crash now could lose.
func (f *FS) Unsynced() int {
	n := 0
	f.Crash(func() bool { n++; return true })
	return n
}
