package scan

import (
	"math/bits"
	"strings"
)

// option is a short option of a program whose argument is a password.
type option struct {
	program, flag string
	glued         bool // the password stands right behind the option
	pair          bool // the argument is a user, a colon and a password
	percent       bool // so with a percent sign
}

var options = []option{
	{program: "curl", flag: "-u", pair: true},
	{program: "curl", flag: "-u", pair: true, glued: true},
	{program: "curl", flag: "--user", pair: true},
	{program: "curl", flag: "-U", pair: true},
	{program: "curl", flag: "--proxy-user", pair: true},
	{program: "sshpass", flag: "-p"},
	{program: "sshpass", flag: "-p", glued: true},
	{program: "mysql", flag: "-p", glued: true},
	{program: "mariadb", flag: "-p", glued: true},
	{program: "redis-cli", flag: "-a"},
	{program: "docker login", flag: "-p"},
	{program: "podman login", flag: "-p"},
	{program: "registry login", flag: "-p"},
	{program: "ldap", flag: "-w"},
	{program: "mongo", flag: "-p"},
	{program: "sqlcmd", flag: "-P"},
	{program: "beeline", flag: "-p"},
	{program: "cqlsh", flag: "-p"},
	{program: "smbclient", flag: "-U", percent: true},
	{program: "ssh-keygen", flag: "-N"},
	{program: "psexec", flag: "-p"},
	{program: "openssl", flag: "pass:", glued: true},
	{program: "openssl enc", flag: "-k"},
	{program: "bcp", flag: "-P"},
	{program: "twine upload", flag: "-p"},
	{program: "zip", flag: "-P"},
	{program: "7z", flag: "-p", glued: true},
	{program: "xfreerdp", flag: "/p:", glued: true},
	{program: "identified", flag: "BY"},
	{program: "set password for", flag: "="},
}

// programs has, for the first letter of a program, a bit for each of its options.
var programs = indexPrograms()

func indexPrograms() (first [256]uint64) {
	for i := range options {
		first[options[i].program[0]] |= 1 << i
	}
	return first
}

// maxCommand is how far behind a program's name its options are looked for.
const maxCommand = 256

// matchCommand finds the password in an option of the program, or the clause
// of the SQL statement, whose name begins at text[at].
func matchCommand(text string, at int) (Finding, bool) {
	if !is(text[at], alnum) {
		return matchFlag(text, at)
	}
	if !bounded(text, at) {
		return Finding{}, false
	}
	for todo := programs[foldByte(text[at])]; todo != 0; todo &= todo - 1 {
		o := &options[bits.TrailingZeros64(todo)]
		if !hasFold(text, at, o.program) || o.program == "identified" && !ofAccounts(text, at) {
			continue
		}
		if start, end := o.argument(text, at+len(o.program)); end > start {
			kind := kindCommand
			if o.program == "identified" || o.flag == "=" {
				kind = kindStatement
			}
			return Finding{Kind: kind, Start: start, End: end}, true
		}
	}
	return Finding{}, false
}

// ofAccounts reports whether "identified" at text[at] is a word of a statement of
// SQL about a user, a role or a link rather than of a sentence.
func ofAccounts(text string, at int) bool {
	const reach, word = 256, "IDENTIFIED"
	if strings.HasPrefix(text[at:], word) {
		return true
	}
	before := text[max(0, at-reach):at]
	for _, clause := range [...][2]string{{"create", "user"}, {"create", "role"}, {"alter", "user"}, {"alter", "role"}, {"set", "role"}, {"grant", " to"}, {"connect", " to"}} {
		if containsFold(before, clause[0]) && containsFold(before, clause[1]) {
			return true
		}
	}
	return false
}

// argument returns the password that the option gives in the line from at on.
func (o *option) argument(text string, at int) (start, end int) {
	limit := commandEnd(text, at)
	for i := o.next(text[:limit], at); i < limit; i = o.next(text[:limit], i+1) {
		mark := text[i-1]
		if !is(mark, white|plus) && mark != '"' && mark != '\'' {
			continue
		}
		size := o.size(text[i:limit])
		if size == 0 {
			continue
		}
		from := i + size
		if !is(mark, white|plus) {
			if start, end := o.listed(text, from, mark); end > start {
				return start, end
			}
			continue
		}
		if next := runMax(text, from, 3, white); !o.glued {
			if next == from && from < limit && (text[from] == '+' || text[from] == '=') {
				next++
			}
			if next == from {
				continue
			}
			from = next
		}
		if start, end := o.password(text, from, wordEnd(text, from)); end > start {
			return start, end
		}
	}
	return 0, 0
}

