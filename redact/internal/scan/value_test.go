package scan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The predicates of values, each at the edges of what it says.
func TestPredicatesOfValues(t *testing.T) {
	for _, tc := range []struct {
		name string
		is   func(string) bool
		yes  string // fields, underscores for spaces
		no   string
	}{
		{"timestamp", isTimestamp,
			"2024-05-01T10:00:00 2024-05-01_10:00:00 2024-05-01T10:00:00Z 2024-05-01T10:00:00.123456789+02:00",
			"2024-05-01T10:00:0 2024-05-01T10:00:00.12345678901+02:00 2024x05-01T10:00:00 2024-05x01T10:00:00 2024-05-01x10:00:00 2024-05-01T10x00:00 x024-05-01T10:00:00 2024-05-01Tx0:00:00 2024-05-01T1x:00:00 202x-05-01T10:00:00"},
		{"constant", constant,
			"DB_PASSWORD X_SECRET DB_PWD DB_PASS A_B_TOKEN X1_PASS",
			"DB_PASSX DBPASSWORD PASSWORD _PASSWORD db_PASSWORD DB_XPWD DB_PWDX DB-PASSWORD DB_K7Q9 DB_XPASS DB_"},
		{"variable", variable, "db_password password x_y_token", "db_passwort2 db-password db_k7q9"},
		{"placeholder", placeholder,
			"<x> {x [x *** *x*x *** %s %abc ${x} $(x) $DB1_X $db_password $password redacted (redacted) [redacted] xxxx change_me change-me " +
				"@microsoft.keyvault your-key your_key your.key yourKey replace-m replace_me ...x abc*** REDACTEDx myplaceholder aaa aa!!",
			"x a* *xyz %abcd $x $1x $dB- yourkey your- replacexme abcdefghi*** abc** y..x %abcdef $ replace- x!!"},
		{"UUID", isUUID,
			"9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3 9BD33A8D-9bd3-4a8d-9bd3-9bd33a8d9bd3",
			"9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd 9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd33 9bd33a8dx9bd3-4a8d-9bd3-9bd33a8d9bd3 " +
				"9bd33a8d-9bd3x4a8d-9bd3-9bd33a8d9bd3 9bd33a8d-9bd3-4a8dx9bd3-9bd33a8d9bd3 9bd33a8d-9bd3-4a8d-9bd3x9bd33a8d9bd3 9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bdz xbd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3"},
		{"ULID", isULID,
			"01HZX3K9QW4RT6YV8B2N5M7C1D 01hzx3k9qw4rt6yv8b2n5m7c1d",
			"01HZX3K9QW4RT6YV8B2N5M7C1 01HZX3K9QW4RT6YV8B2N5M7C1DD 11HZX3K9QW4RT6YV8B2N5M7C1D 00HZX3K9QW4RT6YV8B2N5M7C1D 012ZX3K9QW4RT6YV8B2N5M7C1D 01HZX3K9QW4RT6YV8B2N5M7C1d"},
		{"chosen", chosen,
			"Password! PASSWORd! abcdef1! ABCDEF1# abcdef1^ abcdef1*",
			"Passwo! password! PASSWORD! 1234567! Password1 Password1? !#*^!#*^"},
		{"marks", hasMarks, "a!b! !$", "a!b ab -_"},
		{"slug", slug,
			"orders-7d9f8b6c5d-x2x4z orders default/orders-7d9f8b6c5d orders.v2-a1b2c3d4e5",
			"7d9f8b6c5d-x2x4z orders+x orders-7d9f8b6c5d-x2x4z-q7z9x orders-7d9f8b6c5d1x Orders-7d9f8b6c5d q7z9x-orders"},
		{"solid", solid,
			"q7zt3xw9lk2vb8nc4rm6 x-q7zt3xw9lk2vb8nc4rm6",
			"q7zt3xw9lk2vb8nc4rm q7zt3xw9lk-2vb8nc4rm6ys1 12345678901234567890 abcdefghijklmnopqrstuvwxyz"},
		{"secret-like", secretLike,
			"9bd33a8d-9bd3-4a8d-9b 9bd33a8d9bd33a8d9bd3 q7Zt3Xw9Lk2Vb8Nc q7zt3xw9lk2vb8nc4rm6 or!ders!daily1x 9bd3abcd9bd3abcd abcde1abcde2abcde34567",
			"orders daily-events orders-7d9f8b6c5d-x2x4z abcdefabcdefabcdefab"},
		{"signature-like", signatureLike,
			"9bd33a8d9bd33a8d9bd33a8d abcdefabcdefabcdefabcdef q7Zt3Xw9Lk2V q7Zt3Xw9Lk2V== q7Zt3Xw9%2Bk2Vb8Nc q7zt3xw9lk2vb8nc4rm6",
			"q7Zt3Xw9Lk2 q7Zt3Xw9Lk2=== 9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3 q7Zt3Xw9!Lk2Vb8Nc abcdefabcdefabcdefabcde q7zt3xw9lk2v orders-daily-events-raw"},
		{"state", stateful, "expired not_set token:expired none!", "expired1 orders 42 - notaword expired_orders _"},
		{"harmless", harmless, "x 42 -1.5 2024-05-01 +10:00 expired var.x ./x", "42a .. :4x7 hunter2"},
		{"path", path,
			"var.db_password b.token .Values.x.y my_x.a.b a.b.secret",
			"var password .password 1a.token var.q7Zt3Xw9Lk2Vb8Nc xx.yy.zz my_x.q a/b.token"},
		{"reference", reference,
			"arn:aws:x /var/x ./x op://a/b env:X /orders/x @orders/x projects/x file:x",
			"Arn:x /or/x @or/x hunter2 arnx /q7z/x"},
		{"repeated", repeated, "aa xxx", "a ab aab baa"},
		{"scope", scope,
			"AKID/20240501/eu AKID%2F20240501%2Feu AKID%2f20240501 x/20240501",
			"AKID/2024050 AKID/202405011 AKID-20240501/x AKID/20240501-"},
		{"id and secret", idAndSecret,
			"id:abcd1 q7Zt3Xw9 x:q7Zt3Xw9Lk2V",
			"id:abc :abcd1 id:<abcd> id:expired q7Zt3Xw orders-daily AKID/20240501/eu"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			for want, list := range map[bool]string{true: tc.yes, false: tc.no} {
				for v := range strings.FieldsSeq(list) {
					if v = spaced(tc.name, v); tc.is(v) != want {
						t.Errorf("%q: %t", v, !want)
					}
				}
			}
		})
	}
}

