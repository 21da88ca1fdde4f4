package scan

import "strings"

// appRole reports whether the name is that of the secret of a role (developer.hashicorp.com:
// Vault AppRole), an identifier by its looks, and its value one: the id of the role is
// the only pair beside it, or the text says what it is of. Rows that join roles with
// secrets have other members too.
func (p *pair) appRole(text string) bool {
	if !hasFold(text, p.nameEnd-len("id"), "id") || !hasFold(text, p.nameEnd-len("secret_id"), "secret") && !hasFold(text, p.nameEnd-len("secretid"), "secretid") {
		return false
	}
	if !p.readValue(text) || p.valueEnd <= p.valueStart || !isUUID(p.value(text)) || p.sep == '|' || p.sep == ',' {
		return false
	}
	const reach = 256
	around := text[max(0, p.nameStart-reach):min(len(text), p.valueEnd+reach)]
	if containsFold(around, "approle") || containsFold(around, "secret_id_accessor") {
		return true
	}
	return p.sep != ' ' && (p.behindRole(text) || p.beforeRole(text))
}

// betweenPairs are bytes that stand between two pairs, or at their ends.
const betweenPairs = quote | white | delimiter

// behindRole reports whether the id of a role stands right before the pair.
func (p *pair) behindRole(text string) bool {
	const least, longest = len("role_id=") + 36, 80
	end := back(text, p.nameStart, 8, betweenPairs)
	if end > 0 && text[end-1] == '&' {
		end--
	}
	if end < least || !isUUID(text[end-36:end]) {
		return false
	}
	sep := back(text, end-36, 8, quote|white|equals|colon)
	start := back(text, sep, longest, name)
	return sep < end-36 && isRole(text[start:sep]) && p.onlyTwo(text, start, p.valueEnd)
}

// beforeRole reports whether the id of a role stands right behind the pair.
func (p *pair) beforeRole(text string) bool {
	start := runMax(text, p.valueEnd, 8, betweenPairs)
	if start < len(text) && text[start] == '&' {
		start++
	}
	sep := runMax(text, start, maxName, name)
	k := runMax(text, sep, 8, quote|white|equals|colon)
	end := k + 36
	return k > sep && end <= len(text) && isUUID(text[k:end]) && isRole(text[start:sep]) && p.onlyTwo(text, p.nameStart, end)
}

// isRole reports whether a name is that of the id of a role.
func isRole(named string) bool {
	for _, n := range [...]string{"role_id", "role-id", "roleid"} {
		if hasFold(named, len(named)-len(n), n) {
			return true
		}
	}
	return false
}

// onlyTwo reports whether nothing but the pairs in text[start:end] is in their object,
// when they are in one.
func (p *pair) onlyTwo(text string, start, end int) bool {
	if !p.nameQuoted && !strings.HasPrefix(text[p.nameEnd:], ":") {
		return true // arguments, or variables
	}
	first := back(text, start, 24, quote|white)
	last := runMax(text, end, 24, quote|white)
	opened := first == 0 || text[first-1] == '{' || !p.nameQuoted
	return opened && (last == len(text) || text[last] == '}' || !p.nameQuoted)
}
