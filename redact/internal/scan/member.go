package scan

import "strings"

// labels are the names of members, attributes and elements that hold the name
// of a value; values those that hold the value.
var (
	labels = stateSet(`name key id field param parameter variable property param-name`)
	values = stateSet(`value val content defaultvalue stringvalue string param-value`)
)

// member returns where the value begins when the pair's name is itself the
// value of a member called name or key, and the value is that of its
// neighbour: {"name":"x","value":"y"}, <add key="x" value="y"/>, a part of a
// form, or when the name is an argument in a list of them. k is behind the
// name.
func (p *pair) member(text string, k int) (int, bool) {
	if k < len(text) && text[k] == ',' && text[p.nameStart] == '-' && p.nameQuoted {
		return k + 1, true
	}
	if !p.labelled(text) {
		return k, false
	}
	const reach = 80
	limit := min(len(text), k+reach)
	for i := p.nameEnd; i < limit; {
		if isBlankLine(text, i) {
			return i + 3, true
		}
		end := run(text, i, letter|under|dash)
		switch {
		case text[i] == '>' && is(text[i-1], quote) && i <= p.nameEnd+2 && xmlValue(text[i+1:], ""):
			return i + 1, true
		case end == i && !isMark(text[i]):
			return k, false
		case end == i:
			i++
		case knows(values, text[i:end]):
			return p.behind(text, end)
		case knows(labels, text[i:end]) && i > 0 && text[i-1] == '/': // the end tag of the name
			i = end
		case i == p.nameEnd:
			return k, false
		default:
			if i = attributeEnd(text, end); i == end {
				return k, false
			}
		}
	}
	return k, false
}

// labelled reports whether what stands before the name is a label of it.
func (p *pair) labelled(text string) bool {
	_, ok := p.label(text)
	return ok
}

// label returns where what labels the name begins, and whether anything does.
func (p *pair) label(text string) (int, bool) {
	if p.nameStart == 0 {
		return 0, false
	}
	i := back(text, p.nameStart, maxName, name|plus) // of a path
	for low := i; i > 0 && low-i < 5 && (is(text[i-1], quote|white|equals|colon) || text[i-1] == '>'); {
		i--
	}
	start := back(text, i, 16, letter)
	return start, i < p.nameStart && start < i && knows(labels, text[start:i])
}

// attribute returns where the value begins when the name is that of an element
// whose attributes or text have the value: <x value="y"/>, <x type="z">y</x>. k
// is behind the name.
func (p *pair) attribute(text string, k int) (int, bool) {
	if k == p.nameEnd || k >= len(text) || !is(text[k], letter) || !p.element(text) {
		return k, false
	}
	const most = 8
	for range most {
		end := run(text, k, name|colon)
		if end == k || knows(values, text[k:end]) {
			return p.behind(text, end)
		}
		if k = attributeEnd(text, end); k == end {
			return k, false
		}
		if k = runMax(text, k, 24, white); k < len(text) && text[k] == '>' {
			return k + 1, xmlValue(text[k+1:], "")
		}
	}
	return k, false
}

// defaulted returns where the value begins when the name is that of a variable
// with a default (developer.hashicorp.com: Terraform input variables): variable
// "x" { default = "y" }. k is behind the name.
func (p *pair) defaulted(text string, k int) (int, bool) {
	const word, reach = "default", 256
	if k >= len(text) || text[k] != '{' || !p.nameQuoted || !hasFold(text, p.nameStart-len(`variable "`), "variable") {
		return k, false
	}
	body := text[k:min(len(text), k+reach)]
	i := strings.Index(body, word)
	if i < 1 || is(body[i-1], name) {
		return k, false
	}
	end := runMax(text, k+i+len(word), 24, white)
	if end >= len(text) || text[end] != '=' {
		return k, false
	}
	return end + 1, true
}

// behind reads the separator behind the word value and returns where the
// value's opening begins.
func (p *pair) behind(text string, k int) (int, bool) {
	k = runMax(text, k, 4, quote|white)
	if k >= len(text) || text[k] != '=' && text[k] != ':' && text[k] != '>' {
		return k, false
	}
	p.nameQuoted, p.boxed = true, true
	return k + 1, true
}

// attributeEnd returns the end of ="..." at text[i], or of ":"..." as a member of an
// object has it, or i.
func attributeEnd(text string, i int) int {
	const longest = 160
	open := i + 1
	if strings.HasPrefix(text[i:], `":`) {
		open = runMax(text, i+2, 1, white)
	} else if i == len(text) || text[i] != '=' {
		return i
	}
	if open >= len(text) || text[open] != '"' && text[open] != '\'' {
		return i
	}
	for end := open + 1; end < min(len(text), open+longest); end++ {
		switch text[end] {
		case text[open]:
			return end + 1
		case '<', '>', '\n':
			return i
		}
	}
	return i
}

