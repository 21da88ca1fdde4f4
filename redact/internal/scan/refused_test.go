package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// An error quotes the value that it refuses before it says for what it was given.
func TestValuesThatErrorsRefuse(t *testing.T) {
	for _, text := range []string{
		`net/http: invalid header field value "` + made + `\n" for key X-Consul-Token`,
		`{"error":"net/http: invalid header field value \"` + made + `\\n\" for key DD-APPLICATION-KEY"}`,
		`net/http: invalid header field value "Bearer ` + made + `\x00" for key Authorization`,
		`invalid value "` + made + `" for flag -client-secret: parse error`,
		`invalid argument "` + made + `" for "--password" flag: too long`,
		`invalid argument "` + made + `" for "-p, --password" flag: too long`,
		`bad value '` + made + `' for environment variable API_KEY`,
		`cannot use value "` + made + `" for the setting "db.password"`,
	} {
		assert.Empty(t, left(text, made), text)
	}
	for _, text := range []string{
		`invalid value "` + made + `" for flag -warehouse: parse error`,
		`invalid value "` + made + `" for key`,
		`invalid value "` + made + `"`,
		`invalid value "" for flag -password: empty`,
		`invalid value "true" for flag -password: parse error`,
		`invalid argument "<nil>" for "-t, --token" flag`,
		`invalid value "${DB_PASSWORD}" for flag -password`,
	} {
		assert.Equal(t, "-", verdict(text), text)
	}
	for _, tc := range [][2]string{
		{"session:growth-events-8o7d:93850", "session:" + made[:24] + ":93850"},
	} {
		assert.Equal(t, "-", verdict(tc[0]), tc[0])
		assert.NotEqual(t, "-", verdict(tc[1]), tc[1])
	}
	for _, text := range []string{"xoxb%2D912726743052%2D3257180666183%2DnVVIU5PXjqA2FiSbLOiargrR", "next=xoxb%252D912726743052%252D3257180666183%252DnVVIU5PXjqA2FiSbLOiargrR", "dt0c01%2EQR6WNMIIZVGWUN6P5XRQYGWM%2E2QNZ45BOY6IIQ5RTD25ZCDVKK6CVA2MXXPHHOJOXFMWOKDRGXA5HC5BLM4IPCFS4", "sk%5flive%5f" + made[:24]} {
		assert.NotEqual(t, "-", verdict(text), text)
	}
}
