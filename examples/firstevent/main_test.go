package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
)

func TestRun(t *testing.T) {
	var stdout, stderr bytes.Buffer
	require.NoError(t, run(t.Context(), &stdout, &stderr))
	lines := strings.Split(strings.TrimSuffix(stdout.String(), "\n"), "\n")
	require.Len(t, lines, 3, "the event, and the trail's first and last")
	e, err := auditread.Decode(lines[1])
	require.NoError(t, err)
	assert.Equal(t, audit.ActionCredVendDeny, e.Action)
	assert.Equal(t, "access_denied", e.Reason)
	assert.Contains(t, e.Resource, "[REDACTED:jwt]")
	assert.Equal(t, []auditread.Redaction{{Field: "resource", Kind: "jwt"}}, e.Redactions)
	assert.Equal(t, 3, strings.Count(stderr.String(), "level="))
	for name, text := range map[string]string{"stdout": stdout.String(), "stderr": stderr.String()} {
		for part := range strings.SplitSeq(token(), ".") {
			assert.NotContains(t, text, part, name)
		}
	}
}
