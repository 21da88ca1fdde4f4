package auditread

import "slices"

// Filter chooses entries by the names that stand on the wire, so that it can also choose what this version does
// not know. An empty list chooses all; an entry must be in every list that is not empty.
type Filter struct {
	Actions  []string // such as "CRED_VEND_DENY"
	Outcomes []string // such as "deny"
	Tenants  []string // "" is an entry without a tenant
}

// Match reports whether the filter chooses e.
func (f Filter) Match(e Entry) bool {
	return chosen(f.Actions, e.ActionName) && chosen(f.Outcomes, e.OutcomeName) && chosen(f.Tenants, e.Tenant)
}

func chosen(list []string, name string) bool { return len(list) == 0 || slices.Contains(list, name) }
