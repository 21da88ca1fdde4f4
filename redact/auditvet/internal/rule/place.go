package rule

import "strings"

// Place is where a value is looked up by name.
type Place uint8

// The places. Each has its own idea of what an unknown name means.
const (
	Header Place = iota + 1
	Cookie
	Parameter // of a query or form
	Environment
	File
	Property // of a map of configuration
)

var placeNames = []string{"", "header", "cookie", "parameter", "environment variable", "file", "property"}

func (p Place) String() string { return placeNames[p] }

// secretHeaders are headers whose name does not say what they carry.
var secretHeaders = set("x-goog-iap-jwt-assertion x-forwarded-access-token x-amz-security-token x-vault-token x-auth www-authenticate set-cookie x-api-key x-auth-key x-forwarded-client-cert x-ms-copy-source x-id x-sessionid " +
	"sec-websocket-protocol dpop x-amzn-oidc-data")

// headerEnds end names of headers by which clients prove who they are.
var headerEnds = set("auth authentication session passcode pin proof")

// urlHeaders are headers that hold a whole URL, and what its query says.
var urlHeaders = set("referer location x-original-url x-original-uri x-forwarded-uri x-forwarded-url x-rewrite-url")

// URLHeader reports whether a header holds a URL.
func URLHeader(name string) bool { return urlHeaders[strings.ToLower(name)] }

// secretHeader reports whether a header carries a credential.
func secretHeader(name string) bool {
	words := split(name)
	switch class := Classify(name); {
	case strings.EqualFold(name, "X-Iceberg-Access-Delegation"), len(words) == 0:
		return false
	case class == Suspect, secretHeaders[strings.ToLower(name)]:
		return true
	case class == Plain:
		return false
	}
	return headerEnds[words[len(words)-1]] || strings.HasSuffix(strings.ToLower(name), "-customer-key")
}

// Secret reports whether the value that place keeps under name is a secret.
func (p Place) Secret(name string) bool {
	class := Classify(name)
	switch p {
	case Header:
		return secretHeader(name)
	case Cookie:
		return class != Plain
	case Parameter:
		return class == Suspect || suspectParameters[strings.ToLower(name)]
	case File:
		return secretFile(name)
	}
	return class == Suspect
}

// secretFile looks at the directories too: files of a secrets directory are secrets whatever they are called.
func secretFile(path string) bool {
	lower := strings.ToLower(path)
	for _, end := range []string{".pem", ".key", ".p12", ".pfx", ".jks", ".keystore", ".kdbx"} {
		if strings.HasSuffix(lower, end) && !strings.Contains(lower, "public") && !strings.Contains(lower, "cert") && !strings.Contains(lower, "/ca.") {
			return true
		}
	}
	parts := strings.FieldsFunc(lower, func(r rune) bool { return r == '/' || r == '\\' })
	if len(parts) > 0 && parts[len(parts)-1] == "namespace" {
		return false // Kubernetes keeps the namespace's name beside the token
	}
	for _, part := range parts {
		base, _, _ := strings.Cut(part, ".")
		if strings.HasPrefix(part, ".") {
			base = part
		}
		if class := Classify(base); class == Suspect || class == Unknown && speaks(split(base)) {
			return true
		}
	}
	return strings.Contains(lower, "id_rsa") || strings.Contains(lower, "id_ed25519") || strings.Contains(lower, "application_default_credentials")
}
