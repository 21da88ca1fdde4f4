package corpus

import (
	"fmt"
	"strconv"
	"strings"
)

// carrierClasses are objects, calls, lists and pairs around words that secrets are
// called by, with none in them.
var carrierClasses = []Class{
	{"object-schema", func(g *Gen) string {
		return fmt.Sprintf(`{"%s":{%s}}`, g.risky(), g.of(`"type":"string","minLength":8`, `"minLength":12`, `"label":"`+g.word()+`"`, `"required":true,"sensitive":true`, `"default":"none"`, `"default":null`,
			`"name":"`+g.word()+"-"+g.chars(suffixLetters, 5)+`"`, `"type":"boolean","value":false`, `"value":null`, `"sensitive":true,"value":`+strconv.Itoa(g.num(1, 9999)), `"stringValue":""`, `"S":"`+g.of("active", "expired", "revoked")+`"`))
	}},
	{"object-attribute", func(g *Gen) string {
		return fmt.Sprintf(`{"key":"%s.%s","value":{%s}}`, g.word(), g.risky(), g.of(`"intValue":"`+strconv.Itoa(g.num(1, 9999))+`"`, `"boolValue":true`, `"stringValue":"`+g.of("expired", "missing", "revoked", "none")+`"`))
	}},
	{"value-first", func(g *Gen) string {
		v, n := g.identifier(), g.of("region", "key_id", "page_token", "secret_name", "password_policy", "table")
		return g.of(`{"value":"`+v+`","name":"`+n+`"}`, `{"Value":"`+v+`","Key":"`+n+`"}`, `[{"name":"`+n+`","value":"`+v+`"},{"name":"`+g.risky()+`","required":true}]`, `<property value="`+v+`" name="`+n+`"/>`, "- name: "+n+"\n  value: "+v+"\n- name: "+g.risky()+"\n", "- value: "+v+"\n  name: "+n+"\n",
			`{"value":"`+v+`","name":"`+n+`"},{"value":"`+g.state()+`","name":"`+g.risky()+`"}`, "{Name:"+n+" Value:"+v+" Kind:"+g.risky()+"}", `<column name="`+n+`" value="`+v+`"/><column name="`+g.risky()+`"/>`)
	}},
	{"list-names", func(g *Gen) string {
		a, b := g.risky(), g.word()
		return g.of(`["`+a+`","`+b+`"]`, `["`+a+`","`+b+`","`+g.word()+`"]`, "["+a+" "+b+"]", "("+a+", "+b+")", "("+a+","+b+")", `("`+a+`", "`+b+`")`, "{:"+a+", :"+b+"}", "{"+a+", "+b+"}")
	}},
	{"list-yaml", func(g *Gen) string {
		return g.risky() + ":\n  - " + g.of(g.word(), "name: "+g.word(), g.words(2, "-"), "required") + "\n  - " + g.of(g.word(), "name: "+g.word(), g.words(2, "_")) + "\n"
	}},
	{"counts", func(g *Gen) string {
		return fmt.Sprintf("%s=%d,%s=%d,total_%s=%d", g.of("prompt_tokens", "tokens", "keys"), g.num(1, 9999), g.of("completion_tokens", "secrets"), g.num(1, 9999), g.of("tokens", "keys"), g.num(1, 99999))
	}},
	{"code-call", func(g *Gen) string {
		n := g.of("Password", "Token", "Secret", "ApiKey", "Credentials")
		return g.of("get"+n+`("`+g.word()+`")`, "reset"+n+`("`+g.word()+`")`, n+": aws.String(os.Getenv(\"X\")),", n+": Some("+g.word()+"_input),", "set"+n+"("+g.word()+")", "set"+n+`("")`, "set"+n+"(null)",
			"if "+n+" != "+g.word()+".Get"+n+"() {", "if "+n+` != "" {`, n+" ?? "+g.word(), `opts.`+n+` || "`+g.word()+`"`, n+": Optional["+n+"Text] = None", "append("+n+"s, "+g.word()+n+")", `'`+n+`': ('`+g.word()+`_get', '`+g.word()+`_set')`)
	}},
	{"code-argument", func(g *Gen) string {
		n, v := g.of("Password", "token", "Secret", "apiKey", "Credentials", "session", "auth"), g.of(g.word(), g.words(2, "-"), "current-password", "required", "string", "X-Api-Key", "Enter "+g.word()+": ", g.uuid())
		return g.of("."+n+`("`+v+`")`, "get"+n+`( "`+v+`" )`, n+`("`+v+`")`, "New"+n+` ( "`+v+`" )`, "( "+n+`, "`+g.word()+`")`, "log.With( \""+n+`" , "`+g.of("missing", "expired", "rotated")+`" )`, "set"+n+"( "+g.word()+" )", "set"+n+` ( "" )`, "t("+n+`, "`+v+`")`)
	}},
	{"comment-list", func(g *Gen) string {
		return "// " + g.word() + " " + g.risky() + ",\n// s " + g.word() + " by _ or -.\ntype x struct {\n\t" + g.word() + " [" + g.word() + "Size" + strconv.Itoa(g.num(1, 99)) + "]byte\n}"
	}},
	{"element-empty", func(g *Gen) string {
		return g.of("<key>"+g.risky()+"</key><string>"+g.of("required", "none", "")+"</string>", "<param-name>"+g.risky()+"</param-name><param-value>"+g.of("${X}", "true", strconv.Itoa(g.num(1, 99)))+"</param-value>",
			`<x:Password xsi:nil="true" xsi:type="xsd:string"></x:Password>`, `<Password xsi:type="xsd:string">`+g.of("null", "changeme", "none")+"</Password>", "<password><![CDATA[]]></password>")
	}},
	{"cookie-attributes", func(g *Gen) string {
		return g.of("Cookie: ", "Set-Cookie: ", "cookies=") + g.word() + "=" + g.word() + "; " + g.of("Path=/; HttpOnly; Secure", "Expires=Thu, 01 Jan 2026 00:00:00 GMT; Max-Age="+strconv.Itoa(g.num(1, 9999)), "theme=dark; lang=en", "SameSite=Lax; tz=Europe%2FBerlin; n="+strconv.Itoa(g.num(1, 9999)))
	}},
	{"coloured-log", func(g *Gen) string {
		paint := func(n, v string) string { return "\x1b[36m" + n + "=\x1b[0m" + v }
		return "\x1b[90m12:00AM\x1b[0m \x1b[32mINF\x1b[0m " + g.word() + " " + paint("id", g.identifier()) + " " + paint(g.risky(), g.of("", g.state())) + " " + paint(g.word(), g.word())
	}},
	{"variables-empty", func(g *Gen) string {
		n := strings.ToUpper(g.of("password", "token", "api_key", "secret"))
		return "DB_" + n + "=\n" + g.of("", "export ") + "DB_HOST=" + g.word() + "." + g.identifier() + "\n"
	}},
	{"quoted-printable", func(g *Gen) string {
		return printable("<p class=\"" + g.word() + "\">" + g.words(6, " ") + " " + g.identifier() + " = " + g.word() + " " + g.words(8, " ") + " " + g.identifier() + "</p>")
	}},
	{"sentence-password", func(g *Gen) string {
		said := g.of("must be at least eight characters", "does not match confirmation", "cannot contain spaces or "+g.word(), "please choose another one for "+g.word(), "is required for this "+g.word(),
			"was changed by the "+g.word()+" owner", "has to be rotated every "+g.word()+" cycle", "muss mindestens acht zeichen haben", "doit contenir huit caracteres")
		return g.of(`{"errors":{"password":"`+said+`"}}`, `password: "`+said+`"`, "password = "+said, "passphrase: "+said, `{"passphrase":"`+said+`"}`)
	}},
	{"mnemonic-code", func(g *Gen) string {
		return g.of("mnemonic", "phrase", "seed_phrase") + g.of(": ", "=") + g.of("MOV", "jmp", g.word(), g.words(4, " "), "missing", "12 words", strconv.Itoa(g.num(1, 99)))
	}},
	{"continued-command", func(g *Gen) string {
		return "curl https://" + g.word() + ".example.com/" + g.words(2, "-") + "/" + g.identifier() + "\\\n  --retry " + strconv.Itoa(g.num(1, 9)) + " \\\n  -o " + g.word()
	}},
	{"url-user", func(g *Gen) string {
		return g.of("https://", "nats://", "tls://", "git+https://") + g.words(g.num(1, 4), "-") + g.of("@", ":@") + g.word() + ".example.com:" + strconv.Itoa(g.num(1, 9999)) + "/" + g.identifier()
	}},
	{"sql-rows", func(g *Gen) string {
		return g.of("INSERT INTO "+g.word()+" (id, "+g.risky()+", state) VALUES ("+strconv.Itoa(g.num(1, 99))+", "+g.of("?", "$1", ":x", "NULL", "'expired'", "now()")+", 'x')",
			"INSERT INTO "+g.risky()+" (id, name) VALUES ('"+g.identifier()+"', '"+g.word()+"')", "DETAIL:  Key ("+g.risky()+", name)=("+g.of("active", g.word(), strconv.Itoa(g.num(1, 999)))+", "+g.word()+") already exists.",
			"Duplicate entry '"+g.of(g.word(), strconv.Itoa(g.num(1, 999)))+"' for key '"+g.risky()+"."+g.word()+"'", "Key ("+g.of("id", "order_id", "trace")+")=("+g.identifier()+") is not present in table \""+g.risky()+"\".")
	}},
	{"settings", func(g *Gen) string {
		n := strings.ToUpper(g.risky())
		return g.of("ENV "+n+"_FILE /run/secrets/"+g.word(), "ENV "+n+` ""`, "ENV LOG_"+n+"_TTL "+strconv.Itoa(g.num(1, 999)), "set -gx "+n+"_TTL "+strconv.Itoa(g.num(1, 99)), "proxy_set_header X-Request-Id "+g.identifier()+";", "proxy_set_header Authorization $http_authorization;",
			"set "+g.risky()+" "+g.of("off", "required", g.word()), "env "+g.risky()+" is missing", "RequestHeader unset X-Api-Key", "add_header X-Cache-Key $key;")
	}},
	{"error-masked", func(g *Gen) string {
		return g.of("Incorrect API key provided: ", "invalid api key ", "bad token ") + "sk-" + g.chars(alnum, 4) + strings.Repeat("*", g.num(12, 40)) + g.chars(alnum, 4) + g.of("", ". You can find your key at https://h.example.com/keys.")
	}},
	{"foreign", func(g *Gen) string {
		return g.of("пароль: неверный", "пароль не подходит: "+g.identifier(), "密码：错误", "密码: "+g.state(), "パスワード：必須", "비밀번호: 오류", "contraseña: incorrecta", "hasło: "+g.state(), "senha: inválida", "kennwort=falsch", "密码策略："+g.words(2, "-"))
	}},
	{"wide-text", func(g *Gen) string { return string(wide(g.words(4, " ") + " " + g.identifier())) }},
	{"key-of-keys", func(g *Gen) string {
		return g.of("kek", "dek", "cipher_key", "aes256_key_id") + g.of("=", ": ") + g.of("arn:aws:kms:us-east-1:1:key/"+g.uuid(), "projects/p/locations/l/keyRings/"+g.word()+"/cryptoKeys/"+g.word(), "my-"+g.word()+"-v1", "none", "enabled", "AES256", "${KEK}")
	}},
}
