package scan

import (
	"encoding/binary"
	"math/bits"
	"strings"
)

// test says which values a name turns into a secret.
type test uint8

const (
	pass       test = iota // the name is harmless although it ends like a secret's
	nonEmpty               // any value but an empty one, a state, a number, a boolean or a reference
	password               // like nonEmpty; people choose these, so words count
	generated              // 8 bytes or more that a generator made
	long                   // 12 bytes or more that a generator made
	signature              // 20 bytes or more of hexadecimal digits or base64
	header                 // a scheme and a credential, or a bare credential
	pairValue              // id:secret
	session                // 20 bytes or more that a generator made, not a UUID
	cookies                // pairs of which one has a value that a generator made
	wordList               // 12 to 24 words
	oneTime                // six digits or more of a code that is used once, or like long
	codeOrLong             // a code, or like long
	passcode               // a code, or like password
	pin                    // a code
	cardCode               // three or four digits
)

// nameRow is one kind that a name gives away. Names are written without
// separators, in lower case; a row matches a name that ends in one of them at
// a word boundary.
type nameRow struct {
	id     Kind
	kind   string
	names  []string
	test   test
	source string
}

var nameRows = []nameRow{
	{id: 40, kind: "aws-sigv4-signature", names: []string{"xamzsignature"}, test: signature, source: "docs.aws.amazon.com: authenticating requests with query parameters"},
	{id: 41, kind: "aws-security-token", names: []string{"xamzsecuritytoken"}, test: generated, source: "docs.aws.amazon.com: authenticating requests with query parameters"},
	{id: 42, kind: "gcs-signed-url", names: []string{"xgoogsignature"}, test: signature, source: "cloud.google.com: signed URLs"},
	{id: 43, kind: "alibaba-signature", names: []string{"xosssignature", "ossaccesssignature"}, test: signature, source: "alibabacloud.com: OSS signed URLs"},
	{id: 44, kind: "tencent-signature", names: []string{"qsignature"}, test: signature, source: "cloud.tencent.com: COS request signature"},
	{id: 45, kind: "swift-temp-url", names: []string{"tempurlsig"}, test: signature, source: "docs.openstack.org: TempURL middleware"},
	{id: 46, kind: "edge-token", names: []string{"hmac", "hdnts", "hdnea", "hdntl"}, test: signature, source: "cloud.google.com: Media CDN dual-token authentication"},
	{id: 47, kind: "azure-sas-signature", names: []string{"sig"}, test: signature, source: "learn.microsoft.com: shared access signatures"},
	{id: 48, kind: "url-signature", names: []string{"signature", "xbzsignature", "sign", "hmacsignature", "xsignature", "oauthsignature", "hubsignature", "hubsignature256", "signatureed", "response"}, test: signature, source: "docs.aws.amazon.com: CloudFront signed URLs; cloud.google.com: Cloud CDN signed URLs"},
	{id: 49, kind: "azure-account-key", names: []string{"accountkey", "azurestoragekey", "storagekey", "storageaccountkey"}, test: generated, source: "learn.microsoft.com: connection strings"},
	{id: 50, kind: "azure-shared-access-key", names: []string{"sharedaccesskey", "sharedsecretvalue", "saskey"}, test: generated, source: "learn.microsoft.com: Service Bus connection strings"},
	{id: 51, kind: "aws-secret-key", names: []string{"secretaccesskey", "awssecretkey", "awssecret", "accesskeysecret"}, test: generated, source: "docs.aws.amazon.com: access keys"},
	{id: 52, kind: "aws-session-token", names: []string{"awssessiontoken", "awssecuritytoken"}, test: generated, source: "docs.aws.amazon.com: temporary credentials"},

	{id: 60, kind: "iceberg-s3-access-key-id", names: []string{"s3accesskeyid"}, test: nonEmpty, source: "iceberg.apache.org: S3FileIO properties"},
	{id: 61, kind: "iceberg-s3-secret-access-key", names: []string{"s3secretaccesskey"}, test: nonEmpty, source: "iceberg.apache.org: S3FileIO properties"},
	{id: 62, kind: "iceberg-s3-session-token", names: []string{"s3sessiontoken"}, test: nonEmpty, source: "iceberg.apache.org: S3FileIO properties"},
	{id: 63, kind: "iceberg-gcs-oauth2-token", names: []string{"gcsoauth2token", "oauth2token"}, test: nonEmpty, source: "iceberg.apache.org: GCSFileIO properties"},
	{id: 64, kind: "iceberg-adls-sas-token", names: []string{"adlssastoken", "sastoken"}, test: nonEmpty, source: "iceberg.apache.org: ADLSFileIO properties"},
	{id: 65, kind: "iceberg-adls-connection-string", names: []string{"adlsconnectionstring"}, test: nonEmpty, source: "iceberg.apache.org: ADLSFileIO properties"},
	{id: 66, kind: "iceberg-adls-shared-key", names: []string{"adlsauthsharedkeyaccountkey", "adlsaccountkey", "sharedkeyaccountkey"}, test: nonEmpty, source: "iceberg.apache.org: ADLSFileIO properties"},
	{id: 67, kind: "iceberg-oss-access-key-secret", names: []string{"clientaccesskeysecret"}, test: nonEmpty, source: "iceberg.apache.org: OSSFileIO properties"},
	{id: 68, kind: "iceberg-oss-security-token", names: []string{"clientsecuritytoken"}, test: nonEmpty, source: "iceberg.apache.org: OSSFileIO properties"},
	{id: 69, kind: "iceberg-credential", names: []string{"credential"}, test: pairValue, source: "iceberg.apache.org: REST catalog properties"},

	{id: 80, kind: "password", names: []string{"password", "passwd", "passphrase", "pwd", "pass", "pswd", "passwort", "motdepasse", "contrasena", "bindpw", "rootpw", "userpw", "adminpw", "passwrd", "pword", "passwordconfirmation", "snmpcommunity", "communitystring", "psswd", "pswrd", "psword", "psswrd", "pssword", "paswd", "paswrd", "pasword", "senha", "kennwort", "wachtwoord", "haslo", "heslo", "dbpw", "bindcredential", "bindcredentials", "rootdnpw", "requirepass", "masterauth", "adminpass", "dbpass", "keystorekey", "truststorekey", "mongopass", "mysqlpass",
		"pgpass", "postgrespass", "rootpass", "userpass", "redispass", "ftppass", "smtppass", "ldappass", "mailpass", "sudopass", "sshpass", "proxypass", "basicpass", "authpass", "masterpass", "keypass", "storepass", "passwords", "passphrases", "clickhousekey"}, test: password, source: "a name that people give to passwords"},
	{id: 81, kind: "client-secret", names: []string{"clientsecret", "appsecret", "consumersecret", "oauthsecret", "clientsecrets"}, test: generated, source: "RFC 6749"},
	{id: 82, kind: "secret", names: []string{"secret", "secretkey", "sharedsecret", "webhooksecret", "signingsecret", "secrettext", "apisecret", "secretvalue", "tokensecret", "secrethash", "secretkeys"}, test: generated, source: "a name that people give to secrets"},
	{id: 83, kind: "api-key", names: []string{"apikey", "appkey", "applicationkey", "subscriptionkey", "licensekey", "servicekey", "authkey", "adminkey", "integrationkey", "writekey", "functionkey", "functionskey", "jfrogartapi", "xauthkey", "sdkkey", "duoskey", "apikeyprivate", "apikeys"}, test: generated, source: "OpenAPI 3: apiKey security schemes"},
	{id: 84, kind: "access-key", names: []string{"accesskey", "s3accesskey"}, test: generated, source: "a name that people give to access keys"},
	{id: 85, kind: "private-key", names: []string{"privatekey", "privatekeyhex", "aes256key", "aes128key", "cipherkey", "kek", "dek", "signingkey", "encryptionkey", "decryptionkey", "masterkey", "hmackey", "symmetrickey", "presharedkey", "psk", "sharedkey", "keymaterial", "secretkeybase", "rootkey", "datakey", "aeskey", "sessionkey", "storekey", "customerkey", "wrappingkey", "cryptkey", "merchantkey", "fcmkey", "apnskey", "tacacskey", "ospfkey", "clientkeydata", "keydata", "unsealkey", "primarymasterkey", "secondarymasterkey", "cosmosdbprimarykey", "cosmosdbsecondarykey", "cosmosprimarykey", "fernetkey", "encryptkey", "encrypt", "unsealkeysb", "unsealkeyshex", "unsealkeys", "recoverykeysb", "recoverykeyshex", "recoverykeys", "recoverykey", "privatekeys", "signingkeys", "encryptionkeys", "hmackeys", "authsalt", "loggedinsalt", "noncesalt", "loggedinkey", "noncekey"}, test: generated, source: "a name that people give to keys"},
	{id: 86, kind: "access-token", names: []string{"accesstoken", "refreshtoken", "authtoken", "idtoken", "bearertoken", "sessiontoken", "securitytoken", "apitoken", "sonarlogin", "usertoken", "bottoken", "deploytoken", "oauthtoken", "personalaccesstoken", "vaulttoken", "githubtoken", "jwttoken", "oauthverifier", "clientassertion", "assertion", "subjecttoken", "actortoken", "registrationtoken", "servicetoken", "tasktoken", "jointoken", "roottoken", "accesstokensecret", "logintoken", "resettoken", "invitetoken", "devicetoken", "delegationtoken", "delegation", "accesstokens", "refreshtokens", "authtokens", "bearertokens"}, test: generated, source: "RFC 6749, RFC 8693"},
	{id: 87, kind: "token", names: []string{"token", "auth", "jwt", "bearer", "apitokens", "pat", "sas", "xauth", "authorizationcode", "codeverifier", "devicecode", "code", "ticket", "samlresponse", "samlassertion", "tokens"}, test: long, source: "a name that people give to tokens"},
	{id: 88, kind: "credentials", names: []string{"credentials", "creds", "cred"}, test: long, source: "a name that people give to credentials"},
	{id: 89, kind: "authorization-header", names: []string{"authorization", "proxyauthorization", "xauthorization", "xforwardedauthorization", "headerauthorization"}, test: header, source: "RFC 9110"},
	{id: 90, kind: "session-cookie", names: []string{"sessionid", "jsessionid", "phpsessid", "connectsid", "aspnetsessionid", "sid", "sessid", "session", "sessioncookie", "xsrftoken", "csrftoken", "csrf", "xsrf", "rememberme", "authcookie", "gapsession", "iapuid", "aspxauth", "aspnetcoreauth", "aspnetcorecookies"}, test: session, source: "RFC 6265"},
	{id: kindCookie, kind: "cookie", names: []string{"cookie", "setcookie", "cookies"}, test: cookies, source: "RFC 6265"},
	{id: 93, kind: "dropbox-shared-link", names: []string{"rlkey"}, test: long, source: "dropbox.com: links of shared folders"},
	{id: 94, kind: "seed-phrase", names: []string{"mnemonic", "mnemonicphrase", "seedphrase", "seedwords", "recoveryphrase", "secretphrase", "backupphrase", "phrase"}, test: wordList, source: "BIP 39"},
	{id: 95, kind: "vendor-key-header", names: withoutMarks(vendorNames), test: generated, source: "docs.honeycomb.io, api.ovh.com, developer.ebay.com, jenkins.io, metabase.com, vercel.com, learn.microsoft.com, ups.com, developer.wordpress.org, home-assistant.io"},
	{id: 96, kind: "one-time-code", names: []string{"otp", "totp", "hotp", "mfa", "2fa", "twofactor"}, test: oneTime, source: "RFC 4226, RFC 6238"},
	{id: 101, kind: "verification-code", names: []string{"otpcode", "totpcode", "otptoken", "mfacode", "mfatoken", "2facode", "2fatoken", "tfacode", "twofactorcode", "twofactortoken", "verificationcode", "verifycode", "securitycode",
		"authcode", "logincode", "signincode", "smscode", "onetimecode", "tokencode", "backupcode", "accesscode", "authenticatorcode", "resetcode"}, test: codeOrLong, source: "NIST SP 800-63B"},
	{id: 97, kind: "passcode", names: []string{"passcode", "onetimepassword", "onetimepasscode", "temporarypassword"}, test: passcode, source: "a name that people give to codes"},
	{id: 98, kind: "pin", names: []string{"pin", "userpin", "cardpin", "onetimepin", "verificationpin", "mfapin"}, test: pin, source: "ISO 9564"},
	{id: 100, kind: "card-verification-code", names: []string{"cvv", "cvc", "cvvcode", "cvccode", "cardcode", "cardverificationcode", "cardsecuritycode"}, test: cardCode, source: "PCI DSS"},
	{id: 102, kind: "secrets-manager-value", names: []string{"secretstring", "secretbinary"}, test: password, source: "docs.aws.amazon.com: Secrets Manager, GetSecretValue"},
	{id: 91, kind: "metrics-secret", names: []string{"xmetricssecret"}, test: nonEmpty, source: "RFC 9110"},

	{id: 99, kind: "none", names: []string{
		"pagetoken", "nextpagetoken", "nexttoken", "continuationtoken", "synctoken", "skiptoken", "deltatoken", "starttoken",
		"cursortoken", "resumetoken", "scrolltoken", "fencingtoken", "pagingtoken", "prevtoken", "previoustoken", "nextbackwardtoken",
		"nextforwardtoken", "locktoken", "leasetoken", "paginationtoken", "sequencetoken", "checkpointtoken", "iteratortoken", "resumptiontoken", "idempotencytoken", "requesttoken", "clientrequesttoken", "changetoken", "partitiontoken", "watchtoken",
		"nextcontinuationtoken", "prevpagetoken", "lasttoken", "firsttoken", "snapshottoken", "marktoken", "markertoken", "bookmarktoken",
		"publicsigningkey", "publicaccesskey", "existingsecret", "pullsecret", "imagepullsecret", "tlssecret", "statuscode", "errorcode", "countrycode", "currencycode", "responsecode", "exitcode", "reasoncode",
		"zipcode", "postcode", "pincode", "regioncode", "languagecode", "sourcecode", "productcode", "routingcode", "hashcode", "returncode",
	}, test: pass},
}

