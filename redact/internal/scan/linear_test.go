package scan

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestLin(t *testing.T) {
	pats := []string{"token=", "token=a ", "token:a:", "-----BEGIN ", "-----BEGIN PRIVATE KEY", "-END PRIVATE KEY", "-END ", `"kty"`, "kty d:", "@", "a:b@", "//a:b@", "%25", "%2525", "%4", `\\`, `\u005c`, "&amp;", "&#38;", "[1 1 1 ", "[1", "{1,", "AKIA234567ABCDEF234567 ", "AKIA", "eyJhbGciOiJub25lIn0", "eyJhbGciOiJub25lIn0.", "ghp_", "password\n", "a\n", "\u200b", "\xe2\x80", "Bearer ", "Basic ", "cookie: a=b; ", "<password>", "thin:a/b@", "/p/", "00", "s.", "$ANSIBLE_VAULT;", "Private-Lines:", "4142434445464748494a4b4c", "location ", "Authorization: ", "0x41,", "a", "A", ".", "=", "key=", "\"key\":", "%3D", "MII", "IBAAKC", "sk-", "xoxb-1-", "AAAA", "T3BlbkFJ", "Q~", "+ASt", ".atlasv1."}
	for _, p := range pats {
		var d [2]time.Duration
		for k, n := range []int{100_000, 400_000} {
			s := strings.Repeat(p, n/len(p)+1)
			d[k] = time.Hour
			for range 2 {
				st := time.Now()
				All(s)
				d[k] = min(d[k], time.Since(st))
			}
		}
		r := float64(d[1]) / float64(d[0])
		if r > 6 || d[1] > 100*time.Millisecond {
			fmt.Printf("%-24q %v %v x%.1f  %.1f ns/B\n", p, d[0], d[1], r, float64(d[1])/400000)
		}
	}
	s := "hello world this is text"
	for range 12 {
		s = base64.StdEncoding.EncodeToString([]byte(s + s))
	}
	st := time.Now()
	All(s)
	fmt.Println(len(s), time.Since(st))
}
