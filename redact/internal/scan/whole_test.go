package scan

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

// A password ends where its frame does: marks that end values elsewhere stand inside
// of it.
func TestMarksStandInsideOfValues(t *testing.T) {
	const head, tail = "Xk9pwq2LmB4", "t7Rz0vNc5Yh"
	for _, f := range []struct{ frame, inside string }{
		{"db.password=%s", "all"},
		{"app.db.password: %s", "all"},
		{"[db]\npassword = %s\r\nhost = h\r\n", "all"},
		{"X-Db-Password: %s", "all"},
		{"GET / HTTP/1.1\r\nX-Db-Password: %s\r\nAccept: */*\r\n\r\n", "all"},
		{"set DB_PASSWORD=%s", "all"},
		{"env:\n  - DB_PASSWORD=%s\n", "all"},
		{"--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n%s\r\n--b--\r\n", "all"},
		{"password: |\n  %s\nhost: h\n", "all"},
		{"password: >-\n    %s\nhost: h\n", "all"},
		{"map[Accept:[*/*] X-Db-Password:[%s]]", "all"},
		{"| key | value |\n|---|---|\n| DB_PASSWORD | %s |", "'()<>[]{},&;\\`\""},
		{"curl -H \"X-Db-Password: %s\" https://h", "'()<>[]{},&;`| "},
		{"<name>db.password</name><value>%s</value>", "',;()[]{}|\\`\" "},
		{"<Password>%s</Password>", "',;()[]{}|\\`\" "},
		{"Config{user=bob, password=%s, host=h}", "',;()[]{}|\\`\" <>&"},
		{"level=info password=%s user=bob", ",&"},
		{"dial: bad config: password=%s: EOF", ",&"},
		{"run --password=%s --verbose", ",&"},
		{"run --password %s --verbose", ",&"},
		{"{Host:h Password:%s Port:1}", ",&"},
	} {
		marks := f.inside
		if marks == "all" {
			marks = ";'()<>[]{}|\\`\" ,&"
		}
		for _, mark := range marks {
			secret := head + string(mark) + tail
			text := fmt.Sprintf(f.frame, secret)
			for _, part := range []string{head, tail} {
				assert.Empty(t, left(text, part), "%q", text)
			}
		}
	}
}

// All values under one name are found.
func TestAllValuesOfAName(t *testing.T) {
	a, b, c := made[:24], made[9:41], made[5:37]
	for _, text := range []string{
		"ARCO_AUDIT_ACTOR_HMAC_KEY=k1:" + b + "=,k2:" + c + "=",
		"- name: ARCO_AUDIT_ACTOR_HMAC_KEY\n  value: k1:" + b + "=,k2:" + c + "=",
		`{"hmac_key":"k1:` + b + `,k2:` + c + `"}`,
		"map[X-Api-Key:[" + b + " " + c + "]]",
		"password: [" + b + " " + c + "]",
		`passwords: ["` + b + `","` + c + `"]`,
		"tokens=" + b + "," + c,
		"tokens: " + a + "," + b + "," + c + " next",
		"api_keys:\n  - " + b + "\n  - " + c + "\nother: 1\n",
		"Cookie: foo=" + b + "; bar=" + c,
		"Cookie: theme=dark; foo=" + b + "; lang=en; bar=" + c + "; x=1",
		"Cookie: user_session = " + b + "; __Host-user_session_same_site=" + c + "; logged_in=yes",
		"Set-Cookie: [a=" + b + "; Path=/; HttpOnly b=" + c + "; Path=/]",
		"map[Set-Cookie:[a=" + b + "; Expires=Thu, 01 Jan 2026 00:00:00 GMT; Path=/ b=" + c + "; Path=/]]",
	} {
		assert.Empty(t, left(text, b), "%q", text)
		assert.Empty(t, left(text, c), "%q", text)
	}
}

// What stands behind a value and is none of it stays.
func TestNeighboursOfValuesStay(t *testing.T) {
	secret := made[:32]
	for _, tc := range []struct{ before, after string }{
		{"token=", ",expired"},
		{"token=", ",user=bob,host=h"},
		{"{token:", ",host:h}"},
		{"?token=", "&user=bob"},
		{"password=", "; host=h"},
		{"password=", "&amp;user=bob"},
		{"password: ", " # since 2024"},
		{"password=", " (rotated)"},
		{"password: ", " was wrong for bob"},
		{"export DB_PASSWORD=", "\nexport DB_HOST=h"},
		{"Config{password=", ", host=h}"},
		{"tokens:\n  - ", "\nname: 1"},
		{"cookie: a=", "; theme=dark"},
		{"cookie: a=", "; theme=dark; lang=en"},
	} {
		text := tc.before + secret + tc.after
		if found := All(text); assert.Len(t, found, 1, "%q", text) {
			assert.Equal(t, secret, text[found[0].Start:found[0].End], "%q", text)
		}
	}
	for _, text := range []string{
		"password:\n  - minimum-length\n  - upper-case\n", "keys: 3", "tokens=512", "tokens: [read write]", `passwords: ["required","optional"]`,
		"api_keys:\n  - name: loader\n    scope: read\n", "api-keys=enabled", "tokens:\n  - SELECT\n  - IDENT\n", "prompt_tokens=120,completion_tokens=33",
	} {
		assert.Empty(t, All(text), "%q", text)
	}
}
