package scan

import "strings"

// states are words that tell about a value instead of being one.
var states = stateSet(`absent accepted accessed active added admin allow allowed any anonymous applied approved auto bad basic bearer
	blank blocked bool boolean bytes cancelled changed changeme check checked cleared closed commit compromised confirmed create created
	default delete deleted denied deny deprecated disabled disallowed drop dropped empty enabled encrypted error elided exceeded exists expired
	expires expiring export external fail failed failure false field filtered forbidden forgotten found generated get granted hash hashed hidden id ignored
	import inactive incorrect inherit inherited int integer internal invalid issued jwt key known leaked list load locked lost malformed managed masked match obfuscated omitted
	mismatch mismatched missing mode modified must name never new next nil no none not null number object off ok old omitted on
	open opened optional other owner passed password pending permitted plain present private prompt protected provided public purge read readonly
	received redacted refresh refreshed register rejected removed rename renamed renewed renewal required reset restored restricted returned reused revoke revoked
	rotate rotated rotation root rw same saved scrubbed secret secure self sensitive sent service session set shared short signature skipped standard started static stored string
	strong success succeeded system tbd temporary text timeout token too true tenant type undefined unavailable unauthorized unchanged unexpected unknown
	unlocked unset unspecified unsupported unused unverified update updated updates usage used user valid validated value verified verify view wait
	warning was weak withheld write written wrong yes
	array bytea blob char dict double enum field float fields hint inherit input interactive keychain keyring label list manager map nullable optional
	placeholder policy secretkeyref valuefrom existingsecret secretstr flag option argument str strength uuid varchar nvarchar
	abgelaufen falsch fehlerhaft fehlt gesperrt leer abgelehnt geheim geaendert expire faux invalide manquant refuse vide
	caducada caducado correcta correcto falta incorrecta incorrecto invalida invalido vacia vencida vencido errata errato mancante scaduta scaduto
	ausente expirada expirado incorreta incorreto onjuist ongeldig ontbreekt verlopen fel felaktigt forkert ugyldig yanlis niepoprawne salah`)

// longestMark is that of a placeholder whose marks are escaped.
const longestMark = 64

// inEscapedMark reports whether a placeholder in brackets that are escaped begins at
// text[at].
func inEscapedMark(text string, at int) bool {
	if text[at] != '\\' || !isEscape(text, at) {
		return false
	}
	const rounds = 3
	var bufs [rounds][longestMark]byte
	for i, v := 0, text[at:]; i < rounds; i++ {
		plain, _ := decodeText(bufs[i][:0], v, stepEscapes, longestMark)
		mark := strings.IndexByte(openers, plain[0])
		if mark < 0 {
			return false
		}
		v = view(plain)
		if end := strings.IndexByte(v, closers[mark]); end > 0 {
			return placeholder(v[:end+1])
		}
	}
	return false
}

// longestNumber is how many digits numbers and identifiers have that programs count
// or make of a time.
const longestNumber = 24

// harmless reports whether v is a state word, a number, a boolean, a date or a
// reference to where the value is kept.
func harmless(v string) bool {
	if len(v) <= 1 || len(v) == len("n/a") && hasFold(v, 0, "n/a") {
		return true
	}
	if is(v[0], digit|dash|plus) && all(v, digit|dot|dash|colon|plus) {
		return len(v) <= longestNumber || !all(v, digit) // number, date, time, version
	}
	return isTimestamp(v) || reference(v) || path(v) || constant(v) || stateful(v) || mechanism(v) || strings.IndexByte(v, latin) >= 0 && statefulLatin(v)
}

// stateful reports whether every word of v is a state word. Texts are too long
// to tell about a value.
func stateful(v string) bool {
	const longest = 128
	if len(v) > longest {
		return false
	}
	at, words := 0, 0
	for at < len(v) {
		end := run(v, at, letter)
		if end == at {
			if is(v[at], digit) {
				return false
			}
			at++
			continue
		}
		if end-at > 16 || !knows(states, v[at:end]) {
			return false
		}
		words++
		at = end
	}
	return words > 0
}

