package scan

import (
	"net/url"
	"strings"
)

// handler says what decides at an anchor.
type handler uint8

const (
	onRow handler = iota
	onName
	onScheme
	onJOSE
	onJWK
	onPEM
	onUserinfo
	onBeside
	onBlob
	onCommand
	onLogin
	onForeign
	onWide // base64 of UTF-16 stands behind it
	onPosition
	onPiped
	onACL
	onMAC
	onRefused // a value that an error quotes before the name
	onPrefixed
	onPayload
	onSecureString
	onManifest
	onHidden // an encoding that hides anchors begins here
)

// anchor is a literal that must stand in a text for a rule to have a chance.
type anchor struct {
	text string
	fold bool // in any case
	next set  // what may follow; 0 for anything
	on   handler
	arg  int // the row for onRow
}

// separators are the bytes that can follow a short secret-bearing name.
const separatorBytes = "=:\"'\\ %]&>+\t`\n"

// named are the anchors that do not come from the table of fixed shapes.
var named = []anchor{
	{text: "pass", fold: true, on: onName},
	{text: "pswd", fold: true, on: onName},
	{text: "pswrd", fold: true, on: onName},
	{text: "psword", fold: true, on: onName},
	{text: "pssw", fold: true, on: onName},
	{text: "pasw", fold: true, on: onName},
	{text: "key", fold: true, next: digit, on: onName},
	{text: "duo_skey", fold: true, on: onName},
	{text: "contrasena", fold: true, on: onName},
	{text: "motdepasse", fold: true, on: onName},
	{text: "secret", fold: true, on: onName},
	{text: "token", fold: true, on: onName},
	{text: "cred", fold: true, on: onName},
	{text: "auth", fold: true, on: onName},
	{text: "signature", fold: true, on: onName},
	{text: "hmac", fold: true, on: onName},
	{text: "bearer", fold: true, on: onName},
	{text: "sess", fold: true, on: onName},
	{text: "cookie", fold: true, on: onName},
	{text: "temp_url_sig", fold: true, on: onName},
	{text: "assertion", fold: true, on: onName},
	{text: "samlresponse", fold: true, on: onName},
	{text: "verifier", fold: true, on: onName},
	{text: "sonar.login", fold: true, on: onName},
	{text: "sonarlogin", fold: true, on: onName},
	{text: "accesskeyid", fold: true, on: onName},
	{text: "access-key-id", fold: true, on: onName},
	{text: "access_key_id", fold: true, on: onName},
	{text: "connection-string", fold: true, on: onName},
	{text: "response=", fold: true, on: onName},
	{text: "hdnts", fold: true, on: onName},
	{text: "hdnea", fold: true, on: onName},
	{text: "hdntl", fold: true, on: onName},
	{text: "ticket", fold: true, on: onName},
	{text: "azure.account.key", fold: true, on: onName},
	{text: "azure_account_key", fold: true, on: onName},
	{text: "key-data", fold: true, on: onName},
	{text: "jfrog-art-api", fold: true, on: onName},
	{text: "unseal", fold: true, on: onName},
	{text: "senha", fold: true, on: onName},
	{text: "kennwort", fold: true, on: onName},
	{text: "wachtwoord", fold: true, on: onName},
	{text: "haslo", fold: true, on: onName},
	{text: "heslo", fold: true, on: onName},
	{text: "pword", fold: true, on: onName},
	{text: "key_hex", fold: true, on: onName},
	{text: "key-hex", fold: true, on: onName},
	{text: "keyhex", fold: true, on: onName},
	{text: "apikey_private", fold: true, on: onName},
	{text: "apikey-private", fold: true, on: onName},
	{text: "mnemonic", fold: true, on: onName},
	{text: "phrase", fold: true, on: onName},
	{text: "seed_words", fold: true, on: onName},
	{text: "recovery_key", fold: true, on: onName},
	{text: "snmp_communit", fold: true, on: onName},
	{text: "snmp-communit", fold: true, on: onName},
	{text: "snmpcommunit", fold: true, on: onName},
	{text: "communitystring", fold: true, on: onName},
	{text: "community_string", fold: true, on: onName},
	{text: "rememberme", fold: true, on: onName},
	{text: "remember_me", fold: true, on: onName},
	{text: "remember-me", fold: true, on: onName},
	{text: "logged_in_", fold: true, on: onName},
	{text: "nonce_salt", fold: true, on: onName},
	{text: "encrypt", fold: true, next: stop | equals | colon, on: onName},

	{text: "identified", fold: true, on: onCommand},
	{text: "set password for", fold: true, on: onCommand},
	{text: "curl", on: onCommand},
	{text: "sshpass", on: onCommand},
	{text: "mysql", on: onCommand},
	{text: "mariadb", on: onCommand},
	{text: "redis-cli", on: onCommand},
	{text: "docker login", on: onCommand},
	{text: "podman login", on: onCommand},
	{text: "registry login", on: onCommand},
	{text: "ldapsearch", on: onCommand},
	{text: "ldapadd", on: onCommand},
	{text: "ldapmodify", on: onCommand},
	{text: "mongosh", on: onCommand},
	{text: "mongodump", on: onCommand},
	{text: "sqlcmd", on: onCommand},
	{text: "beeline", on: onCommand},
	{text: "cqlsh", on: onCommand},
	{text: "smbclient", on: onCommand},
	{text: "openssl", on: onCommand},
	{text: "ssh-keygen", on: onCommand},
	{text: "psexec", fold: true, on: onCommand},
	{text: "mongo ", on: onCommand},
	{text: "mongoimport ", on: onCommand},
	{text: "mongoexport ", on: onCommand},
	{text: "mongorestore ", on: onCommand},
	{text: "bcp ", on: onCommand},
	{text: "twine upload", on: onCommand},
	{text: "zip -P", on: onCommand},
	{text: "7z ", on: onCommand},
	{text: "xfreerdp", on: onCommand},

	{text: "mc alias set ", on: onPosition},
	{text: "mc config host add ", on: onPosition},
	{text: "activate-refresh-token ", on: onPosition},
	{text: "net use ", on: onPosition},
	{text: "ConvertTo-SecureString ", on: onPosition},
	{text: "AUTH ", on: onPosition},
	{text: "--password-stdin", on: onPiped},
	{text: "sudo -S", on: onPiped},
	{text: "<<<", on: onPiped},
	{text: " on >", on: onACL},
	{text: "Hawk ", on: onMAC},
	{text: "MAC id=", on: onMAC},

	{text: "bearer", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "basic", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "dpop", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "ssws", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "negotiate", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "ntlm", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "apikey", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "api-key", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "geniekey", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "splunk", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "sharedkey", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "sharedkeylite", fold: true, next: stop | plus | bang, on: onScheme},
	{text: "token", fold: true, next: stop | plus | bang, on: onScheme},

	{text: "value \"", on: onRefused},
	{text: "value \\\"", on: onRefused},
	{text: "value '", on: onRefused},
	{text: "argument \"", on: onRefused},
	{text: "argument \\\"", on: onRefused},
	{text: "argument '", on: onRefused},
	{text: "key_", fold: true, on: onPrefixed},
	{text: "key-", fold: true, on: onPrefixed},
	{text: "token_", fold: true, on: onPrefixed},
	{text: "token-", fold: true, on: onPrefixed},
	{text: "tok_", fold: true, on: onPrefixed},
	{text: "tok-", fold: true, on: onPrefixed},
	{text: "secret_", fold: true, on: onPrefixed},
	{text: "secret-", fold: true, on: onPrefixed},
	{text: "apikey_", fold: true, on: onPrefixed},
	{text: "apikey-", fold: true, on: onPrefixed},
	{text: "api_", fold: true, on: onPrefixed},
	{text: "api-", fold: true, on: onPrefixed},
	{text: "sdk_", fold: true, on: onPrefixed},
	{text: "sdk-", fold: true, on: onPrefixed},

	{text: "payload", fold: true, next: quote | colon, on: onPayload},
	{text: "SecureString", on: onSecureString},
	{text: "kind: Secret", on: onManifest},
	{text: "\"kind\":\"Secret\"", on: onManifest},
	{text: "\"kind\": \"Secret\"", on: onManifest},
	{text: "kind\\\":\\\"Secret", on: onHidden},

	{text: "kty", fold: true, on: onJWK},
	{text: "crv", fold: true, on: onJWK},
	{text: "AQAB", on: onJWK},
	{text: "\"k", next: quote, on: onJWK},
	{text: "\"d", next: quote, on: onJWK},
	{text: "BEGIN", on: onPEM},
	{text: "-END ", on: onPEM},
	{text: "-END+", on: onPEM},
	{text: "@", on: onUserinfo},
	{text: "sql://", fold: true, on: onLogin},
	{text: "sql2://", fold: true, on: onLogin},
	{text: "postgres://", fold: true, on: onLogin},
	{text: "asyncpg://", fold: true, on: onLogin},
	{text: "psycopg2://", fold: true, on: onLogin},
	{text: "redis://", fold: true, on: onLogin},
	{text: "rediss://", fold: true, on: onLogin},
	{text: "amqp://", fold: true, on: onLogin},
	{text: "amqps://", fold: true, on: onLogin},
	{text: "mongodb://", fold: true, on: onLogin},
	{text: "mongodb+srv://", fold: true, on: onLogin},
	{text: "clickhouse://", fold: true, on: onLogin},
	{text: "snowflake://", fold: true, on: onLogin},
	{text: "socks5://", fold: true, on: onLogin},
	{text: "ftp://", fold: true, on: onLogin},
	{text: "dap://", fold: true, on: onLogin}, // LDAP
	{text: "daps://", fold: true, on: onLogin},
	{text: "ats://", fold: true, on: onLogin}, // NATS
	{text: "smb://", fold: true, on: onLogin},
	{text: "ino://", fold: true, on: onLogin}, // Trino
	{text: "oauth2:", on: onLogin},
	{text: "x-access-token:", on: onLogin},
	{text: ":5432:", on: onLogin},
	{text: ":thin:", fold: true, on: onLogin},
	{text: "https://", fold: true, on: onLogin},
	{text: "http://", fold: true, on: onLogin},
	{text: "3a5432%", fold: true, on: onHidden},
	{text: "AKIA", on: onBeside},
	{text: "ASIA", on: onBeside},
	{text: "GOOG1E", on: onBeside},
	{text: "LTAI", on: onBeside},

	{text: "-lines:", fold: true, on: onBlob},
	{text: "$ANSIBLE_VAULT;", on: onBlob},
	{text: "-lines%3", fold: true, on: onHidden},

	{text: "[", next: digit, on: onHidden},
	{text: "{", next: digit, on: onHidden},
	{text: "0x", fold: true, next: digit, on: onHidden},
	{text: "%40", on: onHidden},
	{text: "%e2%8", fold: true, on: onHidden},
	{text: "%ef%b", fold: true, on: onHidden},
	{text: "%c2%ad", fold: true, on: onHidden},
	{text: "%2d", fold: true, on: onHidden},
	{text: "%2e", fold: true, on: onHidden},
	{text: "%5f", fold: true, on: onHidden},
	{text: "%25", on: onHidden},
	{text: "\\/", on: onHidden},
	{text: "\\u", on: onHidden},
	{text: "\\x", on: onHidden},
	{text: "&#", on: onHidden},
	{text: "\xe2\x80", on: onHidden},
	{text: "\xe2\x81", on: onHidden},
	{text: "\xc2\xa0", on: onHidden},
	{text: "\xe3\x80\x80", on: onHidden},
	{text: "\xef\xbb\xbf", on: onHidden},
	{text: "\xef\xb8", on: onHidden},
	{text: "\xc2\xad", on: onHidden},
	{text: "\xe1\xa0\x8e", on: onHidden},
	{text: "\xcd\x8f", on: onHidden},
	{text: "encodedcommand", fold: true, on: onWide},
	{text: "frombase64string", fold: true, on: onWide},
	{text: "-enc ", fold: true, on: onWide},
	{text: "=3D", on: onHidden},
	{text: "\x1b[", next: digit | lower, on: onHidden},
	{text: octalEscape, on: onHidden},
	{text: "\n", on: onHidden},
	{text: "\r", on: onHidden},
}