// vendorNames are the names of headers that carry a key or a session and do not say
// so, as their vendors document them.
var vendorNames = []string{
	"honeycomb-team", "ovh-consumer", "ovh-application", "ebay-api-cert-name", "jenkins-crumb", "metabase-session", "protection-bypass",
	"identity-header", "access-license-number", "wp-nonce", "ha-access", "zumo-auth",
}

// withoutMarks writes names as the table has them.
func withoutMarks(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ReplaceAll(n, "-", "")
	}
	return out
}

// endings has a bit for the hash of the last three letters of each name.
var endings = indexEndings()

func indexEndings() (bits [1 << hashBits / 64]uint64) {
	for i := range nameRows {
		for _, n := range nameRows[i].names {
			h := hash3(load3(n, len(n)-3))
			bits[h>>6] |= 1 << (h & 63)
		}
	}
	return bits
}

// secretEnding reports whether the name can be in the table, by its last three
// letters.
func secretEnding(raw string) bool {
	n := len(raw)
	if n < 3 {
		return false
	}
	h := hash3(load3(raw, n-3))
	return endings[h>>6]>>(h&63)&1 != 0 || !is(raw[n-2], letter) || !is(raw[n-3], letter) ||
		ofAccount(raw)
}

// ofAccount reports whether the name can be that of a property with an account
// behind it.
func ofAccount(raw string) bool {
	switch raw[0] | 0x20 {
	case 'a':
		return hasFold(raw, 0, "adls")
	case 'f':
		return hasFold(raw, 0, "fs.azure.") || hasFold(raw, 0, "fs_azure_")
	case 's':
		return hasFold(raw, 0, "spark.hadoop.fs.azure.") || hasFold(raw, 0, "spark_hadoop_fs_azure_")
	}
	return false
}

