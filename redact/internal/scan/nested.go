package scan

import "strings"

// typed are the members of an object that hold the value of its name, as encodings
// with types write them: protobuf (OTLP AnyValue), DynamoDB, outputs of Terraform.
var typed = stateSet(`value val stringvalue string_value bytesvalue defaultvalue default s b data plaintext`)

// nested returns where the value begins when an object with a member for it stands
// at text[k]: {"stringValue":"x"}. An object without one has no value.
func (p *pair) nested(text string, k int) (int, bool) {
	const deep = 3
	for range deep {
		at := run(text, k, white)
		if at >= len(text) || text[at] != '{' {
			return p.indented(text, k, at), true
		}
		value, keyed := typedMember(text, at+1)
		switch {
		case !keyed:
			return k, true
		case value == 0:
			return k, false
		}
		p.nameQuoted, k = true, value
	}
	return k, true
}

// typedMember returns where the value of the first typed member begins of the
// object whose members begin at text[k], 0 when it has none; keyed reports whether
// it begins with the name of a member at all.
func typedMember(text string, k int) (value int, keyed bool) {
	const reach, most = 256, 8
	limit := min(len(text), k+reach)
	for range most {
		k = run(text[:limit], k, white|delimiter)
		key := run(text[:limit], k, quote)
		end := run(text[:limit], key, name)
		closed := run(text[:limit], end, quote)
		next := run(text[:limit], closed, white)
		if end == key || (key > k) != (closed > end) || next >= limit || text[next] != ':' && text[next] != '=' || k == key && text[next] == ':' && next+1 < limit && is(text[next+1], alnum) {
			return 0, keyed
		}
		keyed = true
		if knows(typed, text[key:end]) {
			return next + 1, true
		}
		if k = memberEnd(text[:limit], run(text[:limit], next+1, white)); k == 0 {
			return 0, true
		}
	}
	return 0, true
}

// memberEnd returns the end of the plain value of a member at text[k], 0 when it is
// none or does not end.
func memberEnd(text string, k int) int {
	open := run(text, k, quote)
	if open == k {
		if k = run(text, k, opaque); k == len(text) {
			return 0
		}
		return k
	}
	for end := open; end < len(text); end++ {
		if text[end] == text[open-1] && text[end-1] != '\\' || text[end] == '\\' {
			return run(text, end, quote)
		}
	}
	return 0
}

// indented returns where the value begins when it is that of a member of its own
// line below the name (YAML): at is behind the white space from text[k] on.
func (p *pair) indented(text string, k, at int) int {
	if at == k {
		return k
	}
	end := runMax(text, at, longestWord, letter|under)
	if end+1 >= len(text) || text[end] != ':' || text[end+1] != ' ' || !hasFold(text, at, "value") || strings.IndexByte(text[k:at], '\n') < 0 {
		return k
	}
	return end + 1
}

// wrappers are calls, types and constructors that hold a literal.
var wrappers = stateSet(`some option optional string stringvalue to ptr pointer secretstr secretstring secret just of strptr stringptr str bytes
	sensitive protectedstring literal box new text utf8 encode sensitivestring password maybe present justice ok`)

// unwrap lets the value begin behind the calls and marks that wrap it.
func (p *pair) unwrap(text string) {
	const deep = 2
	for range deep {
		end := p.valueEnd
		if p.quoted || end >= len(text)-1 || end == p.valueStart || text[end] != '(' && text[end] != '[' && text[end] != '"' && text[end] != '\'' {
			return
		}
		if end = p.wrapped(text, p.valueStart); end == p.valueStart {
			return
		}
		p.openValue(text, end)
		p.closeValue(text)
	}
}

// wrapped returns the end of what wraps the literal that goes on at text[k], like
// Some( or b before a quote, k when nothing does.
func (p *pair) wrapped(text string, k int) int {
	const longest = 40
	end := runMax(text, k, longest, name|colon)
	if end >= len(text)-1 {
		return k
	}
	switch text[end] {
	case '(', '[':
		word := text[k:end]
		word = word[strings.LastIndexAny(word, ".:")+1:]
		if inner := text[end+1]; knows(wrappers, word) && (inner == '"' || inner == '\'' || inner == '\\' || text[end] == '[' && word != "of") {
			return end + 1
		}
	case '"', '\'':
		if end-k <= 2 && all(text[k:end], lower|upper) && strings.Trim(text[k:end], "bBrRuUfFL") == "" {
			return end
		}
	}
	return k
}

// cast returns the end of the parenthesis at text[k] when it has a type, a length or
// an address, as Go code and dumps of go-spew have before a value, else k.
func cast(text string, k int) int {
	const longest = 40
	end := index(text[:min(len(text), k+longest)], k, ')')
	if end+1 >= len(text) || text[end] != ')' {
		return k
	}
	inner := strings.TrimLeft(text[k+1:end], "*[]&")
	switch {
	case inner == "string", inner == "byte", inner == "uint8", inner == "interface {}", inner == "any", hasFold(inner, 0, "len="), hasFold(inner, 0, "0x") && all(inner[2:], hexa):
		return runMax(text, end+1, 2, white)
	}
	return k
}
