package delivery

// pace finds how many records a destination takes by the deadline of an attempt: half as many after an attempt that ran
// into it and delivered nothing, a sixteenth of a full batch more after each that had its answer in time. Without it, a
// destination that got too slow for a full batch would never be given less. The zero pace hands over all there are.
type pace struct {
	most int // records of an attempt; 0 for as many as there are
}

// next returns how many of n records to try.
func (p *pace) next(n int) int {
	if p.most == 0 {
		return n
	}
	return min(p.most, n)
}

// late takes in that an attempt with n records ran into its deadline, with nothing delivered.
func (p *pace) late(n int) { p.most = max(1, n/2) }

// timely takes in that an attempt with n records was answered in time, where a full batch has full.
func (p *pace) timely(n, full int) {
	if p.most == 0 || n < p.most {
		return // says nothing about more
	}
	if p.most += max(1, full/16); p.most >= full {
		p.most = 0
	}
}
