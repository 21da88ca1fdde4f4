package rule

import "strings"

// Clean are functions through which nothing passes: pseudonyms, digests, parsed identifiers, lengths.
var Clean = set("strconv.Atoi strconv.ParseInt strconv.ParseUint strconv.ParseBool strconv.ParseFloat strings.Index strings.IndexByte " +
	"strings.IndexAny strings.IndexRune strings.LastIndex strings.LastIndexByte strings.Count strings.Compare bytes.Index " +
	"bytes.IndexByte bytes.Count bytes.Compare bytes.Equal strings.EqualFold strings.Contains strings.HasPrefix strings.HasSuffix " +
	"unicode/utf8.RuneCountInString unicode/utf8.RuneCount time.Parse time.ParseDuration time.ParseInLocation net/netip.ParseAddr " +
	"net/netip.ParseAddrPort net/netip.ParsePrefix net/netip.MustParseAddr net.ParseIP net.ParseCIDR net.ParseMAC net/mail.ParseAddress " +
	"github.com/google/uuid.Parse github.com/google/uuid.MustParse github.com/google/uuid.ParseBytes github.com/google/uuid.FromBytes " +
	"crypto/subtle.ConstantTimeCompare crypto/hmac.Equal crypto/hmac.New crypto/sha256.New crypto/hkdf.Key crypto/hkdf.Extract " +
	"crypto/hkdf.Expand crypto/pbkdf2.Key crypto/rsa.SignPKCS1v15 crypto/rsa.SignPSS crypto/ecdsa.SignASN1 crypto/ed25519.Sign " +
	"crypto/ed25519.Verify hash/maphash.String hash/maphash.Bytes hash/crc32.ChecksumIEEE mime.ParseMediaType " +
	"(*net/http.Request).PathValue (*net/http.Request).UserAgent (*net/http.Request).ProtoAtLeast " +
	"(*net/url.URL).Hostname (*net/url.URL).Port (*net/url.URL).EscapedPath (*net/url.URL).IsAbs (*net/url.URL).JoinPath " +
	"(*net/url.Userinfo).Username os.Hostname os.Stat (*golang.org/x/oauth2.Token).Type " +
	"(*golang.org/x/oauth2.Token).Valid (*golang.org/x/oauth2.Config).AuthCodeURL net/http.StatusText net/http.CanonicalHeaderKey " +
	"net/http.DetectContentType (crypto/ed25519.PrivateKey).Public (*crypto/rsa.PrivateKey).Public (*crypto/ecdsa.PrivateKey).Public " +
	"(*crypto/ecdh.PrivateKey).PublicKey (*crypto/ecdh.PrivateKey).Public (crypto.Signer).Public (crypto.Decrypter).Public " + Redact + ".Scan " + Redact + ".ScanAll " + Redact + ".Mask " + Redact + ".NewText " +
	Redact + ".Explain " + Redact + ".NewSecret " + Redact + ".NewKey " + Redact + ".KeysFromEnv (" + Redact + ".Keys).Pseudonym (" +
	Redact + ".Keys).Candidates")

// cleanPackages are packages whose functions all let nothing through.
var cleanPackages = set("crypto/sha256 crypto/sha512 crypto/sha1 crypto/md5 crypto/sha3 crypto/hmac crypto/subtle hash hash/fnv " +
	"hash/crc32 hash/maphash math math/rand math/rand/v2 time sync/atomic.Int64 github.com/google/uuid golang.org/x/crypto/bcrypt " +
	"golang.org/x/crypto/blake2b golang.org/x/crypto/argon2 golang.org/x/crypto/scrypt crypto/aes crypto/cipher crypto/rsa crypto/ecdsa " +
	"unicode github.com/cespare/xxhash/v2 crypto/rand os/signal runtime runtime/debug testing")

// CleanPackage reports whether nothing passes through the functions of a package.
func CleanPackage(path string) bool { return cleanPackages[path] }

// sizes are names of methods that tell how much something holds.
var sizes = set("Len Cap Size Available Buffered NumField Length Count Cardinality")

// Size reports whether a function of this name tells how much something holds, when its result is a number.
func Size(name string) bool { return sizes[name] }

// authenticators begin the names of functions that turn a credential into who it belongs to.
var authenticators = []string{"Verify", "Lookup", "Authenticate", "Authorize", "Validate", "Introspect", "Check", "ParseWithClaims",
	"ParseUnverified", "Inspect", "WhoAmI", "Resolve", "Identify"}

// Authenticator reports whether a function of this name turns a credential into who it belongs to. What it returns
// does not carry the credential on, unless it is plain text.
func Authenticator(name string) bool {
	if name == "" {
		return false
	}
	name = strings.ToUpper(name[:1]) + name[1:]
	for _, a := range authenticators {
		if strings.HasPrefix(name, a) {
			return true
		}
	}
	return false
}

// minters are parts of the names of functions that make URLs with a signature in them.
var minters = []string{"SignedURL", "SignURL", "Presign", "SASURL", "SASToken", "SignedString", "SignWith", "BuildAuthToken", "SignJWT", "SignJwt", "SignToken"}

// Minter reports whether a function of this name makes a URL or token that grants access.
func Minter(name string) bool {
	for _, m := range minters {
		if strings.Contains(name, m) {
			return true
		}
	}
	return false
}

// shallow are packages of the standard library that are given whole requests and connections: their results carry
// on what they got as text, not what is inside the objects.
var shallow = set("net/http net database/sql os/exec context net/rpc crypto/tls net/http/httptest net/http/cookiejar syscall os")

// Shallow reports whether functions of a package carry on only what they got as text. Those of other packages of the
// standard library carry on whatever can be reached from their arguments.
func Shallow(path string) bool { return shallow[path] || !Standard(path) }

// standardRoots are the first elements of the import paths of the standard library. A dot in the first element is not
// what tells them apart: the path of a module that is not published needs none.
var standardRoots = set("archive arena bufio builtin bytes cmd cmp compress container context crypto database debug embed encoding " +
	"errors expvar flag fmt go hash html image index internal io iter log maps math mime net os path plugin reflect regexp runtime " +
	"simd slices sort strconv strings structs sync syscall testing text time unicode unique unsafe vendor weak")

// Standard reports whether an import path is that of the standard library.
func Standard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return standardRoots[first]
}
