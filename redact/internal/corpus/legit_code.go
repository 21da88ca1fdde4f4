package corpus

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// camel returns a name of n words or more in camel case, as programs have them.
func (g *Gen) camel(n int) string {
	var b strings.Builder
	for range n {
		w := g.of("access", "account", "already", "any", "block", "bucket", "buffer", "bytes", "catalog", "cert", "client", "code", "config", "context",
			"credential", "default", "does", "event", "exceeded", "expired", "extra", "fault", "field", "final", "from", "handler", "header", "header",
			"index", "invalid", "key", "length", "limit", "list", "manual", "match", "max", "method", "missing", "name", "next", "not", "object",
			"order", "owned", "page", "parse", "policy", "prefix", "private", "provider", "read", "record", "request", "require", "reset", "scope",
			"secret", "service", "signature", "skewed", "state", "storage", "such", "table", "time", "token", "too", "type", "upload", "user", "verify", "with", "write")
		b.WriteString(strings.ToUpper(w[:1]) + w[1:])
	}
	return b.String()
}

func (g *Gen) lowerCamel(n int) string {
	v := g.camel(n)
	return strings.ToLower(v[:1]) + v[1:]
}

// member is a member of something that has the name of a variable.
func (g *Gen) member() string {
	return g.of("s", "e", "cfg", "req", "h", "c", "tls13", "abi", "state") + "." + g.of(g.camel(3), g.lowerCamel(3))
}

