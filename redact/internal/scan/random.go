package scan

// random reports whether text looks like the output of a generator rather than
// like words, numbers or names: letters and digits or cases alternate more
// often than people write them.
func random(text string) bool {
	const judged = 256 // bytes that tell enough
	text = text[:min(len(text), judged)]
	switches := 0
	seen := uint64(0)
	var before letters
	for at := 0; at < len(text); at += blockSize {
		m := lettersOf(text[at:])
		switches += m.switches(before)
		seen |= m.upper | m.lower
		before = m
	}
	return switches >= 2 && switches*8 >= len(text) || seen != 0 && !pronounceable(text)
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
	if len(text) <= leastPairs {
		return true
	}
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
	if len(text) == 0 || repeated(text) {
		return true
	}
	const judged = 32 // words that tell enough
	m := lettersOf(text)
	todo := m.all()
	for words := 0; words < judged; {
		next := blockSize
		if todo != 0 {
			p := m.piece(todo)
			if p.end < blockSize || p.at == 0 || len(text) == blockSize {
				if !p.word(text) {
					return false
				}
				todo = todo >> p.end << p.end
				words++
				continue
			}
			next = p.at // it may go on
		}
		if len(text) <= next {
			break
		}
		text = text[next:]
		m = lettersOf(text)
		todo = m.all()
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
	m := lettersOf(part)
	return m.piece(m.all()).word(part)
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
