package auditread_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/daxis-io/arco-audit/audit/auditread"
)

func TestFilter(t *testing.T) {
	e := auditread.Entry{ActionName: "CRED_LEASE_REVISE", OutcomeName: "revise", Tenant: "acme"}
	tests := []struct {
		name   string
		filter auditread.Filter
		want   bool
	}{
		{"all", auditread.Filter{}, true},
		{"action", auditread.Filter{Actions: []string{"AUTH_DENY", "CRED_LEASE_REVISE"}}, true},
		{"another action", auditread.Filter{Actions: []string{"AUTH_DENY"}}, false},
		{"outcome", auditread.Filter{Outcomes: []string{"revise"}}, true},
		{"another outcome", auditread.Filter{Outcomes: []string{"deny"}}, false},
		{"tenant", auditread.Filter{Tenants: []string{"acme"}}, true},
		{"another tenant", auditread.Filter{Tenants: []string{"acm", ""}}, false},
		{"all three", auditread.Filter{Actions: []string{"CRED_LEASE_REVISE"}, Outcomes: []string{"revise"}, Tenants: []string{"acme"}}, true},
		{"two of three", auditread.Filter{Actions: []string{"CRED_LEASE_REVISE"}, Outcomes: []string{"revise"}, Tenants: []string{"other"}}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.want, test.filter.Match(e)) })
	}
	assert.True(t, auditread.Filter{Tenants: []string{""}}.Match(auditread.Entry{}))
}

func ExampleFilter() {
	denies := auditread.Filter{Outcomes: []string{"deny"}, Tenants: []string{"acme"}}
	fmt.Println(denies.Match(auditread.Entry{OutcomeName: "deny", Tenant: "acme"}), denies.Match(auditread.Entry{OutcomeName: "allow", Tenant: "acme"}))
	// Output: true false
}
