package corpus

import (
	"fmt"
	"strconv"
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
}
