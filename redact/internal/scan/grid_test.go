package scan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Every row below a name is found, of each of the columns.
func TestEveryRowIsFound(t *testing.T) {
	a, b, c, d := "Abc9xyzQ1vv", made[:32], "Def8uvwQ2vv", made[9:41]
	for _, text := range []string{
		"id,password,token\n1,A,B\n2,C,D\n",
		"id\tpassword\tname\ttoken\n1\tA\tx\tB\n2\tC\ty\tD\n",
		"| id | password | token |\n|----|----------|-------|\n| 1 | A | B |\n| 2 | C | D |\n",
		" id | password | token \n----+----------+-------\n  1 | A | B\n  2 | C | D\n(2 rows)\n",
		"INSERT INTO users (name, password, token) VALUES ('bob', 'A', 'B'), ('al', 'C', 'D')",
		"insert into `users`(`password`,`token`,`at`) values\n  ('A','B',now()),\n  ('C','D',NULL);",
		`INSERT INTO "u" ("id", "password", "token") VALUES (1, N'A', 'B'),(2,'C','D')`,
		"Key (password, token)=(A, B) already exists. Key (token, password)=(D, C) already exists.",
	} {
		text = strings.NewReplacer("A", a, "B", b, "C", c, "D", d).Replace(strings.NewReplacer("INTO", "into", "INSERT", "insert", "VALUES", "values", "NULL", "null").Replace(text))
		for _, secret := range []string{a, b, c, d} {
			assert.Empty(t, left(text, secret), "%q", text)
		}
	}
	for _, tc := range []struct{ before, secret, after string }{
		{"INSERT INTO users (name, password) VALUES ('bob', '", "S3cure,)x''y9zz", "')"},
		{"INSERT INTO t (a, api_key) VALUES (f(1, 2), '", "71f172f2-cc5a-42c4-a435-f9ba893dde88", "')"},
		{"DETAIL:  Key (tenant, db_password)=(acme, ", "S3cureXy9zz", ") already exists."},
		{"DETAIL: Key (api_token)=(", b, ") already exists."},
		{"Duplicate entry '", b, "' for key 'users.api_token'"},
	} {
		text := tc.before + tc.secret + tc.after
		if found := All(text); assert.Len(t, found, 1, "%q", text) {
			assert.Equal(t, tc.secret, text[found[0].Start:found[0].End], "%q", text)
		}
	}
	for _, text := range []string{
		"INSERT INTO tokens (id, token, state) VALUES (3, 'expired', 'x')", "INSERT INTO users (name, password) VALUES (?, ?)",
		"INSERT INTO users (name, password) VALUES (:name, :password), ($1, $2)", "Key (token)=(active) already exists.",
		"Key (session, id)=(0190f8e2-7b3c-4def-8123-456789abcdef, 3) already exists.", "INSERT INTO t (token, id) SELECT a, b FROM x",
		"id,password,token\n1,expired,none\n2,changed,revoked\n", "Duplicate entry 'orders' for key 'tokens.name'", "Duplicate entry '42' for key 'users.token'",
	} {
		assert.Empty(t, All(text), "%q", text)
	}
}