// isBlankLine reports whether a line end and an empty line stand at text[i].
func isBlankLine(text string, i int) bool {
	return len(text)-i > 4 && (text[i:i+3] == "\n\r\n" || text[i] == '"' && text[i+1:i+3] == "\n\n")
}

func isMark(c byte) bool {
	return is(c, white|quote) || c == ',' || c == '<' || c == '>' || c == '/'
}

// spelled looks up names of two words, like api key.
func (p *pair) spelled(text string) (nameEntry, bool) {
	if !hasFold(text, p.nameStart, "key") || p.nameEnd-p.nameStart != len("key") || p.nameStart == 0 {
		return nameEntry{}, false
	}
	if p.sep == '=' && !p.spaced && (text[p.nameStart-1] == '?' || text[p.nameStart-1] == '&') {
		return nameIndex.get("apikey"), queryKey(text, p.nameStart, p.value(text))
	}
	if p.nameStart < 4 || text[p.nameStart-1] != ' ' {
		return nameEntry{}, false
	}
	start := back(text, p.nameStart-1, 16, letter)
	e, ok := lookup(text[start:p.nameStart-1] + "key")
	if p.sep == ' ' {
		e.test = long
	}
	return e, ok
}

// numbered lets the name go on to the number behind it when it is that of a share
// of a key (developer.hashicorp.com: Vault operator init): Unseal Key 1.
func (p *pair) numbered(text string) bool {
	if p.nameEnd-p.nameStart != len("key") || !hasFold(text, p.nameStart, "key") ||
		!hasFold(text, p.nameStart-len("unseal "), "unseal ") && !hasFold(text, p.nameStart-len("recovery "), "recovery ") {
		return false
	}
	end := runMax(text, p.nameEnd+1, 2, digit)
	if p.nameEnd == len(text) || text[p.nameEnd] != ' ' || end == p.nameEnd+1 {
		return false
	}
	p.nameEnd = end
	return true
}

// queryKey reports whether v, the value of a parameter that is called key and no
// more at text[at], is one of an account rather than of an object or a cache: it
// has digits and both cases, or it is hexadecimal digits sent to an API.
func queryKey(text string, at int, v string) bool {
	const leastKey = 20
	if len(v) < leastKey || !all(v, b64url) || base64Text(v, 0) {
		return false
	}
	const reach, leastAPI = 256, 32
	if mixed(v) && random(v) && !all(v, hexa) {
		return true
	}
	before := text[max(0, at-reach):at]
	return len(v) >= leastAPI && random(v) && (strings.Contains(before, "/api") || strings.Contains(before, "//api"))
}

// verbs stand between a name and its value in a sentence.
var verbs = stateSet(`is was are as to of`)

// given are what errors say of a value that they quote.
var given = stateSet(`provided given supplied received used`)

// verb lets the value begin behind a verb, behind what says that it was given, or
// behind its type in a registry (learn.microsoft.com: reg query).
func (p *pair) verb(text string) {
	if p.sep == ' ' && !p.quoted && strings.HasPrefix(p.value(text), "REG_") && strings.HasSuffix(p.value(text), "SZ") {
		p.sep = '='
		p.openValue(text, p.valueEnd)
		p.closeValue(text)
		return
	}
	if end := p.valueEnd; p.sep == ' ' && !p.quoted && end+1 < len(text) && text[end] == ':' && text[end+1] == ' ' && knows(given, p.value(text)) {
		p.sep, p.spaced = ':', true
		p.openValue(text, end+1)
		p.closeValue(text)
		return
	}
	if v := p.value(text); p.sep != ' ' || p.quoted || len(v) != 2 && len(v) != 3 || !knows(verbs, v) {
		return
	}
	at := p.valueEnd
	if at+1 < len(text) && text[at] == ':' && text[at+1] == ' ' {
		p.sep, p.spaced = ':', true
		at++
	}
	p.openValue(text, at)
	p.closeValue(text)
}

// declared lets the value begin behind a type that stands between the name and
// what is assigned to it, as in "var token string = ".
func (p *pair) declared(text string) {
	k := p.valueEnd
	if p.quoted || p.sep != ' ' && p.sep != ':' || k+3 >= len(text) || text[k:k+3] != " = " || !all(p.value(text), letter) || !stateful(p.value(text)) {
		return
	}
	p.sep = '='
	p.openValue(text, k+2)
	p.closeValue(text)
}