// shortNames are names that are anchors only with a separator behind them.
var shortNames = []string{"key", "sig", "pwd", "pat", "jwt", "sas", "sid", "psk", "sign", "csrf", "xsrf", "code", "otp", "pw", "pin", "mfa", "2fa", "cvv", "cvc", "cvv2", "cvc2"}

// escapedAnchors are the anchors of rows as percent-encoding writes them, when
// it changes them.
func escapedAnchors(from []anchor) []anchor {
	var out []anchor
	known := make(map[string]bool)
	add := func(text string) {
		if !known[text] {
			known[text] = true
			out = append(out, anchor{text: text, on: onHidden})
		}
	}
	for _, a := range from {
		if a.on != onRow {
			continue
		}
		if shapes[a.arg].following(0)&plus != 0 {
			add(a.text + "%2") // its first byte may be escaped
		}
		for _, e := range []string{url.QueryEscape(a.text), url.PathEscape(a.text)} {
			if e != a.text {
				add(e)
				add(lowerEscapes(e))
			}
		}
	}
	return out
}

// lowerEscapes writes the digits of percent escapes in lower case.
func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			b[i+1], b[i+2] = foldByte(b[i+1]), foldByte(b[i+2])
		}
	}
	return string(b)
}

// anchors lists all anchors, those of the fixed shapes first.
var anchors = buildAnchors()

