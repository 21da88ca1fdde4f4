package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// Ways in which notes, tickets, settings and commands write a secret beside its name.
func TestWaysOfArrival(t *testing.T) {
	const password, key = "dipPr125Gg!", "k7JXtY3WBtUqZDqVcjZxYI42"
	for _, tc := range []struct{ before, secret, after string }{
		{"pw=", password, ""}, {"my_pw: ", password, ""}, {"dbPw=", password, " host=h"}, {"10.1.2.3(PW:", password, ")"},
		{"ID:jane,PW:", password, ""}, {"ID:jane/PW:", password, ""}, {"Username:jane/Password:", password, ""}, {"jane@10.1.2.3/password:", "IhqSb1Gg", ""},
		{"vendor token - '", key, "'"}, {"API key - \"", key, "\" of prod"}, {"client secret - ", key, " (old)"},
		{"password\": \"", "cd7b820459d36b9339b78afb23b8c631", "\""}, {"secret'] = '", key, "'"}, {"token\":\"", key, "\",\"id\":7}"},
		{"<secret>{vendor AQAAABAAA ", key, "}</secret>"}, {"<apiKey>prod key ", key, "</apiKey>"},
		{"ConvertTo-SecureString \"", "4yd21JKH~GE8dkd", "\" -AsPlainText -Force"}, {"$p = ConvertTo-SecureString -String '", "Kf8$hdu2!", "' -AsPlainText -Force"},
		{"PASSWORD = os.environ.get(\"PASSWORD\") or \"", "at5G6zi!m", "\""},
		{"define('AUTH_SALT', '", "?PULIL7?y%Ub=[~rw+5Pg^!$UrrOpn*Pr", "')"},
		{"vendor_api_key1 = '", key, "'"}, {"define( 'DB_PASSWORD' , '", "9b2f7xfe6ebb88c0ae0f2a2f4ca66c42", "' )"}, {"{ \"AccountKey\", \"", key + key + "==", "\" }"},
		{"jane@10.1.2.3(ID:jane/PW:", "iPp10@GRq", ")"}, {"--token ", "AIhq5Xyb1Gga9Q5", " -v"}, {"PSSWRD=", "FlUgeGeHeImEn04", ""}, {"DUO_SKEY=", key, ""},
		{"https://api.example.com/v1?key=", "3kx19qpx748ldb75lsjicbs6ipit6ssm", "&page=2"},
		{"api_key=", "9734741337193905126710251", ""}, {"<token>{AQAAABAAA ", "Ub4yMRDBBdEX/BNyNFM6i6Odj25TB0Zd1BRNx57ZeMGp==", "}</token>"},
		{"password=", "%q7Zt3Xw9%", ""}, {"password=", "#{q7Zt3Xw9", ""},
		{"mysql://u:", "q<8Zk>2x`R", "@h/db"}, {"mysql://u:", "<8Zk!2xRq", "@h/db"}, {"echo '", "q;8Zk(2&xR", "' | sudo -S ls"},
		{"bannerbear_key: \"", key, "\""}, {"using airbrake Key=", key, ""},
	} {
		text := tc.before + tc.secret + tc.after
		found := All(text)
		if assert.Len(t, found, 1, text) {
			assert.Equal(t, tc.secret, text[found[0].Start:found[0].End], text)
		}
	}
}

// What is written like them and is no secret.
func TestNeighboursOfArrivals(t *testing.T) {
	for _, text := range []string{
		"pw: 12", "npw=Ab1dEf2!x", "ID:jane/Role:admin", "projects/p/password:v3", "catalog/token:9bd33a8d9bd33a8d", "orders/Password:daily",
		"vendor token - 'expired'", "API key - \"not set\"", "secret - see the vault", "session token - 42", "token - 9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3",
		"password\" is wrong", "token\": null", "password\", \"user", "<secret>{vendor key of the lake}</secret>", "<secret>see https://h/v1/orders</secret>",
		"ConvertTo-SecureString $password -AsPlainText -Force", "ConvertTo-SecureString -String $env:DbPassword -Force",
		"PASSWORD = os.environ.get(\"PASSWORD\") or \"\"", "https://jane:\u2022\u2022\u2022\u2022\u2022\u2022@h/x", "password: \u2022\u2022\u2022\u2022\u2022\u2022\u2022\u2022",
		"'https://host:8000';@something else", "api_key=973474133719390512671025", "PASSWORD=%DB_PASSWORD%", "FORGOT_PASSWORD=$BASE_URL/#/forgot_password", "<https://host:8443>jane@h", "echo q7Zt3Xw9; cat x | sudo -S ls", "password: \"#{ENV['DB_PASSWORD']}\"", "password = \"%{DB_PASSWORD}\"", "key1 = '" + made[:24] + "'", "https://h/v1?key=3kx19qpx748ldb75lsjicbs6ipit6ssm", "--token orders-daily", "x/PW:orders@daily", "\"sshpass -p '%s'\", password)", "orderscatalog_key: \"" + made[:24] + "\"",
	} {
		assert.Empty(t, All(text), text)
	}
}

// Names that frameworks leave out of their logs, each with a value of its kind.
func TestNamesOfFrameworks(t *testing.T) {
	const made = "q7Zt3Xw9Lk2Vb8Nc4Rm6Ys1Df5Gh0Jpa"
	for _, name := range []string{
		"password_confirmation", "passwordConfirmation", "snmp_community", "community_string", "_csrf", "XSRF", "remember_me", "rememberMe",
		"oauth_verifier", "wrapping_key", "crypt_key", "merchant_key", "fcm_key", "apns_key", "tacacs_key",
	} {
		for _, text := range []string{name + "=" + made, `"` + name + `": "` + made + `"`, name + ": " + made} {
			assert.NotEmpty(t, All(text), text)
		}
	}
	for _, text := range []string{"csrf=disabled", "remember_me: true", "snmp_community=public", "csrf_failures=42", "community: orders", "oauth_verifier=missing"} {
		assert.Empty(t, All(text), text)
	}
}