// beginnings has a bit for the hash of the first three letters and the length
// of each name, so that few words are looked up that are none.
var beginnings = indexBeginnings()

func indexBeginnings() (bits [1 << hashBits / 64]uint64) {
	for i := range nameRows {
		for _, n := range nameRows[i].names {
			h := wordHash(n[0], n[1], n[2], len(n))
			bits[h>>6] |= 1 << (h & 63)
		}
	}
	return bits
}

func wordHash(a, b, c byte, length int) uint32 {
	return (uint32(a) | uint32(b)<<8 | uint32(c)<<16 | uint32(length)<<24) * golden >> (32 - hashBits)
}

type nameEntry struct {
	row  *nameRow
	test test
}

// nameTable finds the entries of names, a table with open addressing. It has their
// numbers, 0 for none, so that it is small.
type nameTable struct {
	slots   [1 << nameBits]uint16
	names   []string
	entries []nameEntry
}

const nameBits = 10

var nameIndex = indexNames()

func indexNames() *nameTable {
	t := &nameTable{names: make([]string, 1), entries: make([]nameEntry, 1)}
	for i := range nameRows {
		for _, n := range nameRows[i].names {
			*t.slot(n) = uint16(len(t.names))
			t.names = append(t.names, n)
			t.entries = append(t.entries, nameEntry{row: &nameRows[i], test: nameRows[i].test})
		}
	}
	return t
}

