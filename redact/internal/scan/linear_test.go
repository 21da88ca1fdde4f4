package scan

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patterns are pieces that, repeated, give every handler and decoder work.
var patterns = []string{
	"token=", "token:a:", "-----BEGIN ", "-----BEGIN PRIVATE", "-END PRIVATE", "\"kty\"", "kty d:", "@", "a:b@", "//a:b@", "%25", "%4",
	"\\\\", "\\u005c", "&amp;", "&#38;", "[1 1 1 ", "{1,", "AKIA234567ABCDEF234567 ", "eyJhbGciOiJub25lIn0.", "ghp_", "password\n",
	"\u200b", "Bearer ", "Basic ", "cookie: a=b; ", "<password>", "thin:a/b@", "/p/", "00", "4142434445464748494a4b4c", "key=",
	"xoxb-1-", "T3BlbkFJ", "curl -u ", "identified by ", "set password for ", "redis://a:", "name: password value: ", "<add key=\"password\" ",
	"sv=1&", "adls.sas-token=sv=1&", "-----BEGIN CERTIFICATE-----\nA", "password=@a ", "password = a(", "Private-Lines: 1\nA", "Q~", ".atlasv1.", "a", "=",
	"aGVsbG8gd29ybGQhaGVs-", "aGVsbG8gd29ybGQhaGVsbG8gd29ybGQhaGVsbG8gd29ybGQhaGVsbG8gd29ybGQh+\n", " -u a:", " -a login ", "token,", "cookie: a=aB1-cd2-E3-gH4i-; ", "password=aB1,", "password=aB1cD2&", "password: [aB1cD2 ", "<password>aB1cD2 ", "пароль:", "пароль：Ab1 ", "-enc ZQB3AG8AZwBJ", "-enc ", "a\x00", "\\x7b227b227b227b227b227b22", "ENV token ", "token provided: ", "password,\n", "(password,", "(password) values (", "INSERT (password) values (q7Zt3Xw9),(", "Key (token)=(", "' for key 'token'", "entry 'a' for key 'token'", "\x1b[31m", "\x1b[1;", "=3D", "ab\\\n", "aBcDeFgHiJkLm\\\n", "mnemonic: abc ", "password=abcd ", "http://aB1cD2eF3:x@", "=\r\n", "password:{\"a\":", "password: Some(", "token(\"", "(password,", "password=(0x1)(", "name: password Type=\"a\" ", "token:\n  - aB1-cd2-E3-gH4i-\n", "password: |\n  aB1cD2\n", "a,token\n", "token,a\n\"1,", "token|a|", "<token a='b' ", "&key=A1b", "password: &a ", "token: a:", "{Token: A:",
	"AUTH a ", "net use /a ", "|echo a|sudo -S ", "<<<", "user a on >", "Hawk id=", "a/b@", "://a:b/c@", "response=a ", "identified by '", "s3://a/token=a1b2/", "password=AbCd", "code=ErrAbcDef ", "AQEa-", "eyJrIjoiQUJD", "-END PRIVATE KEY-----", "$ANSIBLE_VAULT;1.1 ", "_secret_", ":production.", "token=eyJhbGciOiJub25lIn0.* ",
	"65 79 4a ", "ab 01 ", "65:", "00000000  65 79 4a  |eyJ|\n", "0000000   a   b\n", "00000000: 6579 4a31\n", "key_", "key_aB1cD2eF3-", "{\"value\":\"a\",\"name\":\"token\"}", "value=\"a\" name=\"token\" ", "\"d\":\"", "{\"k\":\"", "\"crv\":",
	"kind: Secret\ndata:\n a: b\n", " kind: Secret\n", "{\"kind\":\"Secret\",\"data\":{\"a\":\"b\"", "payload:", "SecureString value=", "secret_id=", "Value\n---\npassword a\n", "token( \"", "( token, \"a\"", "otp=", "pin is ",
}

// sizes are doubled twice; the least is longer than what any handler looks at.
var sizes = [3]int{20_000, 40_000, 80_000}

// mostPerByte bounds the constant of the worst pattern.
const mostPerByte = 3000

// Work is the number of statements of this package that run, handlers and
// decoders included, as the counters of coverage have it: it is the same on
// every run and costs nothing where it is not asked for.
func TestWorkIsLinear(t *testing.T) {
	dir := t.TempDir()
	var lines strings.Builder
	for i, p := range patterns {
		for k, size := range sizes {
			fmt.Fprintf(&lines, "%q %d %s\n", p, size, countDir(dir, i, k))
		}
	}
	program := filepath.Join(dir, "work")
	command(t, "", "go", "build", "-tags=purego", "-cover", "-covermode=atomic", "-coverpkg=.,./testdata/work", "-o", program, "./testdata/work")
	command(t, lines.String(), program)
	tool := strings.TrimSpace(command(t, "", "go", "tool", "-n", "covdata"))
	for i, p := range patterns {
		var work [len(sizes)]int
		for k := range sizes {
			work[k] = statements(command(t, "", tool, "textfmt", "-i="+countDir(dir, i, k), "-o=/dev/stdout"))
		}
		perByte := work[2] / sizes[2]
		t.Logf("%5d statements a byte: %q", perByte, p)
		assert.NotZero(t, work[0], "%q", p)
		assert.LessOrEqual(t, work[2]-work[1], 9*(work[1]-work[0])/4, "%q: %v statements at %v bytes", p, work, sizes)
		assert.LessOrEqual(t, perByte, mostPerByte, "%q", p)
	}
}

func countDir(dir string, pattern, size int) string {
	return filepath.Join(dir, fmt.Sprint(pattern, "-", size))
}

func command(t *testing.T, input, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdin = strings.NewReader(input)
	cmd.Env = append(os.Environ(), "GOCOVERDIR="+t.TempDir())
	var failure strings.Builder
	cmd.Stderr = &failure
	out, err := cmd.Output()
	require.NoError(t, err, "%s", failure.String())
	return string(out)
}

// statements sums a profile: each line has a place, how many statements stand
// there, and how often they ran.
func statements(profile string) (sum int) {
	for line := range strings.Lines(profile) {
		if fields := strings.Fields(line); len(fields) == 3 {
			size, _ := strconv.Atoi(fields[1])
			times, _ := strconv.Atoi(fields[2])
			sum += size * times
		}
	}
	return sum
}

func TestBudgetFailsClosed(t *testing.T) {
	text := strings.Repeat("a", 12)
	for range 9 {
		text = strings.NewReplacer("%", "%25", "a", "%61").Replace(text)
	}
	for range 3 { // what is spent is not owed by the next text
		f, ok := First(text)
		assert.True(t, ok)
		assert.Equal(t, kindOverflow, f.Kind)
		f, ok = First("secret%3D" + made[:20])
		assert.True(t, ok)
		assert.Equal(t, "secret", Names[f.Kind])
	}
}
