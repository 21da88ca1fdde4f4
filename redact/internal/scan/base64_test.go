package scan

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Runs of base64 end at the same byte, and decode to the same, with each kernel
// and as encoding/base64 has it.
func TestBase64TwinsAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
	for range longOr(20000, 1000) {
		text := make([]byte, 1+r.IntN(300))
		for i := range text {
			text[i] = alphabet[r.IntN(len(alphabet))]
		}
		at := r.IntN(len(text))
		for range r.IntN(3) {
			text[r.IntN(len(text))] = byte(r.IntN(256))
		}
		end := run(string(text), at, b64any)
		EachKernel(func(name string) {
			require.Equal(t, end, base64Run(string(text), at), "%s: %q from %d", name, text, at)
			require.Equal(t, decodeRest(nil, string(text)), decodeBase64(nil, string(text)), "%s: %q", name, text)
		})
		plain := text[:at]
		EachKernel(func(name string) {
			before := []byte{0x55}
			got := decodeBase64(before[:1:1], base64.RawStdEncoding.EncodeToString(plain))
			require.Equal(t, append(before, plain...), got, name)
		})
	}
}

// Decoding writes nothing behind what it decodes.
func TestBase64StaysInItsRoom(t *testing.T) {
	EachKernel(func(name string) {
		for size := range 150 {
			room := make([]byte, 200)
			text := base64.RawURLEncoding.EncodeToString(make([]byte, size)) + "=!"
			for i := range room {
				room[i] = 0xEE
			}
			made := decodeBase64(room[:0], text)
			assert.Len(t, made, size, name)
			for _, c := range room[size:] {
				if !assert.EqualValues(t, 0xEE, c, "%s: %d bytes", name, size) {
					return
				}
			}
		}
	})
}

// A long run is decoded when its beginning is text, and not when it is bytes.
func TestLongRunsAreDecodedWhenTheyAreText(t *testing.T) {
	secret := "password=" + "q7Zt3Xw9" + "aB1"
	text := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("orders of the day, ", longRun/16) + secret))
	_, ok := First("x " + text)
	assert.True(t, ok)
	assert.True(t, textual(text))
	assert.False(t, textual(base64.StdEncoding.EncodeToString([]byte(strings.Repeat("a\x01\x02\x03", longRun/4)))))
}

// A zero is a half of a character of UTF-16 when another one stands two bytes apart.
func TestZerosAreHalvesOfCharacters(t *testing.T) {
	for text, want := range map[string]bool{"a\x00b\x00": true, "a\x00bc": false, "\x00a\x00b": true, "ba\x00bc": false, "b\x00a\x00": true} {
		assert.Equal(t, want, wide(text, strings.IndexByte(text, 0)), "%q", text)
	}
}
