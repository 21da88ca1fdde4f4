package scan

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
)

// Names of other languages, names of keys, lines of settings and errors that quote
// what they were given.
func TestNamesAndSettings(t *testing.T) {
	password, digits, token := "S3cureXy9zz", strings.Repeat("9bd33a8d", 4), made[:32]
	for _, text := range []string{
		"пароль: §", "Пароль: §", `{"пароль":"§"}`, "密码：§", "密码: §", "密碼：§", "パスワード：§", "비밀번호: §", "contraseña: §", "Contraseña = §", "hasło: §", "şifre=§",
		"senha=§", "kennwort=§", "pword=§", "passwrd=§", "wachtwoord: §", "heslo=§",
		"kek=†", "dek=†", "AES256_KEY=†", "cipher_key=†", "PRIVATE_KEY_HEX=†", "privateKeyHex=†", "MJ_APIKEY_PRIVATE=†", "X-Mj-Apikey-Private: †",
		"FROM x\nENV JWT_SECRET †\nRUN y", "set -gx TOKEN †", "setenv API_KEY †", `proxy_set_header X-Api-Key "†";`, `RequestHeader set X-Api-Key "†"`, "ENV DB_PASSWORD a:b&§",
		"Incorrect API key provided: ¤.", `bad api_token "†"`, `panic: bad authToken "†"`, `unknown access_token "¤"`,
	} {
		for mark, secret := range map[string]string{"§": password, "†": digits, "¤": token} {
			if whole := strings.Replace(text, mark, secret, 1); whole != text {
				assert.NotEmpty(t, All(whole), "%q", whole)
				assert.Empty(t, left(whole, secret), "%q", whole)
			}
		}
	}
	for _, text := range []string{
		"пароль: неверный", "пароль не подходит", "密码：错误", "密码: required", "contraseña: incorrecta", "密码策略：MinLength8x",
		"Incorrect API key provided: sk-12ab********************34cd. You can find it", "ENV TOKEN_FILE /run/secrets/token", `ENV PASSWORD ""`,
		"kek=arn:aws:kms:us-east-1:1:key/9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3", "kek: my-kek-v1", "dek=none", "pword=required", "env secret " + digits, "set secret_name " + digits,
		`invalid api_key "orders-loader"`, "API key provided by the caller",
	} {
		assert.Empty(t, All(text), "%q", text)
	}
}

// Text in UTF-16, as it is and in base64, and in the hexadecimal digits of bytea.
func TestWideText(t *testing.T) {
	secret := "S3cureXy9zzQ1"
	text := `$env:DB_PASSWORD="` + secret + `"; Connect`
	for _, big := range []bool{false, true} {
		var b []byte
		mark := []byte{0xFF, 0xFE}
		if big {
			mark = []byte{0xFE, 0xFF}
		}
		for _, u := range utf16.Encode([]rune(text)) {
			pair := []byte{byte(u), byte(u >> 8)}
			if big {
				pair[0], pair[1] = pair[1], pair[0]
			}
			b = append(b, pair...)
		}
		for _, wide := range []string{string(b), string(append(mark, b...))} {
			assert.NotEmpty(t, All(wide), "%q", wide)
		}
		if !big {
			assert.NotEmpty(t, All("powershell -EncodedCommand "+base64.StdEncoding.EncodeToString(b)))
		}
	}
	assert.NotEmpty(t, All(`\x`+hex.EncodeToString([]byte(`{"user":"bob","password":"`+secret+`"}`))))
	for _, text := range []string{"a\x00b\x00c\x00d\x00e\x00", "\x00\x00\x00\x00\x00\x00", "orders\x00daily", `\x` + hex.EncodeToString([]byte(`{"user":"bob","state":"active"}`))} {
		assert.Empty(t, All(text), "%q", text)
	}
}
