package audit

// Hooks are told what happens, for metrics and alarms. Any of them may be nil. They are called on the
// goroutine on which it happens, concurrently, and must not block; a panic in one is contained. Arguments
// never carry a secret or an identifier: they fit as metric labels.
type Hooks struct {
	// Emitted: an event was accepted.
	Emitted func(action string, o Outcome)
	// Refused: Emit returned err, and nothing was written, or with ErrUnknown perhaps something.
	Refused func(action string, err error)
	// Redacted: something of a kind was withheld from a field of an event.
	Redacted func(action, field, kind string)
	// Folded: a deny was over Config.DenyLimit; it is counted in a DENIES_SUPPRESSED event and not written itself. Emitted
	// was called for it too.
	Folded func(action string)
	// Failed: an attempt of a route left something to do. Secrets in the error's text are masked.
	Failed func(route string, err error)
	// Quarantined: a route set a record aside that its destination will never take; a stub takes its place.
	Quarantined func(route string, err error)
	// StubRefused: a destination will never take such a stub either. Nothing takes its place.
	StubRefused func(route string, err error)
	// Dropped: a route that is not required skipped count events because the trail was full.
	Dropped func(route string, count uint64)
	// Gap: count events of a trail are not on the disk any more, because they were "damaged" or "deleted".
	Gap func(reason string, count uint64)
	// Pinned: the trail of a dead process keeps events for a route that is neither in Config.Routes nor in
	// Config.Retired.
	Pinned func(route string)
	// Adopted: the trail of a dead process was delivered to every route.
	Adopted func()
}

func (h *Hooks) emitted(action string, o Outcome) {
	if h != nil && h.Emitted != nil {
		h.tellEmitted(action, o)
	}
}

func (h *Hooks) tellEmitted(action string, o Outcome) {
	defer contain()
	h.Emitted(action, o)
}

func (h *Hooks) refused(action string, err error) {
	if h != nil && h.Refused != nil {
		defer contain()
		h.Refused(action, err)
	}
}

func (h *Hooks) redacted(action, field, kind string) {
	if h != nil && h.Redacted != nil {
		defer contain()
		h.Redacted(action, field, kind)
	}
}

func (h *Hooks) folded(action string) {
	if h != nil && h.Folded != nil {
		defer contain()
		h.Folded(action)
	}
}

func (h *Hooks) failed(route string, err error) {
	if h != nil && h.Failed != nil {
		defer contain()
		h.Failed(route, masked{err})
	}
}

func (h *Hooks) quarantined(route string, err error) {
	if h != nil && h.Quarantined != nil {
		defer contain()
		h.Quarantined(route, masked{err})
	}
}

func (h *Hooks) stubRefused(route string, err error) {
	if h != nil && h.StubRefused != nil {
		defer contain()
		h.StubRefused(route, masked{err})
	}
}

func (h *Hooks) dropped(route string, count uint64) {
	if h != nil && h.Dropped != nil {
		defer contain()
		h.Dropped(route, count)
	}
}

func (h *Hooks) gap(reason string, count uint64) {
	if h != nil && h.Gap != nil {
		defer contain()
		h.Gap(reason, count)
	}
}

func (h *Hooks) pinned(route string) {
	if h != nil && h.Pinned != nil {
		defer contain()
		h.Pinned(route)
	}
}

func (h *Hooks) adopted() {
	if h != nil && h.Adopted != nil {
		defer contain()
		h.Adopted()
	}
}

// contain keeps a panic of a hook from the goroutine that called it.
func contain() { _ = recover() }

// masked is an error of foreign code whose text is safe to show: clients put whole URLs into theirs.
type masked struct{ err error }

// Error returns the text with secrets and e-mail addresses withheld, at most 512 bytes.
func (m masked) Error() string { return withoutMail(m.text()) }

// text contains an error whose own method panics, as that of a typed nil pointer does.
func (m masked) text() (t text) {
	defer func() {
		if recover() != nil {
			t = text{s: "an error without a text: its Error method panicked"}
		}
	}()
	return clean(m.err.Error(), 512, asText)
}
