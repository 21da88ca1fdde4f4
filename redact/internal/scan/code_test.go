package scan

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// Digits are a secret beside the name of a code, and a number beside one of a counter,
// a status or an object.
func TestCodes(t *testing.T) {
	for _, name := range []string{"verification_code", "mfaCode", "pin", "passcode", "user_pin", "totp-code", "2fa_code", "tokenCode", "backup_code", "X-GitHub-OTP", "otp", "TOTP"} {
		for _, frame := range []string{"%=482913", "%: 482913", `"%":"482913"`, `{"%":482913,"n":1}`, "map[%:[482913]]", "--% 482913", "/v1/x?%=482913&z=1", "<%>482913</%>", `% = "482913"`} {
			text := strings.ReplaceAll(frame, "%", name)
			f, ok := First(text)
			assert.True(t, ok, text)
			assert.Equal(t, "482913", text[f.Start:f.End], text)
		}
		for _, frame := range []string{"%=required", "%: true", "%_count=482913", "%_id: 482913", "%=1700000000123", "%=17", "s3://b/%=482913/x.parquet", "%=111111", "% was sent"} {
			_, ok := First(strings.ReplaceAll(frame, "%", name))
			assert.False(t, ok, strings.ReplaceAll(frame, "%", name))
		}
	}
	for _, text := range []string{
		"your verification code is 482913", "one-time password: 482913", "OTP is 482913", "backup_code=4829-1347", "cvv=482", "cvc2: 4821", "pin=4829", "passcode: correct4Horse",
		"INSERT INTO t (id, otp) VALUES (7, '482913')", "id,mfa_code\n7,482913\n",
	} {
		_, ok := First(text)
		assert.True(t, ok, text)
	}
	for _, text := range []string{"code=482913", "status_code=482913", "pin_code=560001", "otp=4829", "pin 4829 of the connector", "gpio_pin=17", "spin=4829", "shipping: 48291", "cvv=48291", "cvv=12x", "country code is 4121", "verification code sent"} {
		_, ok := First(text)
		assert.False(t, ok, text)
	}
}
