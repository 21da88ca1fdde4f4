package rule_test

import (
	"testing"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
	"github.com/stretchr/testify/assert"
)

// TestStandard holds that a module whose path has no dot is not taken for the standard library: nothing would be
// known of its functions in other packages.
func TestStandard(t *testing.T) {
	tests := []struct {
		name, path string
		want       bool
	}{
		{"package", "fmt", true},
		{"package below another", "net/http", true},
		{"module with a host", "github.com/google/uuid", false},
		{"module without a host", "lakehouse/catalog", false},
		{"name that begins like a package's", "nettools/http", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, rule.Standard(tt.path)) })
	}
}
