package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// An argument is a secret when the call sets what its name says, or when it looks like
// one, with white space around it or none.
func TestArguments(t *testing.T) {
	const chose = "Tr0ub4dor" + "&3"
	for _, text := range []string{
		`conn.setPassword( "` + chose + `" )`, `conn.setPassword ("` + chose + `")`, `( "password", "` + chose + `" )`, `( secret, "` + made[:24] + `")`, `os.Setenv( "API_KEY", "` + made[:24] + `" )`,
		`headers.put( "X-Api-Key" , "` + made[:24] + `" );`, `.password("` + chose + `")`, `builder.apiKey( "` + made[:24] + `" )`, `define( "DB_PASSWORD", "` + chose + `" );`, `NewSecret("` + made[:24] + `")`,
		`client.auth("bob", "` + chose + `")`, `conn.SetPassword( @"` + chose + `" )`, `setItem( 'access_token', '` + made[:24] + `' )`, `withToken( '` + made[:24] + `' )`,
	} {
		_, ok := First(text)
		assert.True(t, ok, text)
	}
	for _, text := range []string{
		`getPassword( "prod" )`, `.password("current-password")`, `password("Enter password: ")`, `Secret("db-password")`, `token("identifier")`, `auth("basic")`, `apiKey( "X-Api-Key" )`,
		`( token, "orders" )`, `log.With( "token" , "missing" )`, `setPassword( "" )`, `setToken( token )`, `( "password", "required" )`, `token( "01J8Z3K4M5N6P7Q8R9S0T1V2W3" )`, `(password`, `secret("x`,
	} {
		_, ok := First(text)
		assert.False(t, ok, text)
	}
}
