package flow

import (
	"regexp"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/examples/tokens"
	"github.com/daxis-io/arco-audit/redact"
)

// Issuer and audiences of the tokens.
const (
	Issuer          = "arco-flow"
	TaskAudience    = "arco-flow-task"
	ServiceAudience = "arco-flow-internal"
)

// TaskClaims is the payload of a task token. All fields and the expiry are required.
type TaskClaims struct {
	jwt.RegisteredClaims
	TaskID      string `json:"taskId"`
	TenantID    string `json:"tenantId"`
	WorkspaceID string `json:"workspaceId"`
	RunID       string `json:"runId"`
	Attempt     int    `json:"attempt"`
}

var (
	slugGrammar       = regexp.MustCompile(`^[a-z0-9_-]{1,64}$`)
	identifierGrammar = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// slug reports a name of a tenant or workspace by the grammar of audit.NewTenant, identifier one of a task, run or
// service. A secret is neither.
func slug(s string) bool       { return slugGrammar.MatchString(s) && plain(s) }
func identifier(s string) bool { return identifierGrammar.MatchString(s) && plain(s) }

func plain(s string) bool {
	_, hit := redact.Scan(s)
	return !hit
}

func (c *TaskClaims) whole() bool {
	return identifier(c.TaskID) && slug(c.TenantID) && slug(c.WorkspaceID) && identifier(c.RunID) && c.Attempt > 0
}

// parse checks an HS256 token for an audience; 0 when it is good.
func parse(token, audience string, key redact.Secret[[]byte], into jwt.Claims) audit.AuthReason {
	if token == "" {
		return audit.AuthReasonMissing
	}
	parser := jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(), jwt.WithStrictDecoding(), jwt.WithIssuer(Issuer), jwt.WithAudience(audience))
	if _, err := parser.ParseWithClaims(token, into, func(*jwt.Token) (any, error) { return key.Expose(), nil }); err != nil {
		return tokens.Reason(err)
	}
	return 0
}

// sign makes the token with which a worker calls back.
func (f *Flow) sign(t taskKey, now time.Time) (token string, expires time.Time, err error) {
	expires = now.Add(f.config.TokenTTL).UTC().Truncate(time.Second)
	token, err = f.config.SignTask(TaskClaims{
		RegisteredClaims: jwt.RegisteredClaims{Issuer: Issuer, Audience: jwt.ClaimStrings{TaskAudience}, ExpiresAt: jwt.NewNumericDate(expires)},
		TaskID:           t.id, TenantID: t.tenant, WorkspaceID: t.workspace, RunID: t.run, Attempt: t.attempt,
	})
	return token, expires, err
}