// spaced writes the spaces of a timestamp.
func spaced(name, v string) string {
	if name == "timestamp" {
		return strings.ReplaceAll(v, "_", " ")
	}
	return v
}

// Identifiers of common kinds have these lengths.
func TestUsualLengths(t *testing.T) {
	for _, tc := range []struct {
		chars   string
		lengths []int
	}{
		{"9bd33a8d", []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 20, 24, 32, 40, 48, 64, 96, 128}},
		{"q7zt3xw9lk", []int{16, 20, 24, 25, 32}},
		{"Q7ZT3XW9LK", []int{16, 20, 32}},
		{"q7Zt3Xw9Lk", []int{16, 21, 22, 24, 43}},
		{"0ujsZzwA9L", []int{16, 21, 22, 24, 27, 43}},
		{"3ujsZzwA9L", []int{16, 21, 22, 24, 27, 43}},
		{"4ujsZzwA9L", []int{16, 21, 22, 24, 43}},
	} {
		var got []int
		for n := 1; n <= 140; n++ {
			if n > 1 && usual(strings.Repeat(tc.chars, 20)[:n]) || n == 1 && tc.lengths[0] == 1 {
				got = append(got, n)
			}
		}
		if tc.chars[1] != 'b' {
			got = got[shortest(got, 12):]
		}
		assert.Equal(t, tc.lengths, got, tc.chars)
	}
	assert.True(t, usual("01HZX3K9QW4RT6YV8B2N5M7C1D"), "ULID")
}

// shortest returns how many of the numbers are less than least.
func shortest(numbers []int, least int) (n int) {
	for n < len(numbers) && numbers[n] < least {
		n++
	}
	return n
}
