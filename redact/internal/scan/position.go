package scan

import "strings"

// positions are commands in which a secret is an argument by its place: behind so
// many others, options not counted.
var positions = []struct {
	command string
	before  int
}{
	{"mc alias set ", 3}, // min.io: mc alias set
	{"mc config host add ", 3},
	{"activate-refresh-token ", 1}, // cloud.google.com: gcloud auth
	{"ConvertTo-SecureString ", 0}, // learn.microsoft.com: PowerShell
	{"net use ", 0},                // learn.microsoft.com: net use
	{"AUTH PLAIN ", 0},             // RFC 4954
	{"AUTH LOGIN ", 0},
	{"AUTH XOAUTH2 ", 0},
	{"AUTH default ", 0}, // redis.io: AUTH
	{"AUTH ", 0},
}

// matchPosition judges the argument at the place of the secret in the command that
// begins at text[at].
func matchPosition(text string, at int) (Finding, bool) {
	if !bounded(text, at) || at > 0 && is(text[at-1], dash|under|dot) {
		return Finding{}, false
	}
	for i := range positions {
		p := &positions[i]
		if !strings.HasPrefix(text[at:], p.command) {
			continue
		}
		start, end := argumentAt(text, at+len(p.command), p.before)
		end = min(end, valueEnd(text, start))
		v := text[start:end]
		if len(v) >= 8 && !placeholder(v) && !harmless(v) && (chosen(v) || hasBothCases(v) && !wordy(v) && !spelled(v) && random(v)) {
			return Finding{Kind: kindCommand, Start: start, End: end}, true
		}
	}
	return Finding{}, false
}

// argumentAt returns the argument of a command that stands behind so many others
// in the line from text[at] on. Options and the names of shares are no arguments.
func argumentAt(text string, at, before int) (start, end int) {
	const most = 8
	for range most {
		start = runMax(text, at, 2, white)
		if start == len(text) || text[start] == '\n' {
			return start, start
		}
		if end = spaceAt(text, start); is(text[start], quote) && text[start] != '\\' {
			end = wordEnd(text, start)
		}
		option := strings.IndexByte("-/\\", text[start]) >= 0
		if !option && before == 0 {
			return unquote(text, start, end)
		}
		if !option {
			before--
		}
		if at = end; at == start {
			break
		}
	}
	return at, at
}

// spaceAt returns the position of the white space at or behind at, within a
// value's length.
func spaceAt(text string, at int) int {
	limit := min(len(text), at+maxValue)
	for at < limit && !is(text[at], white) {
		at++
	}
	return at
}

// matchPiped judges the password that is piped or redirected to the program that
// reads it at text[at] (docs.docker.com: --password-stdin; sudo(8): -S; bash:
// here strings).
func matchPiped(text string, at int) (Finding, bool) {
	if strings.HasPrefix(text[at:], "<<<") {
		return matchHereString(text, at)
	}
	line := text[max(0, at-maxCommand):at]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	pipe := strings.LastIndexByte(line, '|')
	if pipe < 0 {
		return Finding{}, false
	}
	from := max(strings.LastIndex(line[:pipe], "echo "), strings.LastIndex(line[:pipe], "printf "))
	if from < 0 || from > 0 && is(line[from-1], name) {
		return Finding{}, false
	}
	f, ok := pipedWord(text, at-len(line)+index(line, from, ' ')+1)
	end := at - len(line) + pipe
	if !ok || f.End > end {
		return Finding{}, false
	}
	from = f.End
	if !is(text[f.Start-1], quote) {
		from = f.Start
	}
	return f, !strings.ContainsAny(text[from:end], ";&|") // of another command
}

// readers are programs that read a password from what is redirected to them.
var readers = [...]string{"kinit", "sudo -S", "--password-stdin", "chpasswd", "passwd", "cryptsetup"}

// matchHereString judges the string that is redirected at text[at].
func matchHereString(text string, at int) (Finding, bool) {
	line := text[max(0, at-maxCommand):at]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	for _, r := range readers {
		if strings.Contains(line, r) {
			return pipedWord(text, at+len("<<<"))
		}
	}
	return Finding{}, false
}

// pipedWord judges the word at text[at], behind options, as a password.
func pipedWord(text string, at int) (Finding, bool) {
	start, end := argumentAt(text, at, 0)
	v := text[start:end]
	ok := len(v) >= leastPassword-2 && !placeholder(v) && !harmless(v) && v[0] != '$' && (!wordy(v) || chosen(v) || mixesDigits(v))
	return Finding{Kind: kindCommand, Start: start, End: end}, ok
}

// matchACL judges a password in a rule of a user (redis.io: ACL SETUSER), behind
// " on >" at text[at].
func matchACL(text string, at int) (Finding, bool) {
	const mark, longest = " on >", 64
	user := back(text, at, longest, name|colon)
	word := back(text, max(0, user-1), longest, letter)
	if user == at || user == 0 || text[user-1] != ' ' || !hasFold(text, word, "setuser") && !hasFold(text, word, "user") {
		return Finding{}, false
	}
	start := at + len(mark)
	end := valueEnd(text, start)
	v := text[start:end]
	return Finding{Kind: kindCommand, Start: start, End: end}, len(v) >= 4 && !placeholder(v) && !harmless(v)
}

// matchMAC judges the mac in the credentials of the schemes Hawk and MAC
// (github.com/mozilla/hawk; draft-ietf-oauth-v2-http-mac) that begin at text[at].
func matchMAC(text string, at int) (Finding, bool) {
	const reach = 512
	if !bounded(text, at) {
		return Finding{}, false
	}
	rest := text[at:min(len(text), at+reach)]
	if !strings.Contains(rest, "id=") {
		return Finding{}, false
	}
	for from := 0; from < len(rest); {
		i := strings.Index(rest[from:], "mac=")
		if i < 0 {
			break
		}
		from += i + len("mac=")
		if from > len("mac=") && is(rest[from-len("mac=")-1], alnum) {
			continue
		}
		start := runMax(text, at+from, 3, quote)
		end := run(text, start, b64any|equals)
		return Finding{Kind: kindScheme, Start: start, End: end}, end-start >= 20
	}
	return Finding{}, false
}
