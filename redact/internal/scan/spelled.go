package scan

import "strings"

// spelled reports whether v is a name of several words as programs write them,
// in camel case or with marks between the words, perhaps behind names of packages
// or the mark of a pointer: RequireAnyClientCert, abi.BoundsSlice3Acap,
// *http2ErrCode. Nearly all of its letters stand in runs of small letters that
// read like words, and few digits are among them; what a generator makes has
// neither.
func spelled(v string) bool {
	const longest = 96
	v = strings.TrimRight(strings.TrimLeft(v, "*&"), ":")
	if len(v) > longest || !mayRead(v) || !all(v, name) {
		return false
	}
	var w wording
	for at := 0; at < len(v); {
		at = w.next(v, at)
	}
	return w.spelled()
}

// wording counts what the words of a name are made of.
type wording struct {
	letters, digits int
	words, divided  int // words, and those that a capital or a mark begins
	inWords         int // letters of words of three and more, and of abbreviations
	short           int // letters of the short word just before
	score, pairs    int // of the neighbouring letters inside of words
}

// Numbers and abbreviations that stand in names of programs.
var (
	sizesInNames  = stateSet(`128 192 224 256 384 512 1024 2048 4096 25519`)
	abbreviations = stateSet(`acl aes api arn aws cbc cors cpu csr csrf css csv dns dsa dsn ecdh ecdsa eof gcm gcp gcs grpc hmac html http https iam
		json jwk jwt kms ldap mac md mfa nil oidc oauth otp pem pgp pkce pkcs psk rest rpc rsa rsapss saml sas sdk sha sid sig sql ssh ssl sso sts
		svc tcp tls totp ttl tty udp uid uri url utf uuid xml yaml`)
)

// plainWords are words of programs whose pairs of letters are rare in others.
var plainWords = stateSet(`acquire already analyzer answer any anywhere args array arrays async aux azure backup backups bitmap body bool boot bound box bronze
	buf buffer buffered buffers build built bulk bypass bytes byte checkpoint chunk circuit cmd column columns cookie copy cpu crypto cycle dashboard
	days decrypt deny deployed deployment does down download draft dump dynamic edge encrypt enum equal equals exceeded exclude exec exit fault field fix
	flow flush flow flux forward fragment free frequency from func fuzz gateway google grow guard half handler hold hook hub hybrid idle invoke invoker
	jit job jobs join json key keys kube last layer layout lazy legacy length level lock logger logging logs lookup low lower max maximum maybe medium
	method middleware modify mutex name network networks new next nfs not notify num number obj object objective objects only output overflow owned owner
	ownership password payload physical pop prefix prefixed project proximity proxy pub pull push query queue queues quota quote raft raw ready
	reboot recv reject rejected restore resync revoke rows runtime safe sandbox script seek segment self send shift should shutdown size sizeof skew skewed
	skip small snapshot software sql src stmt string structs subject submit subnet suffix swap swarm switch symbol sync syslog temp text throughput thumbprint
	too topology txn type two unhealthy unique unix unknown update updated updates updating upgrade use user verify view views volume volumes
	wait walk was webhook weight what when width window windows with word words work worker workflow workload world wrap write wrong zip zone zones`)

// next counts the word, the number or the mark that begins at v[at] and returns
// its end. A word is capitals, of which the last may begin the next one, and the
// small letters behind them.
func (w *wording) next(v string, at int) int {
	end := run(v, at, digit)
	switch {
	case end > at:
		w.number(v[at:end])
		return end
	case !is(v[at], letter):
		w.divided++
		return at + 1
	}
	capitals := run(v, at, upper)
	end = run(v, capitals, lower)
	if end > capitals && capitals > at+1 { // an abbreviation before a word
		end = capitals - 1
	}
	w.word(v[at:end])
	return end
}

// number counts a number. The sizes of keys and digests belong to the word before
// them, as in SHA256.
func (w *wording) number(v string) {
	if !knows(sizesInNames, v) {
		w.digits += len(v)
		return
	}
	w.digits++
	w.inWords += w.short
	w.short = 0
}

func (w *wording) word(v string) {
	const least = 3
	w.letters += len(v)
	w.words++
	w.short = 0
	if is(v[0], upper) {
		w.divided++
	}
	switch {
	case len(v) >= least && knows(abbreviations, v):
		w.inWords += len(v)
	case len(v) < least || is(v[1], upper):
		w.short = len(v)
	case knows(plainWords, v):
		w.inWords += len(v)
		w.score += len(v) - 1
		w.pairs += len(v) - 1
	default:
		w.inWords += len(v)
		score, pairs := wordLike(v)
		w.score += score
		w.pairs += pairs
	}
}

// spelled judges what was counted. Many letters leave little to chance.
func (w *wording) spelled() bool {
	const many = 16
	switch {
	case w.words < 2 || w.divided == 0 || w.digits*4 > w.letters:
		return false
	case w.letters >= many && (w.inWords*5 >= w.letters*3 && w.score*2 >= w.pairs || w.inWords*5 >= w.letters*4 && w.score >= 0):
		return true
	}
	return w.inWords*4 >= w.letters*3 && w.score*3 >= w.pairs
}