// mechanisms are words of the names of ways to authenticate and to sign.
var mechanisms = stateSet(`argon2 argon2id auth aws aws4 bcrypt basic bearer cert client digest dpop ecdsa ed25519 eddsa es256 es384 es512 gssapi hmac hs256 hs384 hs512
	iam ident jwt kerberos krb5 ldap md5 msk mtls native none ntlm oauth oauth2 oauthbearer oidc opa pbkdf2 plain ps256 ps384 ps512 rs256 rs384 rs512 rsa saml
	saml2 sasl scram scrypt sha sha1 sha2 sha256 sha384 sha512 sigv4 spnego ssl sts tls token trust x509`)

// mechanism reports whether v is the name of a way to authenticate, like
// scram-sha-256, rather than what one authenticates with.
func mechanism(v string) bool {
	const longest = 40
	if len(v) > longest || !all(v, name) {
		return false
	}
	words := 0
	for at := 0; at < len(v); {
		end := run(v, at, alnum)
		switch {
		case end == at:
			end++
		case knows(mechanisms, v[at:end]):
			words++
		case !knows(sizesInNames, v[at:end]):
			return false
		}
		at = end
	}
	return words > 1 || words == 1 && digits(v) > 0
}

func isTimestamp(v string) bool {
	return len(v) >= 19 && len(v) <= 35 && v[4] == '-' && v[7] == '-' && (v[10] == 'T' || v[10] == ' ') && v[13] == ':' &&
		all(v[:4], digit) && all(v[11:13], digit)
}

// prose reports whether the value v, which ends at text[end], is the first
// word of a sentence.
func prose(text string, end int, v string) bool {
	if end >= len(text) || text[end] != ' ' || !wordy(v) {
		return false
	}
	next := runMax(text, end, 2, white)
	if next == len(text) {
		return false
	}
	word := run(text, next, name)
	if text[next] == '(' {
		return next+1 < len(text) && is(text[next+1], letter|digit)
	}
	return word > next && is(text[next], letter|digit) && (word == len(text) || text[word] != '=' && text[word] != ':')
}

// passwordLike reports whether v can be a password that a person chose.
func passwordLike(v string, p *pair) bool {
	if len(v) < 3 {
		return false
	}
	if p.loose2() && wordy(v) && !chosen(v) && !marked(v) {
		return false
	}
	if p.quoted && strings.Count(v, " ") >= 2 && wordy(v) {
		return false
	}
	return true
}

// loose2 reports whether only a colon joins name and value.
func (p *pair) loose2() bool { return p.sep == ':' && !p.spaced && !p.quoted && !p.boxed }

// secretLike reports whether v was made by a generator.
func secretLike(v string) bool {
	if len(v) >= 20 && all(v, hexa|dash) && digits(v)*4 >= len(v) {
		return true // a UUID, also when it was cut
	}
	if messy(v) || grouped(v) {
		return true
	}
	if wordy(v) || slug(v) || spelled(v) {
		return false
	}
	return random(v) || solid(v) || hasMarks(v) || (len(v) >= 16 && all(v, hexa|dash))
}

// grouped reports whether v is a key in groups of one length that dashes divide, of
// letters in both cases and digits, as generators write those that people copy.
func grouped(v string) bool {
	const leastGroup, mostGroup, leastGroups = 4, 6, 3
	size := strings.IndexByte(v, '-')
	if size < leastGroup || size > mostGroup || (len(v)+1)%(size+1) != 0 || !hasBothCases(v) {
		return false
	}
	groups, mixed := 0, 0
	for at := 0; at < len(v); at += size + 1 {
		group := v[at : at+size]
		if !all(group, alnum) || at > 0 && v[at-1] != '-' {
			return false
		}
		groups++
		mixed += count(mixesDigits(group))
	}
	return groups >= leastGroups && mixed >= 2
}

// tokenLike reports whether v can be a token: a generator made it, and there is
// no space in it.
func tokenLike(v string) bool {
	return messy(v) || len(v) >= 12 && (random(v) || isUUID(v) || solid(v) && !wordy(v)) && !spelled(v) && strings.IndexByte(v, ' ') < 0
}

