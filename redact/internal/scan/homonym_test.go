package scan

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A name that secrets have means something else in the first text of a pair; in
// the second one the value is a secret.
func TestNamesThatMeanSomethingElse(t *testing.T) {
	id, digest := "9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3", strings.Repeat("9bd33a8d", 4)
	for _, tc := range [][2]string{
		{"--- PASS: TestTokenRefresh (0.01s)", "DB_PASS: TestTokenRefresh"},
		{"PASS: Test4096", "pass: hunter24096"},
		{"PASS: vendor/module-lint", "PASS=vendor-module-lint"},
		{"boarding pass: GATE12B", "root pass: GATE12B"},
		{"pass=PushDownPredicate", `pass="#PushDown1Predicate"`},
		{"pass: optimizer_fusion_v2", `"pass": "optimizer_fusion_v2"`},
		{"PWD=/srv/data", "PWD=srv7data"},
		{"response: " + digest, "response=" + digest + ", nonce=a"},
		{"planResponse=" + digest, `Digest username="a", response="` + digest + `"`},
		{"code=MSAZRDE0003PX", "code=q7Zt3Xw9LkVbmNcd"},
		{"errorCode: INVALID_CLIENT_7X3", "code=" + made[:24]},
		{"lock token=" + id, "my token=" + id},
		{"resume token: 8263" + strings.Repeat("9BD33A8D", 2), "token: 8263" + strings.Repeat("9BD33A8D", 2)},
		{"ClientToken=" + id, "ClientToken=" + made[:32]},
		{"client_token=" + id, "user_token=" + id},
		{"STRIPE_KEY=pk_live_" + made[:24], "STRIPE_KEY=xk_live_" + made[:24]},
		{"CLERK_PUBLISHABLE_KEY=" + made[:24], "CLERK_SECRET_KEY=" + made[:24]},
	} {
		assert.Equal(t, "-", verdict(tc[0]), tc[0])
		assert.NotEqual(t, "-", verdict(tc[1]), tc[1])
	}
}

// What a path is partitioned by is no secret when it has the form of an
// identifier and lies in a store of files. Behind a server's name the same
// segment lets somebody in, and a longer value is none of the known identifiers.
func TestPartitionsOfTables(t *testing.T) {
	for _, v := range []string{"9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3", strings.Repeat("9bd33a8d", 4), made[:24], "01HZX3K9QW4RT6YV8B2N5M7C1D"} {
		for _, n := range []string{"token", "session", "auth_token", "api_key"} {
			segment := n + "=" + v
			for _, text := range []string{"s3://b/t/" + segment + "/part-0.parquet", "gs://b/" + segment + "/", "abfss://c@a.dfs.core.windows.net/t/" + segment, "t/" + segment + "/x.orc"} {
				assert.Equal(t, "-", verdict(text), text)
			}
		}
		for _, text := range []string{"https://cdn.example.com/token=" + v + "/a.m3u8", "/token=" + v + "/a.m3u8", "s3://b/t?token=" + v} {
			assert.NotEqual(t, "-", verdict(text), text)
		}
	}
	for _, v := range []string{made[:40], "ghp_" + made[:36]} {
		assert.NotEqual(t, "-", verdict("s3://b/t/token="+v+"/part-0.parquet"), v)
	}
}

// What programs write beside a name is no secret; the neighbour of each is.
func TestProgramsNameSecrets(t *testing.T) {
	for _, tc := range [][2]string{
		{"privateKey := NewKeyFromSeed(seed)", "privateKey := " + made[:14]},
		{"private_key: ed25519.Ed25519PrivateKey", "private_key: ed25519." + made[:17]},
		{"TransportCreds: transportCredsForS2A,", "TransportCreds: " + made[:20] + ","},
		{"AccessToken *loginTokenAccessToken", "AccessToken " + made[:24]},
		{"pass *analysis.Pass", "pass *Analysis!Pass1"},
		{`S3SecretAccessKey = "s3.secret-access-key"`, `S3SecretAccessKey = "s3.secret-access"`},
		{`DBPassword = "db-password"`, `DBPassword = "password1"`},
		{"password: adminPassword,", "password: adminPassw0rd!,"},
		{"NETKIT_PASS = 0x0", "NETKIT_PASS = 0x0z"},
		{"ENCRYPTION_KEY = 0xc0406618", "ENCRYPTION_KEY = 0x" + strings.Repeat("c0406618", 4)},
		{`env = append(env, "PWD="+dir)`, `env = append(env, "PWD=dir7")`},
		{"check.pass = pass", "check.pass = q7Zt"},
		{`secret: []byte("RIFF\x00\x00\x00WAVE7")`, `secret: []byte("RIFF7WAVE9x")`},
		{"return s.MaxHeaderBytes", "return s." + made[:24]},
		{"s.setUserArenaChunkToFault()", "s." + made[1:25] + "()"},
		{"if e.Code == AnyTokenMismatch {", "if e.Code == " + made[:16] + " {"},
		{"<Code>InvalidAccessKeyId</Code>", "<Code>" + made[:18] + "</Code>"},
	} {
		assert.Equal(t, "-", verdict(tc[0]), tc[0])
		assert.NotEqual(t, "-", verdict(tc[1]), tc[1])
	}
}

func TestSpelled(t *testing.T) {
	for v := range strings.FieldsSeq(`RequireAnyClientCert abi.BoundsSlice3Acap http2ErrCode *analysis.Pass_Info ed25519.Ed25519PrivateKey SHA256WithRSAPSS
		test1024Key transportCredsForS2A MarshalPKCS1PrivateKey BucketAlreadyOwnedByYou PushDownPredicate NoClientCert _AccessTokenType KeyKpDivide:`) {
		assert.True(t, spelled(v), v)
	}
	for v := range strings.FieldsSeq(`Orders orders q7Zt3Xw9LkVbmNcd aXbYcZdWeVfU ABCDEFGHIJKL Hunter2X9y7Q Na7Mi3Ro9Te1 NewKey+FromSeed New/Key `) {
		assert.False(t, spelled(v), v)
	}
	assert.False(t, spelled(strings.Repeat("NewKey", 20)), "too long for a name")
	r, hits := rand.New(rand.NewPCG(5, 6)), 0
	for range 50_000 {
		b := make([]byte, 16+r.IntN(16))
		for i := range b {
			b[i] = pick(r, alnum)
		}
		hits += count(spelled(string(b)))
	}
	assert.LessOrEqual(t, hits, 25, "what a generator makes is no name")
}