// slot returns where a name stands, or can stand.
func (t *nameTable) slot(name string) *uint16 {
	for i := wordKey(name) >> (64 - nameBits); ; i++ {
		if s := &t.slots[i%(1<<nameBits)]; *s == 0 || t.names[*s] == name {
			return s
		}
	}
}

// get returns the entry of a name, the zero entry when it is none.
func (t *nameTable) get(name string) nameEntry { return t.entries[*t.slot(name)] }

// gluedEndings are names that count without a word boundary before them.
var gluedEndings = []string{
	"password", "passwd", "passphrase", "secret", "token", "apikey", "secretkey", "accesskey",
	"privatekey", "signature", "credential", "credentials", "authorization", "sessid", "accountkey", "hmackey", "signingkey",
	"encryptionkey", "masterkey", "sharedkey", "subscriptionkey", "pwd", "unsealkey", "secretvalue", "appkey",
}

// glued holds them by a hash of their last three letters.
var glued = indexGlued()

func indexGlued() (lists [256][]string) {
	for _, e := range gluedEndings {
		h := byte(hash3(load3(e, len(e)-3)))
		lists[h] = append(lists[h], e)
	}
	return lists
}

const maxName = 64

// jumbled reports whether digits and letters alternate in a name as they do in
// encoded bytes.
func jumbled(raw string) bool {
	n, digitBefore, letterBefore := 0, uint64(0), uint64(0)
	for at := 0; at < len(raw); at += blockSize {
		m := lettersOf(raw[at:])
		letter := m.upper | m.lower
		n += bits.OnesCount64(m.digit&(letter<<1|letterBefore) | letter&(m.digit<<1|digitBefore))
		digitBefore, letterBefore = m.digit>>(blockSize-1), letter>>(blockSize-1)
	}
	return n > 3
}