// digits counts the digits of v.
func digits(v string) (n int) {
	for i := range len(v) {
		n += count(is(v[i], digit))
	}
	return n
}

// slug reports whether v is the name of an object as systems generate them:
// words, and at most two short parts that a generator made (kubernetes.io: object
// names), perhaps behind the name of a namespace.
func slug(v string) bool {
	const longest = 10
	if !all(v, lower|digit|dash|dot|plus) || !is(v[0], lower) || strings.IndexByte(v, '+') >= 0 {
		return false
	}
	words, made := 0, 0
	for at := 0; at < len(v); {
		end := run(v, at, lower|digit)
		switch {
		case end == at:
			end++
		case wordPart(v[at:end]) && made == 0:
			words++
		case end-at <= longest:
			made++
		default:
			return false
		}
		at = end
	}
	return words > 0 && made <= 2
}

// solid reports whether v has a run of letters and digits that is too long for
// words with numbers.
func solid(v string) bool {
	const leastRun = 20
	for at := 0; at < len(v); {
		end := run(v, at, alnum)
		if end-at >= leastRun {
			return !all(v[at:end], digit) && !all(v[at:end], letter)
		}
		at = end + 1
	}
	return false
}

// hasMarks reports whether v mixes in marks that names do not have.
func hasMarks(v string) bool {
	marks := 0
	for i := range len(v) {
		if is(v[i], bang) {
			marks++
		}
	}
	return marks >= 2
}

// chosen reports whether v has the marks that rules for passwords ask for.
func chosen(v string) bool {
	var seen set
	for i := range len(v) {
		seen |= sets[v[i]]
	}
	return len(v) >= 8 && strings.ContainsAny(v, "!*#^") && (seen&digit != 0 && seen&letter != 0 || seen&lower != 0 && seen&upper != 0)
}

// marked reports whether v has letters, digits and one of the marks that people put
// into passwords, and is no address.
func marked(v string) bool {
	return len(v) >= 8 && mixesDigits(v) && strings.ContainsAny(v, "$@%&") && (strings.IndexByte(v, '@') < 0 || strings.IndexByte(v, '.') < 0)
}

// signatureLike reports whether v is hexadecimal digits or base64 of a length
// that signatures have, also percent-encoded or cut short.
func signatureLike(v string) bool {
	for len(v) > 0 && is(v[len(v)-1], equals|tilde|dash|under|plus|dot) {
		v = v[:len(v)-1]
	}
	if len(v) < 12 || isUUID(v) {
		return false
	}
	for i := range len(v) {
		if !is(v[i], b64any|tilde|equals) && v[i] != '%' {
			return false
		}
	}
	if all(v, hexa) && len(v) >= 24 {
		return true
	}
	return random(v) && (len(v) >= 20 || !all(v, lower|digit)) && !spelled(v)
}

// idAndSecret reports whether v is id:secret as OAuth clients are configured.
func idAndSecret(v string) bool {
	i := strings.IndexByte(v, ':')
	if i < 0 {
		return len(v) >= 8 && !scope(v) && secretLike(v)
	}
	secret := v[i+1:]
	return i > 0 && len(secret) >= 4 && !placeholder(secret) && !harmless(secret)
}

// scope reports whether v is the scope of a signature, an id of a key and a date
// behind it (docs.aws.amazon.com: Signature Version 4), which tells no secret.
func scope(v string) bool {
	const date = 8
	for _, slash := range [...]string{"/20", "%2F20", "%2f20"} {
		if i := strings.Index(v, slash); i >= 0 {
			from := i + len(slash) - len("20")
			end := runMax(v, from, date, digit)
			return end == from+date && (end == len(v) || v[end] == '/' || v[end] == '%')
		}
	}
	return false
}

func isUUID(v string) bool {
	return len(v) == 36 && v[8] == '-' && v[13] == '-' && v[18] == '-' && v[23] == '-' && all(v, hexa|dash)
}
