package audit

// Kind is an action of a service's own. Make kinds at package level with NewKind.
type Kind struct{ info *kindInfo }

type kindInfo struct {
	allow, deny string // wire names
	category    string
	criticality Criticality
	fault       string // why the kind cannot be used, "" when it can
}

// NewKind returns a kind with the wire names NAME_ALLOW and NAME_DENY. name matches [A-Z][A-Z0-9_]{1,48}
// and is no name of this package's own actions, category matches [a-z][a-z0-9_]{1,30}; both are constants.
// Emit refuses the events of a kind that does not fit with ErrInvalid. c is the criticality of its allows;
// its denies are routine.
func NewKind(name, category stringConstant, c Criticality) Kind {
	info := &kindInfo{allow: string(name) + "_ALLOW", deny: string(name) + "_DENY", category: string(category), criticality: c}
	switch {
	case !identifier(string(name), 2, 49, 'A', 'Z'):
		info.fault = "kind name: use 2 to 49 characters of A-Z, 0-9 and _, a letter first"
	case !identifier(string(category), 2, 31, 'a', 'z'):
		info.fault = "kind category: use 2 to 31 characters of a-z, 0-9 and _, a letter first"
	case builtIn(info.allow), builtIn(info.deny), builtIn(string(name)):
		info.fault = "kind name: it is a name of the built-in actions, use another"
	case c > Critical:
		info.fault = "kind criticality: use Routine or Critical"
	}
	for _, own := range categoryNames {
		if own == info.category && info.fault == "" {
			info.fault = "kind category: it is a category of the built-in actions, use another"
		}
	}
	return Kind{info}
}

// Allow returns the event that r was allowed, for a reason that is a constant of [a-z0-9_]{1,64}.
func (k Kind) Allow(r Resource, reason stringConstant) Event {
	why := kindReason(reason)
	return Event{action: ActionOther, kind: k.info, reason: why.s, reasonMarks: why.m, resource: r}
}

// Deny returns the event that r was refused, for a reason that is a constant of [a-z0-9_]{1,64}.
func (k Kind) Deny(r Resource, reason stringConstant) Event {
	e := k.Allow(r, reason)
	e.denied = true
	return e
}

func kindReason(reason stringConstant) text {
	if reason == "" {
		return text{s: unspecified}
	}
	return word(string(reason), 64, &slugBytes, false)
}

// identifier reports whether s has least to most characters of first-last, digits and "_", and starts with a
// letter.
func identifier(s string, least, most int, first, last byte) bool {
	if len(s) < least || len(s) > most {
		return false
	}
	for i := range len(s) {
		letter := first <= s[i] && s[i] <= last
		other := s[i] == '_' || '0' <= s[i] && s[i] <= '9'
		if !letter && (i == 0 || !other) {
			return false
		}
	}
	return true
}

func builtIn(name string) bool {
	_, err := ParseAction(name)
	return err == nil || name == actions[ActionOther].name
}
