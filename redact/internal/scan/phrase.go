package scan

// sentenceWords are words that sentences about passwords have, so that what holds one is
// a sentence rather than a phrase that somebody chose.
var sentenceWords = stateSet(`about above account accounts after again against all also already always and another any anything are ask attempt attempts authentication
	authorized available back because been before being below between both bind but can cannot case catalog character characters check checked choose chosen client code
	column combination common config configured confirm confirmation connect connection contain contained containing contains content could credential
	credentials current customer data database days description different digit digits does done during each either email encrypted encryption ensure enter entered
	entry environment error event events every example expected field file first following for format forms from given has hash have help here hint history host how
	incorrectly instead into its job key keys last least length less letter letters like line log login logs long longer lowercase make many match matches matching
	maximum may message method minimum mixed more most much must name names need needed needs new not note nothing now number numbers one only operation option
	other our out over passphrase passphrases password passwords per permission phrase phrases place please policy previous process prompt properties property provide
	provider provides query reason recent recently record records register request requests require required requires reset rest rule rules run safe same sample
	saved schema see seen select sent separate server service set several shall should since six size some something source space spaces special specified
	start state step stored strength strings strong such supplied support supported symbol symbols table tables test than that the their them then there these they
	this those three time times too try twice two type under until upper uppercase use used user username users uses using value values variable very was
	way weak were what when where which while who will with within without word words write wrong you your zero eight seven four five ten twelve
	muss mindestens zeichen haben darf nicht sein ist der die das ein eine und oder bitte eingeben passwort kennwort wurde wird mit ohne fuer doit contenir
	caracteres votre les des est pas avec pour mot passe debe tener contener por una del con sin para deve conter pelo menos una della sono non che essere`)

// phrase reports whether v is a phrase of so many words or more that somebody chose as
// a password (xkcd 936, diceware): words in lower case and nothing that makes a
// sentence of them.
func phrase(v string, least int) bool {
	const shortest, longest = 3, 10
	words := 0
	for at := 0; ; at++ {
		end := runMax(v, at, longest+1, lower)
		if end-at < shortest || end-at > longest || knows(sentenceWords, v[at:end]) || knows(states, v[at:end]) {
			return false
		}
		if words++; end == len(v) {
			return words >= least
		}
		if at = end; v[at] != ' ' {
			return false
		}
	}
}

// sentence reports whether the value is the first word of a sentence that is all of
// its line.
func (p *pair) sentence(text string) bool {
	const words = 3
	limit, line := p.line(text)
	if !line || p.valueEnd == len(text) || text[p.valueEnd] != ' ' {
		return false
	}
	n, known := 0, false
	for at := p.valueStart; ; at++ {
		end := run(text[:limit], at, lower)
		known = known || knows(sentenceWords, text[at:end]) || knows(states, text[at:end])
		if n++; end == limit {
			return n >= words && known
		}
		if at = end; text[at] != ' ' {
			return false
		}
	}
}

// phrased returns the end of the phrase that is all of the value's quotes or its line,
// 0 when it is none. Behind a colon a line is prose, unless the name asks for a phrase.
func (p *pair) phrased(text string, t test) int {
	const words, asked = 4, 3
	v, least := p.value(text), words
	if t != password || !is(v[0], lower) {
		return 0
	}
	named := hasFold(text, p.nameEnd-len("phrase"), "phrase")
	if named {
		least = asked
	}
	if p.quoted {
		if p.sep != '|' && phrase(v, least) {
			return p.valueEnd
		}
		return 0
	}
	if p.sep != '=' && !(p.sep == ':' && named) || p.valueEnd == len(text) || text[p.valueEnd] != ' ' {
		return 0
	}
	if limit, line := p.line(text); line && phrase(text[p.valueStart:limit], least) {
		return limit
	}
	return 0
}

// mnemonic returns the end of the phrase of a wallet (BIP 39) that begins at text[at]:
// 12 to 24 words of 3 to 8 letters, else 0.
func mnemonic(text string, at int) int {
	const shortest, longest, least, most = 3, 8, 12, 24
	words, end := 0, at
	for words <= most {
		stop := runMax(text, at, longest+1, lower)
		if stop-at < shortest || stop-at > longest {
			break
		}
		end = stop
		words++
		if stop == len(text) || text[stop] != ' ' && text[stop] != ',' {
			break
		}
		at = run(text, stop+1, white)
	}
	if words < least || words > most || words%3 != 0 {
		return 0
	}
	return end
}
