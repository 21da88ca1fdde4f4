package scan

import "strings"

// homonym reports whether the pair's name, which is one of secrets too, means
// something else here: a pass of a compiler or a test, the working directory of a
// shell, a token that says how far a reader came, a partition of a table.
func (p *pair) homonym(text string, e nameEntry) bool {
	v := p.value(text)
	switch e.test {
	case password:
		return p.passed(text, v) || p.directory(text, v)
	case signature:
		return p.answer(text)
	case oneTime, codeOrLong:
		return p.numberOf(text, v) && !codeLike(v)
	case long:
		return p.numberOf(text, v) || p.position(text) || p.request(text, v) || p.stored(text, v)
	case generated:
		return publishable(v) || p.published(text) || p.stored(text, v)
	case session:
		return p.stored(text, v)
	}
	return false
}

// passes are words before pass that make it something other than a password.
var passes = stateSet(`analysis backstage boarding compiler day depth each event every final first last lint llvm next optimizer other parking
	rail render rendering second shader ski test third transit`)

// passed reports whether a name that is pass and no more says what passed or what
// passes over something: words, unless a form or an object holds them.
func (p *pair) passed(text, v string) bool {
	named := p.name(text)
	switch {
	case len(named) != len("pass") || !hasFold(named, 0, "pass") || chosen(v) || marked(v):
		return false
	case p.after(text, passes):
		return true
	case named == "PASS" && p.sep == '=' && !p.spaced:
		return false // a variable
	case named == "PASS" && p.sep == ':' && p.spaced:
		return wordy(v) || spelled(v) || strings.HasPrefix(v, "Test")
	}
	const leastWords = 8
	return !p.nameQuoted && (spelled(v) || len(v) >= leastWords && all(v, name) && !all(v, alnum) && wordy(v))
}

// after reports whether one of the words stands right before the name.
func (p *pair) after(text string, words *wordSet) bool {
	if p.nameStart == 0 || text[p.nameStart-1] != ' ' {
		return false
	}
	return knows(words, text[back(text, p.nameStart-1, longestWord, letter):p.nameStart-1])
}

// directory reports whether the pair is the variable of a shell that holds the
// working directory (POSIX: Environment Variables).
func (p *pair) directory(text, v string) bool {
	named := p.name(text)
	return (named == "PWD" || named == "OLDPWD") && (v[0] == '/' || v[0] == '~')
}

// answer reports whether a signature's name is that of an answer to no challenge:
// the response of Digest authentication stands beside a nonce (RFC 7616, RFC
// 2831).
func (p *pair) answer(text string) bool {
	const reach, word = 400, "response"
	if p.nameEnd < len(word) || !hasFold(text, p.nameEnd-len(word), word) {
		return false
	}
	if p.nameEnd-p.nameStart > len(word) {
		return true
	}
	around := text[max(0, p.nameStart-reach):min(len(text), p.valueEnd+reach)]
	return !containsFold(around, "nonce") && !containsFold(around, "digest")
}

// containsFold reports whether the lower-case part stands in text, in any case.
func containsFold(text, part string) bool {
	for i := range len(text) {
		if hasFold(text, i, part) {
			return true
		}
	}
	return false
}

// numberOf reports whether a code is the number of a product or an error rather
// than one of OAuth, which is longer.
func (p *pair) numberOf(text, v string) bool {
	const leastCode = 20
	return len(v) < leastCode && all(v, upper|digit|dash|under) && hasFold(text, p.nameEnd-len("code"), "code")
}

// position reports whether a token is named by two words that say how far a
// reader came, or what it holds: resume token, lock token.
func (p *pair) position(text string) bool {
	const longest = 16
	if p.nameEnd-p.nameStart != len("token") || p.nameStart == 0 || text[p.nameStart-1] != ' ' || !hasFold(text, p.nameStart, "token") {
		return false
	}
	start := back(text, p.nameStart-1, longest, letter)
	if hasFold(text, start, "request ") && p.sep == '=' && !p.spaced && !isUUID(p.value(text)) {
		return false // of a line that logs a request
	}
	e, known := lookup(text[start:p.nameStart-1] + "token")
	return e.row != nil && !known
}

// request reports whether the pair tells equal requests apart rather than clients
// (docs.aws.amazon.com: idempotent requests).
func (p *pair) request(text, v string) bool {
	if !isUUID(v) {
		return false
	}
	for _, n := range [...]string{"clienttoken", "client_token", "client-token", "client token"} {
		if hasFold(text, p.nameEnd-len(n), n) {
			return true
		}
	}
	return false
}

// publishable reports whether v is a key that its provider means to be published
// (docs.stripe.com: API keys; clerk.com: environment variables; supabase.com: API
// keys).
func publishable(v string) bool {
	return strings.HasPrefix(v, "pk_live_") || strings.HasPrefix(v, "pk_test_") || strings.HasPrefix(v, "sb_publishable_")
}

// published reports whether the name says that the key is published.
func (p *pair) published(text string) bool { return containsFold(p.name(text), "publishable") }

// stores of files whose paths have partitions, and the ends of data files.
var (
	fileStores = stateSet(`s3 s3a s3n gs abfs abfss wasb wasbs adl hdfs dbfs file oss cos obs viewfs swift`)
	dataFiles  = stateSet(`parquet orc avro csv tsv json jsonl ndjson gz zst snappy lz4 arrow feather txt`)
)

// stored reports whether the pair is a partition in a path of a store of files and
// its value an identifier of a common kind: what tables are partitioned by.
func (p *pair) stored(text, v string) bool {
	const longest = 1024
	if p.sep != '=' || p.quoted || p.nameStart == 0 || text[p.nameStart-1] != '/' || !isUUID(v) && !usual(v) {
		return false
	}
	if p.valueEnd < len(text) && text[p.valueEnd] != '/' {
		return false
	}
	start := back(text, p.nameStart, longest, opaque|colon|bang)
	if i := strings.Index(text[start:p.nameStart], "://"); i >= 0 {
		return knows(fileStores, text[start:start+i])
	}
	end := runMax(text, p.valueEnd, longest, opaque)
	dot := strings.LastIndexByte(text[p.valueEnd:end], '.')
	return dot >= 0 && knows(dataFiles, text[p.valueEnd+dot+1:end])
}
