package flow

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSameModule(t *testing.T) {
	tests := []struct {
		name, a, b string
		want       bool
	}{
		{"packages of one repository", "github.com/daxis-io/arco-audit/audit", "github.com/daxis-io/arco-audit/redact", true},
		{"repositories of one owner", "github.com/daxis-io/arco-audit", "github.com/daxis-io/other", false},
		{"packages of a module without a host", "lakehouse/catalog", "lakehouse/flow/jobs", true},
		{"modules without a host", "lakehouse/catalog", "billing/catalog", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { assert.Equal(t, tt.want, sameModule(tt.a, tt.b)) })
	}
}
