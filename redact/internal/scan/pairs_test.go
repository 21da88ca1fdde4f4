package scan

import (
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// wordLines writes bytes as lines of words, as xxd and od -x do.
func wordLines(text string, offset string, swap bool) string {
	var b strings.Builder
	for at := 0; at < len(text); at += pairsLine {
		fmt.Fprintf(&b, offset, at)
		line := text[at:min(len(text), at+pairsLine)]
		for i := 0; i < len(line); i += 2 {
			word := line[i:min(len(line), i+2)]
			if swap && len(word) == 2 {
				word = word[1:] + word[:1]
			}
			fmt.Fprintf(&b, " %x", word)
		}
		if !swap {
			b.WriteString("  " + line)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// charLines writes characters as od -c does.
func charLines(text string) string {
	var b strings.Builder
	for at := 0; at < len(text); at += pairsLine {
		fmt.Fprintf(&b, "%07o", at)
		for _, c := range []byte(text[at:min(len(text), at+pairsLine)]) {
			fmt.Fprintf(&b, "   %c", c)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// What is written byte by byte is found, and covered with the text beside it.
func TestBytesWrittenOneByOne(t *testing.T) {
	secret := made[:32]
	plain := "the client_secret=" + secret
	each := func(format, between string) string {
		var list []string
		for _, c := range []byte(plain) {
			list = append(list, fmt.Sprintf(format, c))
		}
		return strings.Join(list, between)
	}
	for _, text := range []string{
		fmt.Sprintf("% x", plain), fmt.Sprintf("% X", plain), each("%02x", ":"), each("%02x", "-"), each("%02x", ", "), each("%02X", ","), each("%02x", "\n"), each("0x%02x", " "), each("0x%02X", ", "),
		hex.Dump([]byte(plain)), wordLines(plain, "%08x:", false), wordLines(plain, "%07o", true), charLines(plain),
	} {
		for _, text := range []string{text, "body:\n" + text + "\nend", "got [" + text + "]"} {
			f, ok := First(text)
			assert.True(t, ok, text)
			assert.Len(t, All(text), 1, text)
			assert.Empty(t, left(text, secret), text)
			assert.Empty(t, left(text, fmt.Sprintf("% x", secret)), text)
			assert.LessOrEqual(t, f.End, len(text))
		}
	}
}

// Digests, addresses, and bytes that are no text or a harmless one are not.
func TestBytesThatHoldNothing(t *testing.T) {
	digest := []byte{0x9b, 0xd3, 0xf0, 0xc7, 0xa1, 0xe8, 0x4d, 0x17, 0x20, 0x65, 0x79, 0x4a, 0xfe, 0x01, 0x33, 0x90, 0x11, 0xd3, 0x30, 0xc7}
	words := "orders daily events of the region and some other words in it"
	for _, text := range []string{
		"SHA1 Fingerprint=" + strings.ReplaceAll(fmt.Sprintf("% X", digest), " ", ":"), fmt.Sprintf("% x", digest), hex.Dump(digest), wordLines(string(digest), "%08x:", false), "aa:bb:cc:dd:ee:ff 00:11:22:33:44:55 66:77:88:99:aa:bb",
		hex.Dump([]byte(words)), fmt.Sprintf("% x", words), wordLines(words, "%07o", true), charLines(words), "2024-01-02 10:11:12 2024-01-02 10:11:12 2024-01-02", "12 34 56 78 90 12 34 56 78 90 12 34 56 78 90", "00000000  ", "0000020\n",
	} {
		f, ok := First(text)
		assert.False(t, ok, "%q %v", text, f)
	}
	long := strings.Repeat(hex.Dump(digest), 200)
	assert.Zero(t, allocations(func() { First(long) }))
}

// allocations returns how often f allocates. The race detector empties pools at random, so that the least of many
// runs counts with it.
func allocations(f func()) float64 {
	least := testing.AllocsPerRun(20, f)
	for n := 0; raceDetector && least > 0 && n < 50; n++ {
		least = min(least, testing.AllocsPerRun(1, f))
	}
	return least
}
