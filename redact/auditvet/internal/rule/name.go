// Package rule holds what auditvet knows about the world: which names speak of secrets, which symbols hand them out,
// which take them in, and which let nothing through. The tables are part of the binary, because a file of rules
// would not be part of go vet's cache key.
package rule

import (
	"strings"
	"unicode"
)

// Class says what a name tells about the value behind it.
type Class uint8

// The classes. An Unknown name tells nothing.
const (
	Unknown Class = iota
	Plain
	Suspect // speaks of a secret
)

// suspectWords are words that make a name speak of a secret wherever they stand in it.
var suspectWords = set("password passwd pwd passphrase secret secrets token tokens bearer credential credentials " +
	"creds authorization cookie cookies jwt apikey signature sig assertion otp totp csrf xsrf hmac sas ticket privatekey " +
	"presigned kubeconfig netrc pem dsn pgpass sessionid signedurl accesskey authtoken sessiontoken")

// suspectPairs are words that speak of a secret when they follow each other.
var suspectPairs = set("api key|access key|private key|secret key|signing key|encryption key|master key|account key|" +
	"shared key|session key|auth key|connection string|session id|session cookie|auth code|authorization code|" +
	"code verifier|signed url|presigned url|sas url|id rsa|id ed25519|id ecdsa|tls key|ssh key|client assertion|auth header|" +
	"database url|database dsn|session state|magic link|recovery code|one time|pin code")

// suspectParameters are names that speak of a secret only where a client sends them: elsewhere they are the code of an
// error, the state of a job.
var suspectParameters = set("code session sid auth pin state")

// plainTails end names that speak about a secret and are none: its type, age, name or place.
var plainTails = set("type types expiry expires expiration ttl url uri endpoint name names issuer audience algorithm alg " +
	"count length len size age hash digest fingerprint id kid status scope scopes source version provider prefix " +
	"valid present required enabled path file method policy rotation header at in hint template region bucket kind ref " +
	"parser verifier manager store cache limit bytes num number error err ok request response")

// plainWords are names of identifiers: nothing secret is kept under them.
var plainWords = set("id name names tenant workspace namespace table user username subject sub issuer iss audience aud region " +
	"host hostname path method operation version type kind prefix bucket location scope scopes role roles status state reason " +
	"plan snapshot branch tag format locale lang language theme page limit offset sort order filter email service environment " +
	"account project dataset schema column label provider domain level mode expires exp iat nbf title description warehouse " +
	"catalog parent view currency timezone tz agent accept host origin traceparent requestid count ttl expiry accountid " +
	"projectid clientid realm operator group groups zone cluster pod node port address ip")

// Classify says what name tells. Words are separated by case, digits and punctuation.
func Classify(name string) Class {
	words := split(name)
	switch {
	case len(words) == 0:
		return Unknown
	case harmless(words):
		return Plain
	case speaks(words):
		return Suspect
	case plainWords[words[len(words)-1]], plainWords[strings.Join(words, "")]:
		return Plain
	}
	return Unknown
}

// harmless names speak of a secret's circumstances, or of a token that grants nothing.
func harmless(words []string) bool {
	last := words[len(words)-1]
	if len(words) == 1 {
		return false
	}
	joined := " " + strings.Join(words, " ") + " "
	for _, phrase := range []string{" page token ", " next token ", " continuation token ", " public key ", " delete marker ",
		" idempotency key ", " sort key ", " partition key ", " primary key ", " object key ", " access key id ", " key id ",
		" token type ", " max tokens ", " client id ", " sync token ", " cancel token "} {
		if strings.Contains(joined, phrase) {
			return !strings.Contains(joined, " password ")
		}
	}
	if last == "url" || last == "id" {
		return !speaks(words) || plainPairURL(joined)
	}
	return plainTails[last]
}

// plainPairURL tells the URL at which tokens are asked for from a URL that is a secret itself.
func plainPairURL(joined string) bool {
	return strings.HasSuffix(joined, " token url ") || strings.HasSuffix(joined, " auth url ") ||
		strings.HasSuffix(joined, " secret id ") || strings.HasSuffix(joined, " credential id ") || strings.HasSuffix(joined, " token id ") ||
		strings.HasSuffix(joined, " credentials id ") || strings.HasSuffix(joined, " ticket id ")
}

// suspectEnds end words that were written together, such as PGPASSWORD.
var suspectEnds = strings.Fields("password passwd secret token apikey credential credentials cookie")

// runTogether reports whether a word ends with one that speaks of a secret.
func runTogether(word string) bool {
	for _, end := range suspectEnds {
		if strings.HasSuffix(word, end) {
			return true
		}
	}
	return false
}

func speaks(words []string) bool {
	for i, w := range words {
		if suspectWords[w] || runTogether(w) || i > 0 && suspectPairs[words[i-1]+" "+w] {
			return true
		}
	}
	return suspectWords[strings.Join(words, "")]
}

// strong are phrases of names that speak of a secret in any program.
var strong = strings.Split("password|passwd|passphrase|access token|refresh token|session token|id token|auth token|bearer token|bearer|private key|"+
	"secret key|api key|account key|secret access key|client secret|shared secret|connection string|secret string|signing key|encryption key", "|")

// Strong reports whether a name speaks of a secret in any program, so that what other modules keep under it is one.
func Strong(name string) bool {
	if Classify(name) != Suspect {
		return false
	}
	joined := " " + strings.Join(split(name), " ") + " "
	for _, phrase := range strong {
		if strings.Contains(joined, " "+phrase+" ") {
			return true
		}
	}
	return false
}

// getters are words that end the names of methods that tell the circumstances of a credential.
var getters = set("permissions permission protocol resource resources services service identifier subject issuer audience expiry expires time start type " +
	"version project projectid account accountid region domain email name id kind scope scopes algorithm claims header method valid")

// Circumstance reports whether a method of this name tells about a credential and not what it is.
func Circumstance(method string) bool {
	words := split(strings.TrimPrefix(method, "Get"))
	return len(words) > 0 && getters[words[len(words)-1]] && (!speaks(words) || harmless(words))
}

// split returns the words of a name in lower case.
func split(name string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = word[:0]
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
			continue
		case unicode.IsUpper(r) && i > 0:
			lowerBefore := !unicode.IsUpper(runes[i-1])
			lowerAfter := i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if lowerBefore || lowerAfter && unicode.IsLetter(runes[i-1]) {
				flush()
			}
		}
		word = append(word, r)
	}
	flush()
	return words
}

func set(list string) map[string]bool {
	sep := " "
	if strings.Contains(list, "|") {
		sep = "|"
	}
	m := make(map[string]bool)
	for w := range strings.SplitSeq(list, sep) {
		m[w] = true
	}
	return m
}
