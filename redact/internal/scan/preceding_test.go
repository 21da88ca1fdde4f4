package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A member that holds the value of a name may stand before the one that has the name;
// what belongs to another name does not.
func TestValuesBeforeTheirNames(t *testing.T) {
	v := made[:32]
	for _, text := range []string{
		`{"value":"` + v + `","name":"client_secret"}`, `{ "Value" : "` + v + `", "Key" : "API_KEY" }`, `[{"value":"` + v + `","type":"text","key":"token"}]`,
		`<property value="` + v + `" name="password"/>`, `<param value='` + v + `' name='api_key'>`, "- value: " + v + "\n  name: DB_PASSWORD\n",
		"{Value:" + v + " Name:access_token}", `{"input":{"value":"` + v + `","id":"password"}}`, "    password    REG_SZ    " + v,
		`{"value":"482913","name":"otp_code"}`, `[{"name":"a","value":"b"},{"value":"` + v + `","name":"token"}]`,
	} {
		assert.Empty(t, left(text, v), text)
		_, ok := First(text)
		assert.True(t, ok, text)
	}
	for _, text := range []string{
		`{"value":"` + v + `","name":"page_token"}`, `[{"name":"region","value":"` + v + `"},{"name":"password"}]`, `{"name":"id","value":"` + v + `","key":"token"}`,
		"- name: region\n  value: " + v + "\n- name: token\n", "- value: " + v + "\n- name: token\n", "{Name:region Value:" + v + " Key:token}", `{"value":"none","name":"token"}`,
		`{"value":"","name":"token"}`, `{"value":12,"name":"client_secret"}`, `<column name="region" value="` + v + `"/><column name="token"/>`,
		"    token    REG_SZ    expired", `value ` + v + ` of "token"`,
	} {
		_, ok := First(text)
		assert.False(t, ok, text)
	}
}
