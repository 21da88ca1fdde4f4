package redact_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/daxis-io/arco-audit/redact"
)

func TestFindEmailKnowsPeopleFromServices(t *testing.T) {
	for _, tc := range []struct{ name, in, want string }{
		{"plain", "jane@corp.com", "jane@corp.com"},
		{"in a path", "users/jane.doe+x@mail.corp.co.uk/q", "jane.doe+x@mail.corp.co.uk"},
		{"in brackets", "Jane <jane@corp.com>", "jane@corp.com"},
		{"percent-encoded", "owner=jane%40corp.com&x", "jane%40corp.com"},
		{"after a service", "a@p.iam.gserviceaccount.com,jane@corp.com", "jane@corp.com"},
		{"end of a sentence", "mail jane@corp.com.", "jane@corp.com"},
		{"service account", "svc@p.iam.gserviceaccount.com", ""},
		{"git remote", "git@github.com:org/repo.git", ""},
		{"userinfo", "ssh://git@github.com/org", ""},
		{"container", "abfss://data@acct.dfs.core.windows.net/x", ""},
		{"digest", "img@sha256:0a1b", ""},
		{"version", "mod@v1.2.3", ""},
		{"principal", "hdfs/nn1.corp.com@CORP.COM", ""},
		{"no domain", "a@b", ""},
		{"no at sign", "jane", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			start, end, ok := redact.FindEmail(tc.in)
			assert.Equal(t, tc.want != "", ok)
			assert.Equal(t, tc.want, tc.in[start:end])
		})
	}
}