// lookup returns what the table knows of a name as it stands in a text, with
// separators and in any case. The longest ending that begins at a word
// boundary decides, so that next_page_token is not a token.
func lookup(raw string) (nameEntry, bool) {
	if len(raw) > maxName && ofAccount(raw) {
		raw = raw[:maxName]
	}
	for len(raw) > 3 && is(raw[len(raw)-1], digit|dash|under|dot) && !strings.HasSuffix(raw, "256") {
		raw = raw[:len(raw)-1]
	}
	if n := len(raw) - len("_v"); n > 3 && raw[n+1]|0x20 == 'v' && is(raw[n], dash|under) {
		raw = raw[:n] // of a version
	}
	raw = withoutDashes(raw)
	switch {
	case shortPassword(raw):
		return nameIndex.get("password"), true
	case !secretEnding(raw):
		return nameEntry{}, false
	case len(raw) < blockSize && lettersOf(raw).lower == 1<<len(raw)-1: // as normalise writes it
		return find(raw, bytesOf(raw), 1)
	case len(raw) >= 8 && jumbled(raw) && !ofAccount(raw):
		return nameEntry{}, false
	}
	var buf nameBuffer
	n, starts := normalise(raw, &buf)
	return find(raw, buf[:n], starts)
}

// find looks up a name that normalise wrote, where words begin at the bits of starts.
func find(raw string, text []byte, starts uint64) (nameEntry, bool) {
	n := len(text)
	if n < 3 {
		return nameEntry{}, false
	}
	for ; starts != 0; starts &= starts - 1 {
		i := bits.TrailingZeros64(starts)
		if i+2 >= n {
			break
		}
		if h := wordHash(text[i], text[i+1], text[i+2], n-i); beginnings[h>>6]>>(h&63)&1 == 0 {
			continue
		}
		if e := nameIndex.get(view(text[i:])); e.row != nil {
			return e, e.test != pass
		}
	}
	for _, ending := range glued[byte(hash3(load3(raw, len(raw)-3)))] {
		if len(ending) < n && string(text[n-len(ending):]) == ending {
			return nameIndex.get(ending), true
		}
	}
	if string(text[n-3:]) == "key" && (hasFold(raw, 0, "x-") || ofProvider(text)) {
		return customKey(text)
	}
	return prefixed(text)
}

