package redact_test

import (
	"strings"
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
		{"service account in capitals", "SVC@P.IAM.GSERVICEACCOUNT.COM", ""},
		{"domain that ends like a service account's", "x@agserviceaccount.com", ""},
		{"domain shorter than a service account's", "x@serviceaccount.com", "x@serviceaccount.com"},
		{"longest local part", strings.Repeat("l", 64) + "@corp.com", strings.Repeat("l", 64) + "@corp.com"},
		{"longer local part", strings.Repeat("l", 65) + "@corp.com", strings.Repeat("l", 64) + "@corp.com"},
		{"longest domain", "j@" + strings.Repeat("d.", 124) + "com", "j@" + strings.Repeat("d.", 124) + "com"},
		{"local part of one byte at the beginning", "j@corp.com", "j@corp.com"},
		{"dots and dashes before the local part", "x ..--jane@corp.com", "jane@corp.com"},
		{"dots alone before the at sign", "...@corp.com", ""},
		{"dash before the at sign", "jane-@corp.com", "jane-@corp.com"},
		{"dot before the at sign", "jane.@corp.com", ""},
		{"dots behind the domain", "jane@corp.com..", "jane@corp.com"},
		{"dash behind the domain", "jane@corp.com-", "jane@corp.com"},
		{"dot behind the only dot", "jane@corp.-", ""},
		{"domain that begins with a dot", "jane@.com", ""},
		{"host of one letter", "jane@c.com", "jane@c.com"},
		{"top level of two letters", "jane@corp.de", "jane@corp.de"},
		{"top level of one letter", "jane@corp.d", ""},
		{"top level with a digit", "jane@corp.c0m", ""},
		{"top level at the ends of the alphabet", "jane@corp.AZaz", "jane@corp.AZaz"},
		{"top level beside the alphabet", "jane@corp.ab`", "jane@corp.ab"},
		{"international top level", "jane@corp.xn--p1ai", "jane@corp.xn--p1ai"},
		{"international top level without a label", "jane@corp.xn--", "jane@corp.xn"},
		{"marks of a local part", "a.b_c%d+e-f'g@corp.com", "a.b_c%d+e-f'g@corp.com"},
		{"letters of other scripts", "größe@bücher.com", "größe@bücher.com"},
		{"byte before a local part", "(jane@corp.com)", "jane@corp.com"},
		{"ends of the alphabets", "azAZ09@azAZ09.com", "azAZ09@azAZ09.com"},
		{"other user of a remote", "jane@github.com:org/repo", "jane@github.com"},
		{"git at the end", "git@github.com", "git@github.com"},
		{"git before a path", "git@github.com/x", "git@github.com"},
		{"scheme with one slash", "ssh:/jane@corp.com", "jane@corp.com"},
		{"principal at the beginning", "nn1.corp.com@CORP.COM", "nn1.corp.com@CORP.COM"},
		{"principal without a dot", "hdfs/nn1@CORP.COM", "nn1@CORP.COM"},
		{"principal of a realm in lower case", "hdfs/nn1.corp.com@corp.com", "nn1.corp.com@corp.com"},
		{"two, the first of a service", "git@h.com:x jane@corp.com", "jane@corp.com"},
		{"escaped before one that is not", "%40 jane@corp.com", "jane@corp.com"},
		{"escaped behind one that is not", "@ jane%40corp.com", "jane%40corp.com"},
		{"at sign alone", "@", ""},
		{"nothing", "", ""},
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
