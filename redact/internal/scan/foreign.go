package scan

import "strings"

// foreign are names of passwords in other scripts, or with letters beyond ASCII, as far
// as they are the same in any case.
var foreign = [...]string{
	"ароль",          // Russian, Ukrainian, Bulgarian
	"密码", "密碼", "口令", // Chinese
	"パスワード", "暗証番号", // Japanese
	"비밀번호", "암호", // Korean
	"contraseña", "Contraseña", "hasło", "Hasło", // Spanish, Polish
	"şifre", "Şifre", // Turkish
	"κωδικός", "סיסמה", "סיסמא", "รหัสผ่าน", "पासवर्ड",
}

const fullColon = "：" // as it is typed between ideographs

// matchForeign judges the value of a foreign name that begins at text[at].
func matchForeign(text string, at int) (Finding, bool) {
	end := at
	for _, n := range foreign {
		if strings.HasPrefix(text[at:], n) {
			end = at + len(n)
		}
	}
	if end < len(text) && text[end] >= 0x80 && !strings.HasPrefix(text[end:], fullColon) {
		return Finding{}, false // the word goes on
	}
	p := pair{nameStart: at, nameEnd: end}
	if strings.HasPrefix(text[end:], fullColon) {
		p.sep, p.spaced = ':', true
		p.openValue(text, end+len(fullColon))
		p.closeValue(text)
	} else if !p.readForeign(text, end) {
		return Finding{}, false
	}
	if p.valueStart >= p.valueEnd {
		return Finding{}, false
	}
	stop, ok := p.judge(text, password)
	return Finding{Kind: nameIndex.get("password").row.id, Start: p.valueStart, End: stop}, ok && !wordy(p.value(text))
}

// readForeign finds the value behind the name, which ends at text[k].
func (p *pair) readForeign(text string, k int) bool {
	k = runMax(text, runMax(text, k, 2, quote), 2, white)
	if k >= len(text) || text[k] != ':' && text[k] != '=' {
		return false
	}
	p.sep, p.spaced = text[k], true
	p.openValue(text, k+1)
	p.closeValue(text)
	return true
}

// latin is the first byte of the letters of Latin-1.
const latin = 0xC3

// statefulLatin is stateful for words with marks on their letters.
func statefulLatin(v string) bool {
	const base = "aaaaaaaceeeeiiiidnooooo/ouuuuyty"
	var buf [longestWord]byte
	n := 0
	for i := 0; i < len(v) && n < len(buf); i++ {
		c := v[i]
		if c == latin && i+1 < len(v) && v[i+1] >= 0x80 && v[i+1] < 0xC0 {
			i++
			c = base[v[i]&0x1F]
		}
		buf[n] = c
		n++
	}
	return n < len(buf) && stateful(view(buf[:n]))
}