func buildAnchors() []anchor {
	var out []anchor
	for i := range shapes {
		a := anchor{text: shapes[i].anchor, on: onRow, arg: i}
		out = append(out, a)
	}
	out = append(out, named...)
	for _, f := range flags {
		out = append(out, anchor{text: f.flag, on: onCommand}, anchor{text: strings.ReplaceAll(f.flag, " ", "+"), on: onCommand})
	}
	out = append(out, escapedAnchors(out)...)
	for _, n := range vendorNames {
		for _, mark := range []string{"-", "_", ""} {
			out = append(out, anchor{text: strings.ReplaceAll(n, "-", mark), fold: true, on: onName})
		}
	}
	for _, n := range foreign {
		out = append(out, anchor{text: n, on: onForeign})
	}
	for _, n := range shortNames {
		if len(n) > 3 { // found by its letters
			out = append(out, anchor{text: n, fold: true, next: separates, on: onName})
		}
		for i := 0; i < len(separatorBytes) && len(n) <= 3; i++ {
			out = append(out, anchor{text: n + separatorBytes[i:i+1], fold: true, on: onName})
		}
		out = append(out, anchor{text: n + "</", fold: true, on: onName})
	}
	for _, n := range []string{"key", "pwd", "pw"} { // the names of columns, fields and setters
		for _, mark := range []string{"|", ",", ";", "(", "}"} {
			out = append(out, anchor{text: n + mark, fold: true, on: onName})
		}
	}
	for _, n := range []string{"otp", "pin", "code"} {
		for _, mark := range []string{"(", ")", "}"} {
			out = append(out, anchor{text: n + mark, fold: true, on: onName})
		}
	}
	for _, n := range []string{"keys", "kek", "dek"} {
		for _, mark := range []string{":", "=", "\""} {
			out = append(out, anchor{text: n + mark, fold: true, on: onName})
		}
	}
	for _, n := range "4567" {
		out = append(out, anchor{text: "%" + string(n), on: onHidden, next: hexa})
	}
	return out
}
