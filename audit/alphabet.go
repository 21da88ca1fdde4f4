package audit

// alphabet says what each byte is to a grammar.
type alphabet [256]class

// class is a set of properties. A text has those that all its bytes have.
type class uint8

const (
	belongs class = 1 << iota // belongs to the grammar
	quiet                     // and is no part of an e-mail address's "@" or "%40"
	small                     // no capital letter
)

// class returns what all bytes of s have in common; the empty text has everything. It does not stop at the
// first foreign byte: texts are short, and a branch for every byte costs more. Callers bound len(s).
func (a *alphabet) class(s string) class {
	c := belongs | quiet | small
	for i := range len(s) {
		c &= a[s[i]]
	}
	return c
}

// within reports whether all bytes of s belong to the grammar.
func within(s string, a *alphabet) bool { return a.class(s)&belongs != 0 }

func byteSet(chars string) (a alphabet) {
	for i := range len(chars) {
		c := belongs
		if chars[i] != '@' && chars[i] != '%' {
			c |= quiet
		}
		if chars[i] < 'A' || chars[i] > 'Z' {
			c |= small
		}
		a[chars[i]] = c
	}
	return a
}

const (
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
	upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits       = "0123456789"
	letters      = lowerLetters + upperLetters + digits
	marksOfPart  = "!\"#$&'()*+,-/;<=>?[\\]^_`{|}~" // visible ASCII but "%", ".", ":" and "@"
)

var (
	slugBytes    = byteSet(lowerLetters + digits + "_-")
	nameBytes    = byteSet(letters + "_-.@/")
	tokenBytes   = byteSet(letters + "!#$%&'*+-.^_`|~") // RFC 9110 section 5.6.2
	visibleBytes = byteSet(letters + marksOfPart + "%.:@")
	// plainText and plainPart are the bytes that a text and a part of a resource keep as they are.
	plainText = byteSet(letters + marksOfPart + " .:")
	plainPart = byteSet(letters + marksOfPart + " ")
)
