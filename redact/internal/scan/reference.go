package scan

import "strings"

// references are the beginnings of values that point to where a secret is kept.
var references = []string{
	"arn:", "projects/", "secretRef:", "secretref:", "ref+", "vault:", "env:", "file:", "ssm:", "kms:", "secret://", "op://", "gcp-sm:", "gcpsm:", "awssm:",
	"https://", "http://", "s3://", "gs://", "abfss://", "spiffe://", "urn:", "secrets/", "/var/", "/etc/", "/run/", "/opt/", "/home/", "./",
}

// referenceBy has them by their first byte.
var referenceBy = indexReferences()

func indexReferences() (by [256][]string) {
	for _, head := range references {
		by[head[0]] = append(by[head[0]], head)
	}
	return by
}

// reference reports whether v points to a value that is kept elsewhere.
func reference(v string) bool {
	if v == "" || !is(v[0], lower|dot|plus) && v[0] != '@' {
		return false
	}
	if (v[0] == '/' || v[0] == '@') && onHost(v[1:], 3) {
		return true // a path below a directory with a name
	}
	for _, head := range referenceBy[v[0]] {
		if strings.HasPrefix(v, head) {
			return true
		}
	}
	return inStore(v)
}

// stores are the schemes of references to stores of secrets that have no slashes
// behind them.
var stores = stateSet(`akv akeyless aws-sm aws-ssm awsps awssm azkv azurekv azure-kv bitwarden bws conjur consul credstash doppler env file gcp-sm gcpsm
	gopass infisical keepass keychain keyring keyvault kms lastpass op parameterstore secretmanager secretref secretsmanager sm sops ssm vault`)

// inStore reports whether v is a reference to a store of secrets: a scheme and
// what it names, as in sm://project/name.
func inStore(v string) bool {
	end := runMax(v, 0, 24, lower|digit|dash|plus|dot)
	if end < 2 || end >= len(v)-1 || v[end] != ':' {
		return false
	}
	return strings.HasPrefix(v[end:], "://") && strings.IndexByte(v, '@') < 0 || knows(stores, v[:end])
}

// roots are where paths through variables begin in templates and programs.
var roots = stateSet(`args app cfg conf config context ctx data each env excluded github inputs local locals matrix module needs new old opts options
	os params process props req request res resource secrets self settings spec steps sys this values var vars`)

// path reports whether v is a path through variables, like var.db_password or
// b.token, rather than a value.
func path(v string) bool {
	const leastMember = 10 // whose words are enough, whatever they are
	v = strings.TrimPrefix(v, ".")
	first := strings.IndexByte(v, '.')
	if first < 1 || !is(v[0], letter|under) || !all(v, name) {
		return false
	}
	rooted := knows(roots, v[:first])
	if !wordy(v) && (!rooted || digits(v) > 0 || len(v)-first < leastMember) {
		return false
	}
	last := strings.LastIndexByte(v, '.')
	return rooted || stateful(v[last+1:]) || last > first && strings.Contains(v[:first], "_")
}

// constant reports whether v is a name in capitals that ends like the name of
// a variable that holds a secret.
func constant(v string) bool {
	if !all(v, upper|under|digit) {
		return false
	}
	last := strings.LastIndexByte(v, '_')
	return last > 0 && (stateful(v[last+1:]) || v[last+1:] == "PWD" || v[last+1:] == "PASS")
}
