package scan

// random reports whether text looks like the output of a generator rather than
// like words, numbers or names: letters and digits or cases alternate more
// often than people write them.
func random(text string) bool {
	const judged = 256 // bytes that tell enough
	text = text[:min(len(text), judged)]
	switches, upperRun := 0, 0
	var prev, seen set
	for i := range len(text) {
		c := sets[text[i]]
		switch {
		case c&digit != 0:
			switches += count(prev&letter != 0)
		case c&lower != 0:
			switches += count(prev&digit != 0 || upperRun > 1)
		case c&upper != 0:
			switches += count(prev&(digit|lower) != 0)
			upperRun++
		}
		if c&upper == 0 {
			upperRun = 0
		}
		prev = c
		if seen |= c; switches >= 2 && switches*8 >= len(text) {
			return true
		}
	}
	return seen&letter != 0 && !pronounceable(text)
}

// scattered reports whether digits and both cases alternate in text more often
// than in names, across the marks between its parts.
func scattered(text string) bool {
	changes, length := 0, 0
	var last set
	for i := range len(text) {
		kind := sets[text[i]] & (digit | lower | upper)
		if kind == 0 {
			continue
		}
		length++
		changes += count(last != 0 && kind != last && (last != upper || kind != lower))
		last = kind
	}
	return mixed(text) && changes*6 >= length
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pronounceable reports whether the letters of text could be words.
func pronounceable(text string) bool {
	score, pairs := wordLike(text)
	switch {
	case pairs < leastPairs:
		return true
	case pairs < leastPairs+4:
		return score*5 >= -pairs // few pairs leave much to chance
	}
	return score >= 0
}

// wordy reports whether text is made of words, short numbers and separators,
// as names are. A text of one repeated byte is wordy too.
func wordy(text string) bool {
	if len(text) == 0 {
		return true
	}
	if repeated(text) {
		return true
	}
	const judged = 32 // words that tell enough
	for at, words := 0, 0; at < len(text) && words < judged; {
		end := run(text, at, alnum)
		if end == at {
			at++
			continue
		}
		if !wordPart(text[at:end]) {
			return false
		}
		at = end
		words++
	}
	return true
}

func repeated(text string) bool {
	for i := 1; i < len(text); i++ {
		if text[i] != text[0] {
			return false
		}
	}
	return len(text) > 1
}

// wordPart reports whether a run of letters and digits is a word, a number, or
// a word with a number at an end ("v2", "q3", "2024q1", "orders2").
func wordPart(part string) bool {
	if len(part) > 24 {
		return false
	}
	at := run(part, 0, digit)
	if at == len(part) {
		return len(part) <= 14
	}
	if at > 8 {
		return false
	}
	end := run(part, at, letter)
	tail := part[end:]
	if !all(tail, digit) || len(tail) > 8 || (at > 0 && tail != "") {
		return false
	}
	word := part[at:end]
	return !random(word) && humps(word) <= 1+len(word)/4
}

// humps counts the changes from lower to upper case, as in camelCase.
func humps(word string) int {
	n := 0
	for i := 1; i < len(word); i++ {
		if is(word[i], upper) && is(word[i-1], lower) {
			n++
		}
	}
	return n
}
