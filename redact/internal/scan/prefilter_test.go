package scan

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// everywhere is next without the prefilter: it tries all anchors at every byte.
func everywhere(w *sweep, from int) (Finding, int, bool) {
	if f, ok := w.pending(); ok {
		return f, from, true
	}
	for at := from; at < len(w.text); at++ {
		starts := startsWord(w.text, from, at)
		if starts {
			if f, ok := w.encodedRun(at); ok {
				return f, w.after(f, at), true
			}
		}
		if f, ok := w.at(at, load(w.text, at), needNothing|needJoined|need(count(starts))*needStart); ok {
			return f, w.after(f, at), true
		}
	}
	return Finding{}, len(w.text), false
}

// startsWord reports whether a word begins at text[at], also behind an escape
// that stands at or behind from.
func startsWord(text string, from, at int) bool {
	if !is(text[at], alnum) {
		return false
	}
	if at == 0 || !is(text[at-1], alnum) {
		return true
	}
	for _, size := range []int{2, 3, 6} {
		if k := at - size; k >= from && strings.IndexByte(`%&\|`, text[k]) >= 0 {
			return true
		}
	}
	return false
}

// agree checks that sweeps with and without the prefilter see the same, with
// each kernel.
func agree(t *testing.T, text string) (ok bool) {
	t.Helper()
	ok = true
	EachKernel(func(string) { ok = ok && agrees(t, text) })
	return ok
}

func agrees(t *testing.T, text string) bool {
	t.Helper()
	fast, slow := sweep{text: text}, sweep{text: text}
	fast.begin()
	slow.begin()
	for i, k := 0, 0; ; {
		f, fastAt, ok := fast.next(i)
		g, slowAt, found := everywhere(&slow, k)
		x, y := fast, slow
		x.named, x.escapes, y.named, y.escapes = 0, 0, 0, 0 // a memory, and what only blocks tell
		x.base, x.names = 0, 0
		if f != g || ok != found || fastAt != slowAt || x != y {
			return assert.Fail(t, "the prefilter changes the verdict", "%q\n%+v %v\n%+v %v\n%+v\n%+v", text, f, ok, g, found, fast, slow)
		}
		if !ok {
			return true
		}
		i, k = fastAt, slowAt
	}
}

// longOr is long, or short in short tests.
func longOr(long, short int) int {
	if testing.Short() {
		return short
	}
	return long
}

// No row may hide from the prefilter, wherever its example begins in a block.
func TestPrefilterMissesNoRow(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const before = "a-b c.d/e_f:1 2|3,4;5 g(h)i+j k~l m*n o\tp q.r s-t u/v w x y z 0 "
	for i := range Rows() {
		text := Example(r, i)
		for offset := 0; offset < blockSize; offset += longOr(1, 21) {
			if !agree(t, before[:offset]+text) || !agree(t, before[:offset]+" "+text+" "+before) {
				break
			}
		}
	}
}

func TestPrefilterMissesNoAnchor(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for i := range anchors {
		a := &anchors[i]
		for offset := 0; offset < blockSize; offset += longOr(1, 21) {
			text := randomText(r, offset+1)[:offset] + anchorText(r, a) + randomText(r, 1+r.IntN(80))
			if !agree(t, text) {
				return
			}
		}
	}
}

// anchorText is the anchor with something that may follow it.
func anchorText(r *rand.Rand, a *anchor) string {
	text := a.text
	if a.fold && r.IntN(2) == 0 {
		text = strings.ToUpper(text)
	}
	if a.next != 0 {
		c := byte(r.IntN(128))
		for !is(c, a.next) {
			c = byte(r.IntN(128))
		}
		text += string(c)
	}
	return text
}

func FuzzPrefilter(f *testing.F) {
	f.Add("https://user:pass@host/?token=abc&sig=%2Bx")
	f.Add(strings.Repeat("a", 63) + "password=x")
	r := rand.New(rand.NewPCG(11, 12))
	for range 50 {
		f.Add(randomText(r, 200))
	}
	f.Fuzz(func(t *testing.T, text string) {
		agree(t, text)
		if text == "" {
			return
		}
		twinsAgree(t, block{}, text)
		var m letters
		m.read(text)
		assert.Equal(t, m, lettersOf(text))
	})
}
