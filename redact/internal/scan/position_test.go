package scan

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// In the first text of a pair a secret stands at a place that only the program or
// the address around it gives away; in the second one it is none, or stands
// elsewhere.
func TestPlacesOfSecrets(t *testing.T) {
	word, long := made[:16], made+made[:8]
	for _, tc := range [][2]string{
		{"mc alias set x https://h " + made[:20] + " " + made[20:44], "mc alias set x https://h " + made[:20]},
		{"gcloud auth activate-refresh-token bob " + long, "gcloud auth activate-service-account bob " + long},
		{`net use \\srv\share ` + word + " /user:bob", `net use z: \\srv\share /user:bob`},
		{`net use \\\\srv\\share /user:dom\\judy "` + word + `"`, `net user \\\\srv\\share /user:dom\\judy "` + word + `"`},
		{"C: AUTH PLAIN AGJvYgBRN1p0WHc5TGtWYjhOYzRS\\n\",", "AUTH PLAIN"},
		{"AUTH " + word, "AUTH 9bd33a8d9bd33a8d"},
		{"AUTH default " + word, "XAUTH default " + word},
		{"AUTH PLAIN AGJvYgBRN1p0WHc5TGtWYjhOYzRS", "AUTH PLAIN LOGIN"},
		{"ACL SETUSER kim on >" + word + " ~*", "click on >" + word},
		{"user default on >word ~*", "user default on >> ~*"},
		{"echo " + word + " | docker login --password-stdin r", "cat " + word + " | docker login --password-stdin r"},
		{"printf -n '" + word + "' | sudo -S ls", "echo $" + word + " | sudo -S ls"},
		{"echo " + word + " | sudo -S ls", "echo " + word + "; true | sudo -S ls"},
		{"kinit bob <<< " + word, "cat <<< " + word},
		{"sudo -S ls <<< '" + word + "'", "sudo -S ls <<< ''"},
		{"mongo -u kim -p " + word, "mongo -u kim -p 27017"},
		{"bcp t out f -U sa -P " + word, "bcp t out f -U sa -p " + word},
		{"twine upload -p " + word + " dist/a", "twine check -p " + word + " dist/a"},
		{"zip -P " + word + " a.zip", "zip -p " + word + " a.zip"},
		{"7z x -p" + word + " a.7z", "7z x -o" + word + " a.7z"},
		{"openssl enc -aes-256-cbc -k " + word, "openssl enc -aes-256-cbc -K"},
		{"xfreerdp /u:bob /p:" + word, "xfreerdp /u:bob /v:" + word},
		{`Hawk id="a", ts="1", mac="` + made[:40] + `="`, `Hawk id="a", ts="1", xmac="` + made[:40] + `="`},
		{`MAC id="a", mac="` + made[:27] + `="`, `MAC id="a", mac="aa:bb:cc:00:11:22"`},
	} {
		assert.NotEqual(t, "-", verdict(tc[0]), tc[0])
		assert.Equal(t, "-", verdict(tc[1]), tc[1])
	}
}

func TestAddressesWithPasswords(t *testing.T) {
	word := made[:16]
	for _, tc := range [][2]string{
		{"kim:" + word + "@acct-org/db/schema?warehouse=wh", "kim:" + word + "@acct-org/db/schema"},
		{"kim:" + word + "@/orders", "kim:" + word + "@/"},
		{"kim:" + word + "@db:5432", "kim:" + word + "@db:5"},
		{"kim@tenant:" + word + "@h:2883/db", "kim@tenant:orders@h:2883/db"},
		{"kim/" + word + "@//db.example.com:1521/ORCL", "a/kim/" + word + "@//db.example.com:1521/ORCL"},
		{"input:kim/tiger@//db:1521/ORCL", "kim/tiger@//db"},
		{"kim/tiger@//db:1521/ORCL", "kim/null@//db:1521/ORCL"},
		{"sqlplus -s kim/tiger@ORCL", "sqlite -s kim/tiger@ORCL"},
		{"kim/" + word + "@db:1521/ORCL", "kim/orders@db:1521/ORCL"},
		{"postgres://kim:" + word[:6] + "/" + word[6:] + "@h/db", "postgres://kim:5432/" + word[6:] + "@h/db"},
		{"amqp://kim:#/" + word + "@h/db", "https://host:port/@scope/pkg"},
		{"kim:" + word + "@pbx:5060", "sip:" + word + "@pbx:5060"},
	} {
		assert.NotEqual(t, "-", verdict(tc[0]), tc[0])
		assert.Equal(t, "-", verdict(tc[1]), tc[1])
	}
}
