package audit_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/stretchr/testify/assert"
)

func TestSecretOverMethodAndTemplateIsSeen(t *testing.T) {
	opaque := strings.Repeat("aB3", 15)
	for method, token := range map[string]string{"Bearer": opaque, "Basic": base64.StdEncoding.EncodeToString([]byte("user:" + opaque))} {
		f := emitted(t, audit.AuthDeny(audit.HTTPOperation(method, token), 0))
		assert.NotContains(t, f["subject"], token)
		assert.NotEmpty(t, f.redactions())
	}
	f := emitted(t, audit.AuthDeny(audit.HTTPOperation("", "/x"), 0))
	assert.NotEqual(t, emitted(t, audit.AuthDeny(audit.RPCOperation("/x"), 0))["subject"], f["subject"], "an HTTP operation is no RPC")
	f = emitted(t, audit.AuthDeny(audit.RPCOperation("GET /v1/config"), 0))
	assert.NotEqual(t, emitted(t, deny)["subject"], f["subject"], "an RPC is no HTTP operation")
}

func TestBlankOperationIsUnmatched(t *testing.T) {
	for _, op := range []audit.Operation{audit.RPCOperation(""), audit.RPCOperation(" "), audit.RPCOperation("\u3000"), audit.RPCOperation("\u2003 ")} {
		assert.Equal(t, "unmatched", emitted(t, audit.AuthDeny(op, audit.AuthReasonMissing))["subject"])
	}
}
