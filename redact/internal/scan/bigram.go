package scan

// bigrams has, for each first letter, two bits for each second one: how often
// the pair stands in the words of technical English, counted over the sources
// and documents of Go packages. 3 is more often than chance, 2 as often, 1
// seldom, 0 hardly ever.
var bigrams = [26]uint64{
	0x65afccfe338fd, 0x1026820c20317, 0x102d875f2c763, 0x0067865431797, 0x1e9fedfe26efb, 0x102a870830e52,
	0x0022c688a9312, 0x1019421020303, 0x84cfcbfe03bfb, 0x0010010000201, 0x0016424560302, 0x306a874d31797,
	0x10220f643031b, 0x10af479633bf7, 0x02bfcefe228fa, 0x002acf0c38717, 0x0020000000000, 0x20af8baa327a7,
	0x217f5f6a7d773, 0x312fcb583d767, 0x000fc9ed2166a, 0x0001011430303, 0x0001414424202, 0x0004080010555,
	0x0006085510101, 0x0000000010201,
}

// weights are what a pair of letters adds to the score of a text.
var weights = [4]int{-3, -1, 0, 1}

// leastPairs is how many pairs of letters a score needs to say something.
const leastPairs = 11

// wordLike scores the pairs of neighbouring letters of text. Words and words
// without a space between them are above zero, letters from a generator below.
// pairs is how many pairs there are.
func wordLike(text string) (score, pairs int) {
	for i := 1; i < len(text); i++ {
		a, b := text[i-1]|0x20, text[i]|0x20
		if is(text[i-1], letter) && is(text[i], letter) {
			score += weights[bigrams[a-'a']>>(2*(b-'a'))&3]
			pairs++
		}
	}
	return score, pairs
}
