package flood

const (
	ways       = 8
	pageSlots  = 64
	tableSlots = 65536
	tablePages = tableSlots / pageSlots
	pageSets   = pageSlots / ways
)

// slot is one entry of a table. It may be reused once busy is over.
type slot struct {
	mark  uint64 // fingerprint of the key; 0 is empty
	busy  int64  // until when the entry says something
	full  int64  // the bucket of the entry, where it has one
	first int64  // its bucket of firsts, where it has one
}

// table is a set-associative table of fixed size by 64-bit fingerprint. Pages are made when first used.
type table struct {
	pages [tablePages]*[pageSlots]slot
}

// set returns the slots among which that of mark is.
func (t *table) set(mark uint64, grow bool) []slot {
	page := mark >> 32 % tablePages
	if t.pages[page] == nil {
		if !grow {
			return nil
		}
		t.pages[page] = new([pageSlots]slot)
	}
	at := mark >> 48 % pageSets * ways
	return t.pages[page][at : at+ways]
}

// find returns the slot of mark, or nil.
func (t *table) find(mark uint64) *slot {
	set := t.set(mark, false)
	for i := range set {
		if set[i].mark == mark {
			return &set[i]
		}
	}
	return nil
}

// place returns a slot for mark: its own, or else the one of its set that was over first. When that one is
// still busy at now, place returns nil, or with force takes it all the same.
func (t *table) place(mark uint64, now int64, force bool) *slot {
	set := t.set(mark, true)
	victim := &set[0]
	for i := range set {
		if set[i].mark == mark {
			return &set[i]
		}
		if set[i].mark == 0 && victim.mark != 0 || set[i].mark != 0 && victim.mark != 0 && set[i].busy < victim.busy {
			victim = &set[i]
		}
	}
	if victim.mark != 0 && victim.busy > now && !force {
		return nil
	}
	*victim = slot{mark: mark, busy: now, full: now, first: now}
	return victim
}
