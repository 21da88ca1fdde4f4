package scan

import (
	"fmt"
	"strings"
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

// A password that is a phrase is found whole; sentences about passwords pass.
func TestPhrases(t *testing.T) {
	const four, twelve = "correct horse battery staple", "zoo wrong wine woman wolf wisdom winter window wild width wife whip"
	for _, tc := range []struct{ before, secret, after string }{
		{`password="`, four, `"`},
		{`{"password":"`, four, `","port":1}`},
		{`passphrase: "`, "velvet tractor lemon", `"`},
		{"DB_PASSWORD=", four, ""},
		{"DB_PASSWORD=", four, "\nDB_HOST=h"},
		{"passphrase: ", four, "\n"},
		{"mnemonic: ", twelve, ""},
		{`seed_phrase="`, twelve, `"`},
		{`{"mnemonic":"`, twelve + " " + twelve, `"}`},
		{"Recovery phrase: ", twelve, "."},
	} {
		text := tc.before + tc.secret + tc.after
		if found := All(text); assert.Len(t, found, 1, "%q", text) {
			assert.Equal(t, tc.secret, text[found[0].Start:found[0].End], "%q", text)
		}
	}
	for _, text := range []string{
		`"password":"must be at least eight characters"`, `{"errors":{"password":"does not match confirmation"}}`, `{"password":"cannot contain spaces"}`,
		"password: enter the database owner password", `password="please choose another value"`, `passphrase: "too short"`, "mnemonic: MOV",
		"phrase: to be or not to be", `{"password":"muss mindestens acht zeichen haben"}`, `{"token":"quick brown fox jumps"}`,
		"password = required when auth is set", "phrase: " + twelve + " zoo", "mnemonic=jmp", "seed_phrase: missing",
	} {
		assert.Empty(t, All(text), "%q", text)
	}
}

// Lines that are joined again, colours of terminals, and the user of a URL that is a
// token.
func TestTokensAreFoundWhole(t *testing.T) {
	secret := "Xk9pwq2LmB4t7Rz0vNc5Yh8Gd3Fs6Ja1"
	wide := "Content: " + strings.Repeat("x", 45) + "&password=" // a line of 76 with what follows
	for _, tc := range []struct{ text, part string }{
		{"token=" + secret[:20] + "\\\n" + secret[20:], secret[20:]},
		{"db.token=" + secret[:20] + "\\\r\n    " + secret[20:] + "\nx=1", secret[20:]},
		{"pypi-AgEIcHlwaS5vcmcC" + secret + "\\\n" + secret + secret, secret},
		{"glpat-" + secret[:14] + "\\\n" + secret[14:20], secret[:14]},
		{wide + secret[:11] + "=\r\n" + secret[11:], secret[11:]},
		{wide + secret[:11] + "=\n" + secret[11:] + "&y=3D2", secret[11:]},
		{"password=3D" + secret, secret},
		{"your key: =3Ddapi0123456789abcdef0123456789abcdef", "dapi0123456789abcdef0123456789abcdef"},
		{"\x1b[36mtoken=\x1b[0m" + secret, secret},
		{"\x1b[1;31mdapi0123456789abcdef0123456789abcdef\x1b[0m", "dapi0123456789abcdef0123456789abcdef"},
		{`{"m":"\u001b[36mpassword=\u001b[0m` + secret + `"}`, secret},
		{`\033[36mpassword=\033[0m` + secret, secret},
		{"\x1b[36mhost=\x1b[0mh \x1b[36mpassword=\x1b[0m" + secret + " \x1b[36mn=\x1b[0m1", secret},
		{"https://" + secret + ":x-oauth-basic@github.com/a/b", secret},
		{"https://" + secret + ":@api.example.com/v1", secret},
		{"nats://" + secret + "@host:4222", secret},
		{"wandb_v1_" + secret[:20] + "_" + secret + "_" + secret[:23], secret},
		{"rpa_" + strings.ToUpper(secret+secret[:8]) + "ab3xyz", "ab3xyz"},
		{"---- BEGIN SSH2 ENCRYPTED PRIVATE" + " KEY ----\nComment: \"k, 2048\"\n" + secret + secret + "\n" + secret + "\n---- END SSH2 ENCRYPTED PRIVATE" + " KEY ----", secret},
	} {
		assert.NotEmpty(t, All(tc.text), "%q", tc.text)
		assert.Empty(t, left(tc.text, tc.part), "%q", tc.text)
	}
	for _, text := range []string{
		"DB_PASSWORD=\nDB_HOST=" + secret, "curl https://h/v1/items/orders-daily\\\n  --retry 3", "\x1b[36mpassword=\x1b[0m \x1b[36muser=\x1b[0mbob",
		"password= user=bob", "host=h password= user=bob", "a=3Db =20", "https://bob:@h.example.com/", "nats://orders-service-of-the-lake@host:4222",
		"token=\x1b[0mexpired", "https://0123456789abcdef0123456789abcdef@o1.ingest.example.com/42",
	} {
		assert.Empty(t, All(text), "%q", text)
	}
}

// A secret that stands behind another is found, also where the first seems to go on
// with it.
func TestSecretBehindAValue(t *testing.T) {
	for _, tail := range []string{"AKIAQ7ZT3XW5LK2VB6NC:" + made[:40], "Bearer " + made, "ghp_" + made[:36], "mysql -h h -u grace -pMpv8mOxkZbPVG4 orders", "sl.u." + strings.Repeat(made, 20)} {
		for _, joint := range []string{",", "&", "][", ";", " ", ")("} {
			for _, head := range []string{"API_TOKEN=", "X-Api-Token: ", "note token="} {
				text := head + made[2:34] + joint + tail
				assert.Empty(t, left(text, made[2:34]), "%q", text)
				assert.Empty(t, left(text, tail[len(tail)-12:]), "%q", text)
			}
		}
	}
}