// commandEnd returns where the command ends that goes on at text[at], as far as its
// options are looked for: at a line end that no backslash escapes.
func commandEnd(text string, at int) int {
	text = text[:min(len(text), at+maxCommand)]
	end := index(text, at, '\n')
	for end < len(text) && text[end-1] == '\\' {
		end = index(text, end+1, '\n')
	}
	return end
}

// next returns where the option may begin in text at or behind at, or the length.
func (o *option) next(text string, at int) int {
	if o.program != "identified" {
		return index(text, at, o.flag[0])
	}
	for at < len(text) && foldByte(text[at]) != 'b' {
		at++
	}
	return at
}

// size returns the size of the option at the beginning of text, also when it is
// the last of several letters, 0 when it does not stand there.
func (o *option) size(text string) int {
	if strings.HasPrefix(text, o.flag) || o.program == "identified" && hasFold(text, 0, "by") {
		return len(o.flag)
	}
	const letters = 8
	if len(o.flag) == 2 && o.flag[0] == '-' && len(text) > 2 && text[0] == '-' {
		if end := runMax(text, 1, letters, letter); end > 2 && text[end-1] == o.flag[1] {
			return end
		}
	}
	return 0
}

// listed returns the password when program and options are elements of a list,
// each in marks like the one before the option, which ends at text[from].
func (o *option) listed(text string, from int, mark byte) (start, end int) {
	if !o.glued {
		next := from + 1
		for next < len(text) && (text[next] == ',' || text[next] == ' ') {
			next++
		}
		if next >= len(text) || next < from+2 || text[from] != mark || text[next] != mark {
			return 0, 0
		}
		from = next + 1
	}
	size := strings.IndexByte(text[from:min(len(text), from+maxValue)], mark)
	if size < 0 {
		return 0, 0
	}
	return o.password(text, from, from+size)
}

// password returns the span of the password in the argument text[from:end],
// empty when there is none.
func (o *option) password(text string, from, end int) (int, int) {
	if o.flag == "=" && hasFold(text, from, "password(") {
		from += len("password(")
		end = wordEnd(text, from)
	}
	start := from
	if o.pair || o.percent {
		mark := byte(':')
		if o.percent {
			mark = '%'
		}
		i := strings.IndexByte(text[start:end], mark)
		switch {
		case i < 0:
			return 0, 0
		case len(strings.Trim(text[start+i:end], ":\"'")) == 0 && random(text[start:start+i]):
			end = start + i // a token without a password
		default:
			start += i + 1
		}
	}
	start, end = unquote(text, start, end)
	v := text[start:end]
	if len(v) < 3 || v[0] == '-' || v[0] == '@' && o.flag == "=" || placeholder(v) || harmless(v) || o.program == "identified" && text[start-1] == ' ' && wordy(v) {
		return 0, 0
	}
	if end-from >= maxValue {
		end = valueEnd(text, end)
	}
	return start, end
}

// wordEnd returns the end of the word of a shell that begins at text[from];
// parts of it can stand in quotes. It looks at no more than maxValue bytes.
func wordEnd(text string, from int) int {
	mark := byte(0)
	end := from
	for ; end < len(text) && end-from < maxValue; end++ {
		c := text[end]
		switch {
		case mark != 0 && c == mark:
			mark = 0
		case mark != 0:
		case c == '"' || c == '\'':
			mark = c
		case ends(text, end) && c != '{' && c != '}' && c != '&':
			return end
		}
	}
	return end
}

// unquote leaves the quotes and braces around a value out.
func unquote(text string, start, end int) (int, int) {
	for start < end && strings.IndexByte("\"'{", text[start]) >= 0 {
		start++
	}
	for start < end && strings.IndexByte("\"'}", text[end-1]) >= 0 {
		end--
	}
	return start, end
}
