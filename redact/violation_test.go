package redact_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/daxis-io/arco-audit/redact"
)

func TestViolationNamesFieldsAndKinds(t *testing.T) {
	field := func(name string) redact.FieldFinding {
		return redact.FieldFinding{Field: name, Kind: redact.KindControl}
	}
	for want, found := range map[string][]redact.FieldFinding{
		"audit: withheld a value; pass an identifier, not a credential":                                     nil,
		"audit: field a: withheld control; pass an identifier, not a credential":                            {field("a")},
		"audit: field a: withheld control, field b: withheld control; pass an identifier, not a credential": {field("a"), field("b")},
	} {
		assert.EqualError(t, &redact.Violation{Findings: found}, want)
	}
}
