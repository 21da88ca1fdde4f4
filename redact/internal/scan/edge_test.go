package scan

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// made is a text without a meaning that looks as if a generator made it.
const made = "q7Zt3Xw9Lk2Vb8Nc4Rm6Ys1Df5Gh0Jpaq7Zt3Xw9Lk2Vb8Nc"

func TestEdges(t *testing.T) {
	segment := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	id := "AK" + "IA" + "Q7ZT3XW5LK2VB6NC"
	body := strings.Repeat(made[:40], 2)
	long := strings.Repeat(made, 40)
	letters := "OMWwhCptIaZuRsfaHvXavCmAhEBQuIjtAqtbdKj"
	uuid := "9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3"
	for _, tc := range []struct {
		name, text string
		want       string // the kind, "" for none
	}{
		{"escape at the end of a block", strings.Repeat("x ", 30) + "id%20" + id + ":" + made[:40], "aws-secret-beside-id"},
		{"escape across two blocks", strings.Repeat("x", 62) + "%20" + id + ":" + made[:40], "aws-secret-beside-id"},
		{"form space beside an id", id + "+" + made[:40], "aws-secret-beside-id"},
		{"weak prefix glued to what stands before", "-00" + made[:40], ""},
		{"weak prefix in base64", "00" + made[:40] + "+" + made[:20], ""},
		{"weak prefix in a form", "use+00" + made[:40] + "+for+the+request", "okta-token"},
		{"weak prefix alone", "00" + made[:40], "okta-token"},
		{"value that is a reference", "secret=op://vault8/item3x/q7Zt3Xw9Lk2V", ""},
		{"header of an encrypted token", segment(`{"alg":"dir","enc":"A128GCM"}`) + ".." + made[:16] + "." + made + "." + made[:20], "jwe"},
		{"header with certificates", segment(`{"x5c":["`+strings.Repeat(made, 60)+`"],"alg":"RS256"}`) + "." + made + "." + made, "jwt"},
		{"last line of a key without its first", body + "-----END " + "PRIVATE" + " KEY-----", "pem-private-key"},
		{"last line of a certificate", body + "-----END CERTIFICATE-----", ""},
		{"shortest credentials", "Basic " + base64.StdEncoding.EncodeToString([]byte("u:p")), "basic-credentials"},
		{"credentials behind a path", "tables/Basic " + base64.StdEncoding.EncodeToString([]byte("loader:"+made[:9])), "basic-credentials"},
		{"letters that no language has", "api_key=" + "xkqzwvbtrmplsdfghjkl", "api-key"},
		{"value of a labelled member", `{"name":"DB_PASSWORD","value":"` + made[:12] + `"}`, "password"},
		{"value of a labelled member of YAML", "- name: API_KEY\n  value: " + made[:24], "api-key"},
		{"value of an attribute", `<add key="Password" value="` + made[:12] + `" />`, "password"},
		{"text of an element with a label", `<entry key="client_secret">` + made[:24] + `</entry>`, "client-secret"},
		{"part of a form", "Content-Disposition: form-data; name=\"password\"\r\n\r\n" + made[:12], "password"},
		{"type of a labelled member", `{"name":"password","value":"string"}`, ""},
		{"argument in a list", `["--api-key","` + made[:24] + `"]`, "api-key"},
		{"element of a namespace", "<ns:apiKey>" + made[:24] + "</ns:apiKey>", "api-key"},
		{"Go slice of strings", `url.Values{"client_secret":[]string{"` + made[:24] + `"}}`, "client-secret"},
		{"name in camel case behind one letter", "{XFunctionsKey:" + made[:24] + "}", "api-key"},
		{"arrow", "password -> " + made[:12], "password"},
		{"conditional assignment", `X_TOKEN ?= "` + made[:24] + `"`, "token"},
		{"declaration with a type", `var apiToken string = "` + made[:24] + `"`, "access-token"},
		{"call with name and value", `setProperty("X_TOKEN", "` + made[:24] + `")`, "token"},
		{"aligned assignment", "password          = " + made[:12], "password"},
		{"verb", "the password is " + made[:12], "password"},
		{"verb before a state", "the password is expired", ""},
		{"user of curl", "curl -s -u jane:" + made[:12] + " https://example.com", "command-line-password"},
		{"user of curl in quotes", "curl --user jane:'" + made[:12] + "' -i", "command-line-password"},
		{"user of curl in variables", "curl -u $USER:$PASS https://example.com", ""},
		{"user of curl alone", "curl -u jane https://example.com:8080/x", ""},
		{"password glued to its option", "mysql -u root -p" + made[:12] + " lake", "command-line-password"},
		{"option that asks", "mysql -u root -p lake", ""},
		{"clause of a statement", "ALTER USER app IDENTIFIED BY '" + made[:12] + "'", "sql-password"},
		{"clause with a word", "ALTER USER app IDENTIFIED WITH plugin BY 'correcthorse'", "sql-password"},
		{"clause in prose", "rows are identified by number", ""},
		{"statement that sets", "SET PASSWORD FOR app = PASSWORD('" + made[:12] + "')", "sql-password"},
		{"password without a separator", "CREATE ROLE app LOGIN PASSWORD 'kobxzk069'", "password"},
		{"variable of a statement", "UPDATE users SET password = @pwd WHERE id = 1", ""},
		{"comparison", "if password == confirmPassword {", ""},
		{"password with an at sign", "password: @Winter2024", "password"},
		{"path of a template", "password = var.db_password", ""},
		{"path of a resource", "password = random_password.db.result", ""},
		{"call", `password := os.Getenv("DB_PASSWORD")`, ""},
		{"index", `password = os.environ["X"]`, ""},
		{"name in capitals", "password=DB_PASSWORD", ""},
		{"marks of a template", `password: "{{ vault_db_password }}"`, ""},
		{"tag of YAML", "password: !Ref DatabaseSecret", ""},
		{"digest of a deployment", "checksum/secret: " + strings.Repeat("9bd33a8d", 8), ""},
		{"digits beside the name", "webhook/secret: " + strings.Repeat("9bd33a8d", 8), "secret"},
		{"public key of a project", "https://" + strings.Repeat("9bd33a8d", 4) + "@o1.ingest.sentry.io/42", ""},
		{"token of a repository", "https://" + strings.Repeat("9bd33a8d", 5) + "@git.example.com/a/b.git", "url-password"},
		{"login that was cut", "postgres://app:" + made[:12], "url-password"},
		{"login in an excerpt", "postgres://app:" + made[:12] + "\u2026", "url-password"},
		{"port", "postgres://db:5432", ""},
		{"first packet of a macaroon", "AgE" + made[:48] + made[:30], ""},
		{"number of a bot", segment("180109179215662709") + ".YP4UCS." + made[:30], "discord-bot-token"},
		{"digits with points", segment("180109179215662709") + ".part.0001", ""},
		{"full stop", "Basic " + base64.StdEncoding.EncodeToString([]byte("user:"+made[:9])) + ".", "basic-credentials"},
		{"state behind a scheme", "Authorization: Bearer secretKeyRef", ""},
		{"body of a certificate", "-----BEGIN CERTIFICATE-----\nxoxb" + made + "\n00" + made[:40] + "\n-----END CERTIFICATE-----", ""},
		{"tag in the middle of a dotted name", "catalog.prod." + made[:14] + made[:28] + "AzSe" + made[:6] + ".table", "azure-search-key"},
		{"one letter in a dotted name", "versionId=Ab.s." + made[:24], ""},
		{"command in backquotes", "password=`cat /run/secrets/db`", ""},
		{"user whose password is a token, cut", "https://oauth2:" + made[:24], "url-password"},
		{"command on two lines", "curl -s \\\n -u jane:" + made[:12], "command-line-password"},
		{"option of another line", "curl -s https://example.com\nid -u jane:analysts", ""},
		{"user of another tool", "restic -u jane:" + made[:12] + " init", "command-line-password"},
		{"user of a container", "docker run -u 1000:1000 lake", ""},
		{"user and group", "install -u jane:analysts a b", ""},
		{"login of httpie", "http -a jane:" + made[:12] + " :8080/x", "command-line-password"},
		{"archive on a host", "rsync -a build01:release-4f3a2c1 /tmp", ""},
		{"password of a login", "az login --service-principal -u app -p " + made[:12] + " --tenant t", "command-line-password"},
		{"directory of another tool", "mkdir -p " + made[:12], ""},
		{"port", "ssh -p 2222 login.example.com", ""},
		{"option among others", "curl -sku jane:" + made[:12] + " https://example.com", "command-line-password"},
		{"user glued to its option", "curl -ujane:" + made[:12] + " https://example.com", "command-line-password"},
		{"field of a list", "user|jane|password|" + made[:12] + "|ok", "password"},
		{"table of a document", "| password | " + made[:12] + " |", "password"},
		{"field in quotes", `"api_key";"` + made[:24] + `"`, "api-key"},
		{"field that is a word", "password|optional|string", ""},
		{"field of a sentence", "a token, " + made[:24] + " and more", ""},
		{"subject of a provider", "auth0|" + made[:24], ""},
		{"identifier in a list", "token|" + uuid, ""},
		{"column", "user,password\nbob,hunter2\n", "password"},
		{"column in quotes", "\"id\",\"api_key\",\"n\"\r\n\"1\",\"" + made[:24] + "\",\"2\"\r\n", "api-key"},
		{"column behind a field with a comma", "id,name,secret\n1,\"a, b\"," + made[:24] + "\n", "secret"},
		{"column of two words", "Access key ID,Secret access key\nx," + made[:40] + "\n", "access-key"},
		{"column of a query", " user | password\n------+----------\n bob  | " + made[:12] + "\n", "password"},
		{"second line of a table", "user\tapi_token\nbob\tnone\njane\t" + made[:24], "access-token"},
		{"column of states", "id,token,password\n1,expired,none\n", ""},
		{"empty field before an identifier", "id,token\n1,\n" + made[:24] + ",2", ""},
		{"column beside another", "token_count,id\n12," + made[:24] + "\n", ""},
		{"identifiers in a column", "id,token\n1," + uuid + "\n", ""},
		{"element with an attribute", `<apiKey type="x">` + made[:24] + `</apiKey>`, "api-key"},
		{"element with its value", `<secret value="` + made[:24] + `"/>`, "secret"},
		{"element with a name", `<secret name="db-` + made[:24] + `"/>`, ""},
		{"key of a request", "/v1/x?limit=3&key=" + made[:24] + "&z=1", "api-key"},
		{"digits as the key of an API", "https://api.example.com/x?key=" + strings.Repeat("9bd33a8d", 4), "api-key"},
		{"digits as the key of a cache", "https://cache.example.com/x?key=" + strings.Repeat("9bd33a8d", 4), ""},
		{"key of an object", "/v1/objects?key=warehouse-A7/part-00001-x2.parquet", ""},
		{"cursor as a key", "/v1/list?key=" + base64.RawURLEncoding.EncodeToString([]byte("orders/2024/part-17")), ""},
		{"type and anchor of YAML", "password: !!str " + made[:12], "password"},
		{"anchor of YAML", "password: &db " + made[:12], "password"},
		{"anchor of YAML alone", "password: &db\n", ""},
		{"error behind a signature", "open https://h.example.com/x?sig=" + made[:42] + "%3D: 403 Forbidden", "azure-sas-signature"},
		{"padding before a colon", "sv=1&sig=" + made[:9] + "+" + made[:32] + "=: 403 Forbidden", "azure-sas-signature"},
		{"slash of JSON before an escape of a URL", `{"e":"nats:\/\/app:W19Jw5%2FTgUtxD@h.example.com\/claims"}`, "url-password"},
		{"slash of HTML before an escape of a URL", "<p>nats:&#x2F;&#x2F;app:W19Jw5%2FTgUtxD@h.example.com&#x2F;claims</p>", "url-password"},
		{"escape of JSON in capitals", `{"URL":"SV=1\U0026SIG=` + made[:42] + `%3D"}`, "azure-sas-signature"},
		{"word in brackets", "DB_PASSWORD = [FILTERED]", ""},
		{"words in brackets", "password = (sensitive value)&page=11", ""},
		{"empty quotes before a parameter", `DB_PASSWORD: ""&page=78`, ""},
		{"empty quotes before a word", `s3.secret-access-key: "" host=stores52`, ""},
		{"doubled quotes", `'{''password'': ''` + made[:12] + `''}'`, "password"},
		{"name of a secret of Kubernetes", "existingSecret: sales-token-d8s1g", ""},
		{"number before a token", "Set-Cookie: remember_token=798|" + strings.Repeat("9bd33a8d", 8) + "; Path=/", "token"},
		{"field behind a number", "token=798|page=2", ""},
		{"account without a protocol", "etl_user:" + made[:14] + "@ab12345.eu-west-1/events/PUBLIC?warehouse=WH", "url-password"},
		{"account in a dump", "map[dsn:etl_user:" + made[:14] + "@ab12345.eu-west-1/events pool:10]", "url-password"},
		{"identifier before a host", "client:" + uuid + "@h.example.com/x", ""},
		{"digest before a host", "image:" + strings.Repeat("9bd33a8d", 4) + "@r.example.com/x", ""},
		{"address behind a scheme", "mailto:jane@corp.example/x", ""},
		{"release before a host", "tool:v2.1.0-rc1@h.example.com/x", ""},
		{"key of a vault", "VAULT_UNSEAL_KEY=" + made[:44], "private-key"},
		{"header of Artifactory", "X-JFrog-Art-Api: " + made[:32], "api-key"},
		{"identifier behind an option", "loader --postmark-server-token " + uuid, "token"},
		{"identifier behind no option", "the token " + uuid, ""},
		{"scheme in a dump", "{Auth:ApiKey " + made[:32] + " Retries:2}", "token"},
		{"words in a dump", "{Auth:basic Retries:2}", ""},
		{"members of a key in capitals", `{"KTY":"EC","CRV":"P-256","D":"` + made[:43] + `"}`, "jwk-private-key"},
		{"key file in capitals", "PRIVATE-LINES: 1\n" + body, "putty-private-key"},
		{"lines of another header", "Public-Lines: 1\n" + body, ""},
		{"header at the beginning", "-lines: 1\n" + body, ""},
		{"element that was cut", "<config><apiKey>" + made[:24], "api-key"},
		{"element that was cut behind words", "<config><apiKey>is missing", ""},
		{"digits with a mark", "0x" + "636c69656e745f7365637265743d" + strings.Repeat("5a337839", 6), "client-secret"},
		{"address of a program", "at 0x7f3a9c001000", ""},
		{"login of a directory that was cut", "ldap://app:" + made[:12], "url-password"},
		{"password whose name is one word", `{"ADMINPASS":"` + made[:12] + `"}`, "password"},
		{"compass", `{"compass":"` + made[:12] + `"}`, ""},
		{"macaroon without a host", "AgEC" + "Z2MCJDA2MzI4OGZmLTI1MTctNDhkYS1iN2Q0LTQwZDhlMDFlN2U1ZQACJXsidmVyc2lvbiI6IDEsICJwZXJtaXNz", "macaroon-v2"},
		{"binary data that begins like a macaroon", "AgIe" + made + made, ""},
		{"identifier behind a short prefix", "hf_" + made[:21], ""},
		{"digits behind a word", "test_9bd33a8d9bd3", ""},
		{"cut key behind a short prefix", "hf_" + made[:23], "huggingface-token"},
		{"cut key behind a short prefix in a path", "https://h.example.com/v1/ico-" + made[:26], "infracost-key"},
		{"cut key behind a short prefix in a sentence", "hf_" + made[:23] + " x", ""},
		{"half of a key behind a short prefix", "sk_9bd33a8d9bd33a8d9bd33", ""},
		{"digits behind a prefix of a key with letters", "npm_9bd33a8d9bd33a8d", ""},
		{"segment of a path behind a partition", "s3://b/pwd=39715/mwKcHJbEWablkz+cM1AIjjaAexI=?page=1", ""},
		{"secret in a segment of a path", "https://h.example.com/api_key=" + made[:24] + "/x", "api-key"},
		{"number in a list of fields", "report|secret|33131|" + made[:32], ""},
		{"session in a table", "id,session\n1," + made[:21] + "\n", ""},
		{"object of a cluster", "couldn't find key orders in Secret default/shipment-ms6bxlk49m", ""},
		{"words of a form before an identifier", "no+bearer+in+request+" + made[:24], ""},
		{"credential of a form", "use+Bearer+" + made[:24] + "+for+it", "bearer-token"},
		{"word before an identifier", "jwt: malformed " + strings.Repeat("9bd33a8d", 8), ""},
		{"end of a path before an identifier", "https://auth.example.com/oauth/token idx_" + made[:21], ""},
		{"identifier behind a word for tokens", "revoked token tok_" + made[:21], ""},
		{"digits behind a word for tokens", "Authorization: token " + strings.Repeat("9bd33a8d", 5), "authorization-header"},
		{"reference to a secret", "password=secretRef:device", ""},
		{"path of a vault", "token=/subscriptions/" + uuid + "/vaults/ledger", ""},
		{"reference with an at sign", "pwd=@secret/shipment", ""},
		{"placeholder of a manual", "passphrase: changeme", ""},
		{"identifier behind a common prefix", "db-" + made[:20], ""},
		{"path on a host", "rsync -a session:customer/2jE4af1j7Q837DVdA2ZenbblTzC /tmp", ""},
		{"spaces of a form in a dump", "map%5Ba%3A1+S3SessionToken%3A" + strings.Repeat("9bd33a8d", 5) + "+z%3A2%5D", "iceberg-s3-session-token"},
		{"option in a form", "tool+--ldapBindPassword+" + made[:14] + "+run", "password"},
		{"property between spaces", "spark.sql.catalog.c.client_secret   " + strings.Repeat("9bd33a8d", 5), "client-secret"},
		{"column of a table before digits", "see catalog.prod.api_token " + strings.Repeat("9bd33a8d", 5), ""},
		{"clause of a secret", "CREATE SECRET s (TYPE S3, KEY_ID 'x', SECRET '" + strings.Repeat("9bd33a8d", 5) + "')", "secret"},
		{"argument of a call", "define('DB_PASSWORD', 'Monkey!4866');", "password"},
		{"line of a password file", "db.example.com:5432:lake:app:" + made[:14], "url-password"},
		{"line of a password file, encoded", "u=db.example.com%3A5432%3Alake%3Aapp%3A" + made[:14], "url-password"},
		{"address of a database", "db.example.com:5432:lake:app:reader", ""},
		{"table in a document of JSON", `{"m": "id,secret,x\n1,` + made[:24] + `,2"}`, "secret"},
		{"invisible character that is percent-encoded", "user+sent+glpa%E2%80%8Bt-" + made[:20] + "+today", "gitlab-pat"},
		{"parts that were cut in the last", "A3-Q7ZT3X-W9LK2V-B8NC4-R", "onepassword-secret-key-grouped"},
		{"name behind a type of attribute", `<input name="password" type="password" value="` + made[:12] + `">`, "password"},
		{"call without a space", "password=getpass()", ""},
		{"parenthesis in a password", "password=hunter(2", "password"},
		{"data source without a protocol", "app:" + made[:12] + "@(db:3306)/lake", "url-password"},
		{"parts of a name that are no data source", "table:" + made[:12] + ".@(0000.@(0000:rename", ""},
		{"URL cut behind its at sign", "s3://u:" + made[:12] + "@", "url-password"},
		{"at sign at the end of a name", "table:" + made[:12] + "@", ""},
		{"at sign behind an escaped control", "s://u:" + "[REDACTED:url-password]" + "@t%00@", ""},
		{"header of a service named like one of a key file", "Private-Token: " + made[:24], "token"},
		{"header with quotes named like one of a key file", `Private-Key:"` + made[:24] + `"`, "private-key"},
		{"header of a key file without a number", "Private-Lines: many lines", ""},
		{"tool of the vault", "$ANSIBLE_HOME/bin", ""},
		{"password longer than the window", "https://oauth2:" + long + "@git.example.com/a.git", "url-password"},
		{"password longer than the window, cut", "https://oauth2:" + long, "url-password"},
		{"address behind a long word", "see " + long + "@example.com", ""},
		{"key that is a segment of a path", "https://h.example.com/K001" + made[:27] + "/items", "backblaze-app-key"},
		{"variable with digits behind a colon", "X_AUTH_TOKEN:" + strings.Repeat("9bd33a8d", 8), "access-token"},
		{"variable with an identifier", "CODECOV_TOKEN:" + uuid, "token"},
		{"secret with digits behind a colon", "client_secret:" + strings.Repeat("9bd33a8d", 4), "client-secret"},
		{"secret with few digits behind a colon", "client_secret:9bd33a8d9bd33a8d", ""},
		{"resource that is a token", "token:" + uuid, ""},
		{"resource that is a session", "sessionid:" + strings.Repeat("9bd33a8d", 4), ""},
		{"password with marks behind a colon", "ROOT_PASSWORD:Winter#2024-x", "password"},
		{"resource that is a password", "password:reset-2024", ""},
		{"secret without digits on the line below its id", id + "\n" + letters + "/", "aws-secret-beside-id"},
		{"secret without digits elsewhere", id + " is not " + letters + "/", ""},
		{"secret beside its id, cut", id + " " + made[:30] + "...", "aws-secret-beside-id"},
		{"element with a label that ends in key", "<name>account.key</name><value>" + made[:24] + "</value>", "azure-account-key"},
		{"account as an option", "--fs.azure.account.key.acct.dfs.core.windows.net=" + made[:44], "iceberg-adls-shared-key"},
		{"account as a property", "-Dfs.azure.account.key.acct.dfs.core.windows.net=" + made[:44], "iceberg-adls-shared-key"},
		{"block of YAML", "password: |\n  " + made[:12] + "\nb: 2", "password"},
		{"folded block of YAML", "api_key: >-\r\n    " + made[:24], "api-key"},
		{"pipe behind a colon", "password: | more", ""},
		{"pair in angle brackets", "<SECRET_KEY:" + made[:24] + ">", "secret"},
		{"namespace", "<password:Type>", ""},
		{"password with marks in a sentence", "PGPASSWORD: Winter#2024 failed", "password"},
		{"long text of an element", "<api_key>" + long + "</api_key>", "api-key"},
		{"two texts in quotes", `"api_key" "` + made[:24] + `"`, "api-key"},
		{"two words in quotes", `"api_key" "rotated"`, ""},
		{"password glued to its option in a list", `["mysql","-u","root","-p` + made[:12] + `"]`, "command-line-password"},
		{"user in a list", `args: ['curl', '-u', 'jane:` + made[:12] + `', '-s']`, "command-line-password"},
		{"option that asks in a list", `["mysql","-u","root","-p"]`, ""},
		{"option in a list without an argument", `["curl","-u"]`, ""},
		{"option in a list with a user", `["curl","-u","jane"]`, ""},
		{"login of a tool", "http --auth jane:" + made[:14] + " :8080/x", "token"},
		{"hash of a password", "root:$6$" + made[:16] + "$" + made + made[:38] + ":19000:0", "password-hash-sha512"},
		{"hash of a password with rounds", "$6$rounds=5000$" + made[:16] + "$" + made + made[:38], "password-hash-sha512-rounds"},
		{"key with few letters", "sk-" + strings.Repeat("9bd33a8d", 4), "model-provider-short-key"},
		{"key with few letters that goes on", "sk-" + strings.Repeat("9bd33a8d", 4) + "9", ""},
		{"identifier behind a word", "sdk-" + uuid, ""},
		{"whole shape cut in its third part", "A3-Q7ZT3X-W9LK2", "onepassword-secret-key"},
		{"cut key at the beginning", "dapi" + "9bd3f0c7a1e84d", "databricks-token"},
		{"cut key behind a mark of base64", "x/dapi" + "9bd3f0c7a1e84d", ""},
		{"few bytes behind a prefix", "ghp_" + "q7Zt3X", ""},
		{"cut key whose prefix is of letters and digits", "4b1d" + made[:30], "clickhouse-cloud-secret"},
		{"identifier of an age behind a prefix", "ghp_01ARZ3NDEKTSV4RRFFQ69G5FAV", ""},
		{"cut key in a sentence", "ghp_" + made[:12] + " x", "github-pat"},
		{"least of a key cut behind its middle", made[:14] + ".atlasv1." + "q7Z", "terraform-cloud-token"},
		{"cut address with a token", "https://objectstorage.eu.oraclecloud.com/p/" + made[:30], "oracle-par"},
		{"cut path", "https://h.example.com/p/" + made[:30], ""},
		{"password with an at sign and spaces", "password = @Winter#2024", "password"},
		{"password without a user", "curl -u :" + made[:12], "command-line-password"},
		{"user in a list without spaces", `["curl","-u","jane:` + made[:12] + `"]`, "command-line-password"},
		{"list that ends behind its option", `["curl","-u",`, ""},
		{"list that ends in an argument", `["curl","-u","jane`, ""},
		{"option in the place of a password", "sqlcmd -P -Slake", ""},
		{"tag of YAML alone", "password: !GetSecret\n  name: x", ""},
		{"letters in YAML", "password: kobxzk\nb: 2", "password"},
		{"letters that are words", "api_key=" + "warehouseinventory", ""},
		{"netrc with digits", "machine api.example.com login bob password 7cc938e45e63e901", "password"},
		{"netrc on lines", "machine api.example.com\n  login bob\n  password pass2024\n", "password"},
		{"netrc with a word", "login bob password resets", ""},
		{"digits after no login", "events bob password 7cc938e45e63e901", ""},
		{"word that ends in login", "catalogin bob password 7cc938e45e63e901", ""},
		{"number after a login", "login bob password 20240131", ""},
		{"login of an analysis", "-Dsonar.login=" + strings.Repeat("9bd33a8d", 5), "access-token"},
		{"login of another tool", "-Dradar.login=" + strings.Repeat("9bd33a8d", 5), ""},
		{"variable of a shell", `PGPASSWORD="$lake_db_password"`, ""},
		{"variable without a state", `PGPASSWORD="$lake_xk"`, "password"},
		{"password of a key", "ssh-keygen -t ed25519 -N " + made[:10], "command-line-password"},
		{"password of another machine", `PsExec.exe \\\\db1 -u lake\\bob -p ` + made[:10] + " cmd", "command-line-password"},
		{"two letters for a password", "sqlcmd -P ab -S lake", ""},
		{"weak prefix behind a joint", "x_AKCp" + made + made[:25], ""},
		{"prefix that is a group of an identifier", "35A88763-55FD-7B43-BBFF-70544CC4E0A1", ""},
		{"name in encoded bytes", "n1yGOc+ZIXpwd+0JXEB2" + made[:12], ""},
		{"name in a form", "the+new+pwd+" + made[:20], "password"},
		{"weak prefix in encoded bytes", made[:20] + "/AQE" + made + made[:20], ""},
		{"weak prefix in a path", "/keys/AQE" + made + made[:20], "adyen-key"},
		{"password with brackets inside", "https://jane:q7[Zt3X]@h.example.com/", "url-password"},
		{"login that was cut behind a digit", "postgres://app:9" + made[:11], "url-password"},
		{"user longer than a public key", "https://" + strings.Repeat("9bd33a8d", 5) + "@o1.ingest.sentry.io/42", "url-password"},
		{"user of an address without a path", "https://" + strings.Repeat("9bd33a8d", 4) + "@git.example.com/", "url-password"},
		{"cut session with its organization", "00D" + made[:13] + "!" + made + made[:20], "salesforce-session"},
		{"words in the place of a session", "00D" + made[:13] + "!important", ""},
		{"coordinate of a public key", `"y":"r8_` + made[:40] + `"}`, ""},
		{"short prefix with its run", `"y":"r8_` + made[:37] + `"}`, "replicate-token"},
		{"weak prefix by itself", "AKCp" + made + made[:25], "artifactory-key"},
		{"first byte behind a prefix escaped", "fm2_%2B" + made[:40] + made[:30], "fly-macaroon"},
		{"long key of one case", "EZAK" + strings.ToLower(made) + "q7zt3x", "easypost-key"},
		{"digest behind a weak prefix", "EZAK" + strings.Repeat("9bd33a8d", 7), ""},
		{"slug behind a weak prefix", "EZAK" + strings.Repeat("warehouse", 6), ""},
		{"hash with a slash", "$2a$12$R9h/" + made[:20] + "/" + made[:29], "password-hash-bcrypt-a"},
		{"hash of a device", "$9$" + made[:14] + "$" + made[:40] + "./x", "password-hash-cisco-9"},
		{"identifier behind a word of two", "px-web-" + uuid, ""},
		{"key of a service", "tomtom_key=" + made[:32], "api-key"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f, ok := First(tc.text)
			assert.Equal(t, tc.want != "", ok, Names[f.Kind])
			if ok {
				assert.Equal(t, tc.want, Names[f.Kind])
			}
		})
	}
}

