package catalog_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/catalog"
)

func TestBearerSaysWhyItRefuses(t *testing.T) {
	b := catalog.NewBearer("issuer", "audience")
	now := time.Now()
	good := catalog.Claims{Subject: "ada", Tenant: "acme", Workspace: "w", Expires: now.Add(time.Hour).Unix()}
	with := func(change func(*catalog.Claims)) string {
		c := good
		change(&c)
		token, err := b.Sign(c)
		require.NoError(t, err)
		return "Bearer " + token
	}
	valid := with(func(*catalog.Claims) {})
	foreign, err := catalog.NewBearer("issuer", "audience").Sign(good)
	require.NoError(t, err)
	tests := []struct {
		name, header string
		want         audit.AuthReason
	}{
		{"valid", valid, 0},
		{"scheme in lower case", strings.Replace(valid, "Bearer", "bearer", 1), 0},
		{"none", "", audit.AuthReasonMissing},
		{"no token", "Bearer ", audit.AuthReasonMissing},
		{"another scheme", "Basic abc", audit.AuthReasonMissing},
		{"not a token", "Bearer abc", audit.AuthReasonMalformed},
		{"another key", "Bearer " + foreign, audit.AuthReasonBadSignature},
		{"cut", valid[:len(valid)-1], audit.AuthReasonBadSignature},
		{"expired", with(func(c *catalog.Claims) { c.Expires = now.Unix() }), audit.AuthReasonExpired},
		{"not yet valid", with(func(c *catalog.Claims) { c.NotBefore = now.Add(time.Hour).Unix() }), audit.AuthReasonNotYetValid},
		{"another issuer", with(func(c *catalog.Claims) { c.Issuer = "x" }), audit.AuthReasonWrongIssuer},
		{"another audience", with(func(c *catalog.Claims) { c.Audience = "x" }), audit.AuthReasonWrongAudience},
		{"no tenant", with(func(c *catalog.Claims) { c.Tenant = "" }), audit.AuthReasonMalformed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := &http.Request{Header: http.Header{"Authorization": {test.header}}}
			claims, reason := b.Check(r, now)
			assert.Equal(t, test.want, reason, reason.String())
			if test.want == 0 {
				assert.Equal(t, "ada", claims.Subject)
			} else {
				assert.Zero(t, claims)
			}
		})
	}
}
