package corpus

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// identifier returns an identifier of one of the kinds that services make.
func (g *Gen) identifier() string {
	switch g.num(0, 8) {
	case 0:
		return g.uuid()
	case 1:
		return g.hex(g.num(2, 8) * 8)
	case 2:
		return "01H" + g.chars(crockford, 23)
	case 3:
		return "2" + g.chars(alnum, 26)
	case 4:
		return g.chars(b64url, g.num(21, 22))
	case 5:
		return strconv.FormatInt(g.r.Int64(), 10)
	case 6:
		return g.url64(32)
	case 7:
		return g.b64(20)
	}
	return g.chars(lowerAlpha+digits, 20)
}

// state returns a word or a number that says something of a secret.
func (g *Gen) state() string {
	return g.of("active", "revoked", "expired", "rotated", "none", "null", "true", "false", "", strconv.Itoa(g.num(1, 9999)))
}

const suffixLetters = "bcdfghjklmnpqrstvwxz2456789"

// textClasses are lines of tables, paths, commands and messages around words that
// secrets are called by.
var textClasses = []Class{
	{"table-states", func(g *Gen) string {
		return "id," + g.risky() + "," + g.word() + "\n" + g.identifier() + "," + g.state() + "," + g.word() + "\n" + g.identifier() + "," + g.state() + "," + g.word() + "\n"
	}},
	{"table-identifiers", func(g *Gen) string {
		return "id,name," + g.risky() + "_id\n" + g.identifier() + "," + g.word() + "," + g.identifier() + "\n"
	}},
	{"table-sessions", func(g *Gen) string {
		return "user;session;" + g.word() + "\n" + g.word() + ";" + g.identifier() + ";" + g.word() + "\n"
	}},
	{"table-document", func(g *Gen) string {
		return "| " + g.word() + " | " + g.risky() + " |\n|---|---|\n| " + g.identifier() + " | " + g.of("yes", "no", "required", g.word()) + " |"
	}},
	{"list-fields", func(g *Gen) string {
		return strings.Join([]string{g.word(), g.risky(), g.of("created", "rotated", strconv.Itoa(g.num(1, 99999))), g.identifier()}, "|")
	}},
	{"list-identifiers", func(g *Gen) string {
		return strings.Join([]string{g.identifier(), g.identifier(), g.identifier()}, g.of(" ", "\n", ",", "\t", "|", ";"))
	}},
	{"path-partition", func(g *Gen) string {
		return g.of("s3://", "gs://", "hdfs://nn:8020/", "https://") + g.word() + "/" + g.risky() + "=" + strconv.Itoa(g.num(1, 99999)) + "/" + g.identifier() + g.of("", ".parquet", "?versionId="+g.chars(alnum+"._", 32))
	}},
	{"path-risky", func(g *Gen) string { return "/" + g.word() + "/" + g.risky() + "/" + g.identifier() + "/" + g.word() }},
	{"kubernetes-error", func(g *Gen) string {
		name := g.word() + "-" + g.of("token", "secret", "credentials", "key") + "-" + g.chars(suffixLetters, 5)
		return g.of(`secrets "`+name+`" not found`, `secret "`+name+`" not found`, "couldn't find key "+g.word()+" in Secret default/"+g.word()+"-"+g.chars(suffixLetters, 10), "existingSecret: "+name)
	}},
	{"form-sentence", func(g *Gen) string {
		return url.QueryEscape("the " + g.risky() + " of " + g.word() + " " + g.of("has expired", "is missing", "was rotated by") + " " + g.identifier())
	}},
	{"message", func(g *Gen) string {
		return g.risky() + ": " + g.of("malformed", "not found", "unknown issuer", "too short") + " " + g.identifier()
	}},
	{"reference", func(g *Gen) string {
		return g.risky() + g.of("=", ": ") + g.of("secretRef:"+g.word(), "${env:"+strings.ToUpper(g.word())+"}", "env."+strings.ToUpper(g.word()), "file:///etc/"+g.word(), "ref+vault://"+g.word(), "null", `""`, "~", "(none)", "unset", "changeme", "[FILTERED]", "(sensitive value)", "<nil>")
	}},
	{"empty-before-another", func(g *Gen) string {
		return g.of("password", "api_key", "s3.secret-access-key") + g.of(`: ""`, `=""`, `: ''`) + g.of("&", " ", ", ") + "page=" + strconv.Itoa(g.num(1, 999))
	}},
	{"command", func(g *Gen) string {
		return g.of(fmt.Sprintf("docker run -u %d:%d -p 8080:80 %s", g.num(100, 9999), g.num(100, 9999), g.word()), "rsync -a "+g.word()+":"+g.word()+"/"+g.identifier()+" /tmp", "mkdir -p /data/"+g.identifier(), "ssh -p 2222 "+g.word()+"@host", "install -u "+g.word()+":"+g.word()+" a b", "az login --use-device-code", "docker login -u "+g.word()+" --password-stdin r.example.com", "psql -U "+g.word()+" -h db -p 5432 "+g.word(), "mysql -u root -p "+g.word())
	}},
	{"element-risky", func(g *Gen) string {
		return g.of(`<column name="`+g.risky()+`" type="varchar(64)"/>`, "<"+g.risky()+` type="`+g.word()+`" id="`+g.identifier()+`"/>`, "<policy "+g.risky()+`="required"/>`, `<secret name="`+g.word()+"-"+g.risky()+`"/>`)
	}},
	{"prefixed-any", func(g *Gen) string {
		return g.of("db", "pk", "test", "live", "secret", "api", "sandbox", "hf", "res", "vpc", "eni", "asst", "file", "seat") + g.of("_", "-") +
			g.of(g.chars(alnum, 16), g.chars(alnum, 21), g.chars(alnum, 24), g.hex(16), g.hex(24), "01J"+g.chars(crockford, 23))
	}},
}