func TestLastLineOfAKeyTakesItsBodyAlong(t *testing.T) {
	body := strings.Repeat(made[:40], 2)
	f, ok := First("x: " + body + "\n-----END " + "PRIVATE" + " KEY-----")
	assert.True(t, ok)
	assert.Equal(t, 3, f.Start)
}

func TestSpansAreExact(t *testing.T) {
	segment := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	long := strings.Repeat(made, 40)
	sig := made[:43] + "%3D"
	id := "AK" + "IA" + "Q7ZT3XW5LK2VB6NC"
	block := strings.Repeat(made[:40], 2)
	for _, tc := range []struct {
		name, before, secret, after string
	}{
		{"typographic quotes", "X-Amz-Signature=", strings.Repeat("9bd33a8d", 8), "\u201d rejected"},
		{"ellipsis", "x-oss-signature=", made[:20] + "%2F" + made[20:36], "\u2026 rejected"},
		{"query as a value", "adls.sas-token=", "sv=2024-11-04&sr=c&sig=" + sig, ", next=8"},
		{"connection string as a value", "adls.connection-string.a=", "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + made[:44], ") next"},
		{"key without its end", "", "-----BEGIN " + "PRIVATE" + " KEY-----\n" + block + "\n" + made[:30], " at step 3"},
		{"key file", "x ", "Private-Lines: 1\n" + block + "\nPrivate-MAC: " + strings.Repeat("9bd33a8d", 8), "\n, next=8"},
		{"part of a dotted name", "catalog.prod.", "pscale_tkn_" + made[:43], ".table"},
		{"authress", "(see ", "sc_ooueipbkq5.xxxe.acc_3psh93bmwatbtek5." + made[:40], ")"},
		{"header named like one of a key file", "Private-Token: ", made[:24], " next"},
		{"long cookie", "Cookie: a=b; sid2=", long, "; theme=dark"},
		{"long token in a cookie", "Set-Cookie: x=", segment(`{"alg":"none"}`) + "." + long + "." + made, "; Path=/"},
		{"long value in quotes", `"password":"`, made + strings.Repeat(" "+made, 40), `","a":1`},
		{"long password of a command", "curl -u jane:", long, " https://example.com"},
		{"long password of a URL", "https://oauth2:", long, "@git.example.com/a.git"},
		{"token as a user", "curl -u ", made[:24], ": https://example.com"},
		{"query of an account whose name is made", `adls.sas-token.n2zy52hu66: "`, "sv=2024-11-04&sr=c&sig=" + sig, `"`},
		{"secret beside its id, split", id + ",", made[:20] + "\u200b" + made[:2] + "\u200b" + made[:18], ""},
		{"wrapped key above another line", "FCM_KEY: ", "AAAA" + made[:7] + ":" + made + made[:4] + "\n" + made + made[:16] + "\n" + made[:24], "\nretries: 3"},
		{"token in a path", "https://h.example.com/v1/", "whsec_" + made[:32], "/items"},
		{"token in a longer path", "https://h.example.com/v1/", "whsec_" + made[:32], "/items/list"},
		{"token with a slash", "https://h.example.com/v1/", "whsec_" + made[:32] + "/" + made[:8], ""},
		{"token with a slash before a capital", "https://h.example.com/v1/", "whsec_" + made[:32] + "/Items", ""},
		{"token before a short segment", "https://h.example.com/v1/", "whsec_" + made[:32], "/abc"},
		{"token with a slash in no path", "x=", "whsec_" + made[:32] + "/items", ""},
		{"password of a command with a space", "curl -u 'jane:", made[:8] + " " + made[8:14], "' https://example.com"},
		{"data source name", "dsn app:", made[:12], "@tcp(db:3306)/lake refused"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			found := All(tc.before + tc.secret + tc.after)
			require.Len(t, found, 1)
			assert.Equal(t, len(tc.before), found[0].Start)
			assert.Equal(t, len(tc.before)+len(tc.secret), found[0].End)
		})
	}
}

// Where a line end stands in a long token must not matter for where it ends.
func TestSpansOfWrappedTokensAreExact(t *testing.T) {
	token := "ey" + "JhbGciOiJub25lIn0." + strings.Repeat(made, 12) + "." + made
	for before := range 80 {
		var text strings.Builder
		text.WriteString(strings.Repeat("-", before) + " ")
		start := text.Len()
		for i := 0; i < len(token); i += 64 {
			text.WriteString(token[i:min(i+64, len(token))] + "\n  ")
		}
		found := All(text.String() + "next")
		require.Len(t, found, 1)
		assert.Equal(t, start, found[0].Start)
		assert.Equal(t, text.Len()-len("\n  "), found[0].End, "%d bytes before", before)
	}
}
