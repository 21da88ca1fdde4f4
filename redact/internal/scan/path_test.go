package scan

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// segments are the shapes that segments of paths have.
var segments = []string{
	"v1", "v1beta1", "v2alpha1", "k8s", "e2e", "b2b", "s3a", "x", "team42", "Team42", "3d", "a1b2c3", "yl8z", "my-bucket-yl8z", "9bd33a8d",
	"9bd33a8d-9bd3-4a8d-9bd3-9bd33a8d9bd3", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "q7Zt3Xw9", made[:22], "dt=2024-01-31", "part-00001", "file.tar.gz", "~me", "_tmp", "@scope", "%20", "a+b",
}

// A slash of a path is where a token can begin, whatever the segments before it
// look like.
func TestEveryShapeIsFoundInPaths(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	heads := []string{"https://h.example.com/", "https://h.example.com:8080/", "s3://", "gs://bucket/", "/", "./", "tables/", "GET /api/"}
	for i := range Rows() {
		if strings.HasPrefix(shapes[i].prefix, "/") {
			continue
		}
		missed, all := 0, 0
		for _, segment := range segments {
			for _, head := range heads {
				token := Example(r, i)
				if _, ok := First(token); !ok {
					continue
				}
				all++
				for _, tail := range []string{"", "/x"} {
					if tail != "" && strings.IndexByte(token, '/') >= 0 {
						continue // it has no end there
					}
					if _, ok := First(head + segment + "/" + token + tail); !ok {
						missed++
						if missed < 3 {
							t.Logf("%s: %s", rows[i].kind, head+segment+"/"+token+tail)
						}
					}
				}
			}
		}
		assert.LessOrEqual(t, missed*200, all, "%s: %d of %d", rows[i].kind, missed, all)
	}
}

// Base64 has slashes too: behind them a weak prefix says nothing.
func TestWeakPrefixInBase64IsNone(t *testing.T) {
	for _, before := range []string{made[:20], "data=" + made[:9], "k+" + made[:30], `"` + made + "/" + made[:9]} {
		for _, token := range []string{"AQE" + made + made[:20], "AKCp" + made + made[:25], "00" + made[:40]} {
			_, ok := First(before + "/" + token)
			assert.False(t, ok, before+"/"+token)
		}
	}
}
