package compiletest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/daxis-io/arco-audit/internal/compiletest"
	"github.com/stretchr/testify/require"
)

const module = "github.com/daxis-io/arco-audit"

// prelude declares one variable for every kind of value that carries a secret in a catalog, and one good value
// for every part of an event. Types of cloud SDKs are declared with the fields of the real ones, because what is
// tested is that a struct, pointer or method of that shape is refused.
const prelude = `package program

import (
	"context"
	"bytes"
	"crypto/rsa"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"` + module + `/audit"
	"` + module + `/redact"
)

type oauth2Token struct {
	AccessToken, TokenType, RefreshToken string
	Expiry                               time.Time
}
type awsCredentials struct {
	AccessKeyID, SecretAccessKey, SessionToken string
	CanExpire                                  bool
}
type gcpCredentials struct {
	ProjectID string
	JSON      []byte
}
type azureAccessToken struct {
	Token     string
	ExpiresOn time.Time
}
type jwtToken struct {
	Raw       string
	Header    map[string]any
	Claims    any
	Signature []byte
}
type presignedRequest struct {
	URL, Method  string
	SignedHeader http.Header
}
type definedString string
type ownReason audit.VendReason
type wrapsReason struct{ audit.VendReason }
type wrapsEvent struct{ audit.Event }
type stringer struct{}

func (stringer) String() string { return "" }

const typedText string = "typed"

var (
	text        string
	defined     definedString
	err         error
	urlError    *url.Error
	raw         []byte
	runes       []rune
	list        []string
	header      http.Header
	address     *url.URL
	query       url.Values
	cookie      *http.Cookie
	request     *http.Request
	response    *http.Response
	token       *oauth2Token
	aws         awsCredentials
	gcp         *gcpCredentials
	azure       azureAccessToken
	jwt         *jwtToken
	presigned   *presignedRequest
	secret      redact.Secret[string]
	secretBytes redact.Secret[[]byte]
	properties  map[string]string
	anything    any
	showing     fmt.Stringer = stringer{}
	buffer      bytes.Buffer
	builder     strings.Builder
	reader      io.Reader
	key         *rsa.PrivateKey
	number      float64
	lazy        func() string
	seq         func(func(string) bool)
	ch          chan string
	own         ownReason
	wrapped     wrapsReason
	wrappedEvent wrapsEvent

	ctx      context.Context
	trail    *audit.Trail
	tenant   = audit.NewTenant("acme")
	table    = audit.NewTable([]string{"ns"}, "t", uuid.Nil)
	other    = audit.NewTable([]string{"ns"}, "u", uuid.Nil)
	grant    = audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderGCS, time.Hour)
	vend     = audit.NewVendRequest(audit.DelegationVended, audit.AccessRead)
	op       = audit.RPCOperation("/s/m")
	snapshot = audit.NewSnapshot(1, 2, audit.OperationAppend)
	resource = audit.NewResource("grant", "g")
	kind     = audit.NewKind("GRANT_CHANGE", "grant", audit.Critical)
)

/*DECLARATIONS*/
func use(...any) {}

func program() {
` + compiletest.Hole + `
}
`

// exports and root are shared by the tests: the go command is asked once.
var exports = sync.OnceValues(func() (*compiletest.Exports, error) {
	dir, err := root()
	if err != nil {
		return nil, err
	}
	return compiletest.List(dir, module+"/audit", module+"/redact", "net/http", "crypto/rsa", "encoding/json", "encoding/gob", "reflect")
})

func root() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", err
	}
	return filepath.Dir(strings.TrimSpace(string(out))), nil
}

func newProgram(t *testing.T) *compiletest.Program {
	t.Helper()
	e, err := exports()
	require.NoError(t, err)
	p, err := compiletest.New(e, prelude)
	require.NoError(t, err, "the positive control")
	return p
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}