// shortPassword reports whether the last word of a name is pw.
func shortPassword(raw string) bool {
	at := len(raw) - len("pw")
	return hasFold(raw, at, "pw") && (at == 0 || !is(raw[at-1], alnum) || raw[at] == 'P' && is(raw[at-1], lower)) && !random(raw[:at])
}

// withoutDashes returns the name of an option without its dashes and, when it
// sets a property, without -D or -P.
func withoutDashes(raw string) string {
	for len(raw) > 3 && raw[0] == '-' {
		if raw = raw[1:]; (raw[0] == 'D' || raw[0] == 'P') && is(raw[1], lower) && strings.ContainsAny(raw, "._") {
			return raw[1:]
		}
	}
	return raw
}

// customKey knows the keys of providers and headers of one's own, X-...-Key,
// except for those that name keys of other kinds.
func customKey(text []byte) (nameEntry, bool) {
	for _, k := range [...]string{"cachekey", "idempotencykey", "partitionkey", "publickey", "sortkey", "objectkey", "primarykey", "requestkey", "surrogatekey"} {
		if len(text) > len(k) && string(text[len(text)-len(k):]) == k {
			return nameEntry{}, false
		}
	}
	return nameIndex.get("apikey"), true
}

// accountProperties begin with a secret's name and end with the account that it is for: Iceberg's ADLSFileIO,
// and the Azure connector of Hadoop (hadoop.apache.org: ABFS).
var accountProperties = [...]struct{ head, name string }{
	{"adlssastoken", "adlssastoken"},
	{"adlsconnectionstring", "adlsconnectionstring"},
	{"adlsauthsharedkeyaccountkey", "adlsauthsharedkeyaccountkey"},
	{"fsazureaccountkey", "adlsauthsharedkeyaccountkey"},
	{"fsazuresasfixedtoken", "sastoken"},
	{"fsazureaccountoauth2clientsecret", "clientsecret"},
}

// prefixed knows the properties that carry an account or a host behind them.
func prefixed(text []byte) (nameEntry, bool) {
	if hasBytes(text, "sparkhadoop") {
		text = text[len("sparkhadoop"):]
	}
	if len(text) == 0 || text[0] != 'a' && text[0] != 'f' {
		return nameEntry{}, false
	}
	for _, p := range accountProperties {
		if len(text) > len(p.head) && hasBytes(text, p.head) && !hasBytes(text[len(p.head):], "expires") {
			return nameIndex.get(p.name), true
		}
	}
	return nameEntry{}, false
}

func hasBytes(text []byte, head string) bool {
	return len(text) >= len(head) && string(text[:len(head)]) == head
}

// nameBuffer has the letters and digits of a name, and room to write eight at once.
type nameBuffer [maxName + 8]byte

// normalise writes the letters and digits of raw in lower case to buf, drops a
// trailing number, and returns the length and a bit for each byte where a word
// begins.
func normalise(raw string, buf *nameBuffer) (n int, starts uint64) {
	if len(raw) > maxName {
		raw = raw[len(raw)-maxName:]
	}
	m := lettersOf(raw)
	all := m.all()
	words := all&^(all<<1) | m.upper&((m.lower|m.digit)<<1|m.lower>>1)
	for todo := all; todo != 0; {
		at := bits.TrailingZeros64(todo)
		size := bits.TrailingZeros64(^(all >> at))
		starts |= words >> at & (1<<size - 1) << (n & 63)
		for k := 0; k < size; k += 8 {
			binary.LittleEndian.PutUint64(buf[n+k:], load(raw, at+k)|foldMask)
		}
		n += size
		todo = todo >> (at + size) << (at + size)
	}
	for n > 0 && is(buf[n-1], digit) && !hasBytes(buf[max(0, n-3):n], "256") {
		n--
	}
	return n, starts
}