// codeClasses are lines of programs and what compilers, tests and services say of
// them around words that secrets are called by.
var codeClasses = []Class{
	{"error-code", func(g *Gen) string {
		code := g.of("", "Err") + g.camel(g.num(3, 5))
		return fmt.Sprintf(g.of("<Code>%s</Code><Message>x</Message>", `{"code":%q,"message":"x"}`, `{"Code":%q}`, "code=%s", "code = %s", "ErrCode: %s,", "error code: %s", "&Error{Code: %s, Expr: rng}", "if e.Code == %s {"), code)
	}},
	{"code-assignment", func(g *Gen) string {
		return g.of("privateKey", "sessionToken", "clientSecret", "sig", "apiKey", "ClientAuth", "accessToken", "credentials", "emptySignature", "idToken") +
			g.of(" := ", " = ", ": ", ":  ") + g.of(g.camel(3)+"(seed)", g.lowerCamel(4)+",", g.member(), g.camel(4)+"{1}", g.lowerCamel(3)+"["+strconv.Itoa(g.num(0, 9))+"]", "New"+g.camel(3)+"(nil, nil, true)")
	}},
	{"code-member", func(g *Gen) string {
		return g.of("return ", "next = ", "if !", "x := ", "") + "s." + g.of(g.camel(4), g.lowerCamel(4), "Read"+g.of("Uint16", "Uint24")+g.camel(2)) + g.of("", "()", "(ctx)", ".Len()", " != nil {")
	}},
	{"code-type", func(g *Gen) string {
		return g.of("password", "pass", "AccessToken", "secret", "Token", "pwd") + " *" + g.of(g.camel(2), g.word()+"."+g.camel(1), "_C_struct_"+g.word(), g.lowerCamel(3)) + g.of("", ",", ")", " `json:\"x\"`")
	}},
	{"code-constant", func(g *Gen) string {
		return strings.ToUpper(g.word()+"_"+g.word()) + g.of("_PASS", "_PASSWD", "_ENCRYPTION_KEY", "_SECRET", "_TOKEN") + " = 0x" + g.hex(g.num(1, 8)*2)
	}},
	{"code-names", func(g *Gen) string {
		return g.of("S3SecretAccessKey", "DBPassword", "ClientSecret", "SessionToken") + g.of(" = ", ": ", " := ") +
			`"` + g.word() + g.of(".", "-", "_") + g.of("secret-access-key", "password", "client_secret", "session-token", "api-key") + `"`
	}},
	{"code-literal", func(g *Gen) string {
		return fmt.Sprintf(g.of(`append(env, "PWD="+%s)`, `strings.HasPrefix(%s, "password=") {`, `[]string{"token=", %q}`, `s + "secret=" + %s`), g.word())
	}},
	{"code-bytes", func(g *Gen) string {
		return fmt.Sprintf(`%s: []byte("%s\x00\x00\x00\x%s%s")`, g.of("pat", "token", "secret", "code"), strings.ToUpper(g.word()), g.hex(2), g.word())
	}},
	{"test-verdict", func(g *Gen) string {
		return g.of("--- PASS: ", "PASS: ", "    --- PASS: ") + g.of("Test"+g.camel(2), "Test"+g.camel(2)+"/"+g.word()+"_"+strconv.Itoa(g.num(1, 99)), g.word()+"-"+g.word()+".test", "Test"+g.camel(1)+strconv.Itoa(g.num(1, 4096))) + g.of("", " (0.01s)")
	}},
	{"compiler-pass", func(g *Gen) string {
		return g.of("pass", "first pass", "LLVM pass", "optimizer pass", "analysis pass", "boarding pass") + g.of(": ", "=", " = ") +
			g.of(g.word()+"_"+g.word()+"_v"+strconv.Itoa(g.num(1, 9)), "loop-"+g.word()+"-"+strconv.Itoa(g.num(1, 9)), g.camel(3), "PushDown"+g.camel(1))
	}},
	{"working-directory", func(g *Gen) string {
		return g.of("PWD=", "OLDPWD=") + "/" + g.word() + "/" + g.word() + strconv.Itoa(g.num(1, 99))
	}},
	{"mechanism", func(g *Gen) string {
		if g.num(0, 3) == 0 {
			return g.of("credentials", "auth") + g.of(": ", "=") + g.of("Aws"+g.of("Profile", "Account", "Role", "Session")+"-"+g.word()+strconv.Itoa(g.num(1, 9)), "Default"+g.camel(2)+"Credential")
		}
		return g.of("password", "auth", "token", "credentials", "secret", "api_key", "sasl_auth", "password_encryption") + g.of(": ", "=") +
			g.of("scram-sha-"+g.of("256", "512"), "JWT-"+g.of("RS", "ES", "HS", "PS")+g.of("256", "384", "512"), "AWS_MSK_IAM", "sigv4", "md5", "oauth2-bearer", "AWS4-HMAC-SHA256")
	}},
	{"identified-by", func(g *Gen) string {
		return g.of("policy", "row", "user", "table", "a backup") + " identified by " + g.of("'"+g.identifier()+"'", "'"+g.word()+"_"+strconv.Itoa(g.num(1, 99))+"'", "{"+g.lowerCamel(3)+"}", `"`+g.word()+strconv.Itoa(g.num(1, 99))+`"`) + g.of("", " is missing", " was dropped")
	}},
	{"key-mention", func(g *Gen) string {
		line := "BEGIN " + g.of("RSA ", "EC ", "OPENSSH ", "") + "PRIVATE KEY-----"
		return g.of(`missing "-----`+line+`" header in `+g.word(), "expected '-----"+line+"', got "+g.word(), "-----"+line+"\nREDACTED\n-----"+strings.Replace(line, "BEGIN", "END", 1), "-----"+line+`\n[REDACTED]\n-----`+strings.Replace(line, "BEGIN", "END", 1), "$ANSIBLE_VAULT;1.1;AES256 in "+g.word()+".yml")
	}},
	{"token-elided", func(g *Gen) string {
		return g.of("JWT ", "Bearer ", "token=") + segment(`{"alg":"RS256","kid":"`+g.url64(9)+`"}`) + g.of(".REDACTED.REDACTED", ".***.***", ".[REDACTED]")
	}},
	{"visit-cookie", func(g *Gen) string {
		return g.of("Cookie: ", "cookie=", "Set-Cookie: ") + g.of("AWSALB="+g.b64(60), "AWSALBCORS="+g.b64(60), "ajs_anonymous_id="+g.uuid(), "GCLB="+g.url64(16), "_fbp=fb.1."+g.chars(digits, 13)+"."+g.chars(digits, 10), "ARRAffinity="+g.hex(64)) + g.of("", "; lang=en", "; Path=/")
	}},
	{"embedded-report", func(g *Gen) string {
		return g.of("https://app.powerbi.com/view?r=", "cursor: ") + base64.StdEncoding.EncodeToString([]byte(`{"k":"`+g.of(g.uuid(), g.word())+`","t":"`+g.uuid()+`","c":8}`))
	}},
	{"queue-handle", func(g *Gen) string {
		return g.of("receiptHandle=", "ReceiptHandle: ", "") + "AQEB" + g.b64(g.num(60, 140))
	}},
	{"login-command", func(g *Gen) string {
		return g.of("AUTH FAILED for "+g.word(), "AUTH "+g.hex(16)+" allowed", "AUTH "+g.uuid(), "AUTH PLAIN LOGIN", "AUTH default off", "net use z: \\\\srv\\"+g.word()+" /persistent:no",
			"openssl enc -aes-256-cbc -in "+g.word()+" -out "+g.word()+".enc", "openssl req -newkey rsa:2048 -keyout "+g.word()+".pem", "cat "+g.word()+".txt | docker login -u "+g.word()+" --password-stdin r.example.com",
			"echo $TOKEN | docker login -u x --password-stdin", "echo done | sudo -S ls", "7z x "+g.word()+".7z -o"+g.word(), "zip -r "+g.word()+".zip "+g.word(), "mongo -p 27017 --host "+g.word(),
			"click on >"+g.camel(2), "mc alias set "+g.word()+" https://"+g.word()+".example.com", "Hawk "+g.word()+" id="+g.uuid()+" mac=aa:bb:cc:00:11:22", "MAC id="+g.hex(12), "cat <<< "+g.chars(alnum, 24), "bcp "+g.word()+" out f.csv -S h -T", "twine upload dist/"+g.word()+".whl")
	}},
	{"address-with-user", func(g *Gen) string {
		return g.of(g.word()+":"+g.word()+"@"+g.word()+":"+strconv.Itoa(g.num(1024, 65535)), "sip:"+g.chars(alnum, 8)+"@pbx.example.com:5060", g.word()+"/"+g.word()+"@"+g.word()+".example.com:8080/"+g.word(),
			"https://h.example.com:8080/@"+g.word()+"/pkg", "https://h.example.com/"+g.word()+":"+g.word()+"/x@y", "git@example.com:"+g.word()+"/"+g.word()+".git", "spark:executor-"+strconv.Itoa(g.num(1, 99))+"@"+g.word()+":7337",
			"registry/"+g.word()+"@sha256:"+g.hex(64), g.word()+"/"+g.word()+"@v"+strconv.Itoa(g.num(1, 9)), "akka://sys@"+g.word()+":2552/user/"+g.word(), "user:"+g.uuid()+"@"+g.word()+".example.com/t", g.word()+"@"+g.word()+":"+g.word()+"@h/db")
	}},
	{"response-field", func(g *Gen) string {
		return g.of("response: ", "response=", "planResponse: ", "type UploadResponse = ") + g.of(g.hex(32), g.camel(4), `"`+g.camel(3)+`"`)
	}},
	{"codes", func(g *Gen) string {
		n := g.of("status_code", "error_code", "zip_code", "country_code", "pin_count", "pinCode", "pins", "response_code", "exit-code", "area_code", "gpio_pin", "otp_length", "otp_ttl", "mfa_count", "pin_id", "passcode_length", "totp_period", "product_code", "code", "spin", "shipping", "mapping", "passcodes", "2fa_users", "verification_code_ttl")
		v := strconv.Itoa(g.num(100, 99999999))
		if n == "gpio_pin" {
			v = strconv.Itoa(g.num(0, 40))
		}
		return g.of(n+"="+v, n+": "+v, `"`+n+`":`+v, `{"`+n+`":"`+v+`"}`, n+" "+v)
	}},
	{"codes-words", func(g *Gen) string {
		return g.of("otp", "pin", "passcode", "mfa_code", "verificationCode", "2fa", "totp", "cvv", "security_code") + g.of("=", ": ", " is ") + g.of("required", "invalid", "expired", "enabled", "true", "0", "sent", "missing", strconv.Itoa(g.num(0, 99)), "1700000000"+strconv.Itoa(g.num(100, 999)))
	}},
	{"headers-plain", func(g *Gen) string {
		return g.of("X-Honeycomb-Dataset", "X-Algolia-Application-Id", "X-Parse-Application-Id", "CF-RAY", "X-Amz-Cf-Id", "X-Client-Data", "X-Request-Id", "X-Correlation-Id", "X-Ovh-Timestamp", "X-LC-Id", "X-Shopify-Shop-Id", "X-Goog-Channel-Id", "svix-id", "DD-Trace-Id", "X-Figma-Team", "X-Scope-OrgID") + ": " + g.identifier()
	}},
	{"bytes-apart", func(g *Gen) string {
		b := g.bytes(g.num(12, 48))
		return g.of(fmt.Sprintf("% x", b), "SHA1 Fingerprint="+strings.ReplaceAll(fmt.Sprintf("% X", b), " ", ":"), hex.Dump(b), fmt.Sprintf("% x", g.words(5, " ")), hex.Dump([]byte(g.words(6, " "))), g.date()+" "+g.date()+" "+g.date())
	}},
}
