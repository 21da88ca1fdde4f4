package scan

import "strings"

// setters are how the names of calls begin that take a value for the rest of the
// name.
var setters = [...]string{"set", "with", "put", "use"}

// literalAt reports whether a literal is the argument behind the parenthesis at text[k].
func literalAt(text string, k int) bool {
	k = runMax(text, k+1, 2, white)
	if k < len(text) && text[k] == '@' {
		k++
	}
	return k+1 < len(text) && (text[k] == '"' || text[k] == '\'')
}

// called reports whether the name is that of a call.
func (p *pair) called(text string) bool {
	k := runMax(text, p.nameEnd, 1, white)
	return text[k] == '(' && !p.nameQuoted
}

// setter reports whether the name is that of a call that sets what it names:
// setPassword("x").
func (p *pair) setter(text string) bool {
	word := p.name(text)
	word = word[strings.LastIndexByte(word, '.')+1:]
	for _, s := range setters {
		if hasFold(word, 0, s) {
			return true
		}
	}
	return false
}

// directives are words that stand before a name and its value in lines of settings
// (docs.docker.com: ENV; nginx.org: proxy_set_header; httpd.apache.org: SetEnv).
var directives = stateSet(`setenv setx proxy_set_header grpc_set_header add_header more_set_headers fastcgi_param uwsgi_param`)

// directive reports whether the name, and the value at text[k] that white space sets
// off from it, are those of a line of settings.
func (p *pair) directive(text string, k int) bool {
	const longest = 32
	space := back(text, p.nameStart, 2, white)
	if space == p.nameStart || k == p.nameEnd || p.nameQuoted || strings.IndexByte(text[p.nameEnd:k], '\n') >= 0 {
		return false
	}
	word := back(text, space, longest, letter|under|dash)
	switch v := text[word:space]; v {
	case "ENV", "-gx", "-x", "-Ux":
		return v == "ENV" || strings.HasSuffix(text[:word], "set ")
	case "set", "append", "add":
		return strings.HasSuffix(text[:word], "RequestHeader ") || strings.HasSuffix(text[:word], "Header ")
	default:
		return knows(directives, v)
	}
}

// opened returns the mark behind which the name is the first of several elements, 0
// when it is not.
func (p *pair) opened(text string) byte {
	at := p.nameStart
	if p.nameQuoted {
		at--
	} else if at > 1 && text[at-1] == ':' {
		at-- // a symbol
	}
	at = back(text, max(0, at), 2, white)
	if at > 0 && (text[at-1] == '(' || text[at-1] == '[' || text[at-1] == '{') {
		return text[at-1]
	}
	return 0
}

// tuple reports whether the name is the first of two elements that a comma divides:
// ("x", "y"), ["x","y"], {x, <<"y">>}.
func (p *pair) tuple(text string) bool { return p.opened(text) != 0 }

// alone reports whether the name and the value behind it, both in quotes, are all of
// a line, as proxies log headers (envoyproxy.io: connection manager).
func (p *pair) alone(text string) bool {
	if !p.nameQuoted || p.nameStart > 1 && text[p.nameStart-2] != '\n' {
		return false
	}
	line := text[p.nameEnd:lineEnd(text, p.nameEnd)]
	mark := line[:1]
	return strings.HasPrefix(line[1:], ", "+mark) && strings.Count(line, mark) == 3 && strings.HasSuffix(strings.TrimRight(line, "\r"), mark)
}

// apart reports whether the value is the second of two elements, or an argument, and
// nothing that programs name: of types and fields there are pairs too, and calls that
// look something up or ask for it have the name as well.
func (p *pair) apart(text, v string, t test) bool {
	const least = 16
	called := p.called(text)
	if called && p.setter(text) || p.nameQuoted && p.opened(text) == '(' {
		return true // an argument
	}
	end := runMax(text, p.valueEnd, 2, quote)
	for end < len(text) && (text[end] == '>' || text[end] == ' ') {
		end++
	}
	closed := text[end-1] == ']' || end < len(text) && (text[end] == ')' || text[end] == '}' || text[end] == ']')
	switch {
	case !closed || !p.quoted && (p.spaced || t != password && strings.Count(p.name(text), ".") < 2 || strings.IndexByte(v, '.') >= 0):
		return false
	case t == password:
		return chosen(v) || scattered(v) && len(v) >= leastPassword || called && marked(v)
	}
	return len(v) >= least && mixed(v) && random(v) && !isULID(v) && (called || t == generated || !identifier(v))
}

// fallback returns the end of the operator at text[k] behind which a literal stands
// that the variable of the name is compared with, or that is taken when it is not
// set, else k.
func fallback(text string, k int) int {
	at := k
	if text[k] == ')' {
		at = runMax(text, k+1, 2, white)
	}
	if at == len(text) || text[at] != '|' && text[at] != '?' && text[at] != '!' && (text[at] != 'o' || text[k] != ')') {
		return k
	}
	for _, o := range [...]string{"||", "??", "?:", "!==", "!=", "or "} {
		if strings.HasPrefix(text[at:], o) {
			end := runMax(text, at+len(o), 2, white)
			if end < len(text) && (text[end] == '"' || text[end] == '\'') {
				return end
			}
		}
	}
	return k
}

// second lets the value be the second of two literals in parentheses when the first
// is a user: auth=("bob", "x").
func (p *pair) second(text string) bool {
	end := p.valueEnd
	if !p.quoted || p.valueStart < 2 || text[p.valueStart-2] != '(' || end+2 >= len(text) || text[end] != text[p.valueStart-1] || text[end+1] != ',' {
		return false
	}
	if named := p.name(text); !hasFold(named, len(named)-len("auth"), "auth") {
		return false
	}
	next := runMax(text, end+2, 2, white)
	if next >= len(text) || text[next] != text[end] {
		return false
	}
	p.openValue(text, next)
	p.closeValue(text)
	v := p.value(text)
	return p.valueEnd+1 < len(text) && text[p.valueEnd+1] == ')' && (chosen(v) || scattered(v))
}
