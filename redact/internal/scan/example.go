package scan

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
)

// Rows returns the number of fixed shapes.
func Rows() int { return len(rows) }

// RowKind returns the name and the source of fixed shape i.
func RowKind(i int) (kind, source string) { return rows[i].kind, rows[i].source }

// Lead returns how many bytes of an example of fixed shape i stand before the secret:
// the word beside which alone it counts, or the name of a variable.
func Lead(i int, example string) int {
	if rows[i].beside {
		return strings.LastIndexByte(example, ' ') + 1
	}
	return strings.IndexByte(shapes[i].prefix, '=') + 1
}

// Example synthesises a value of fixed shape i.
func Example(r *rand.Rand, i int) string {
	if rows[i].packet {
		return exampleMacaroon(r, shapes[i].prefix == "AgE")
	}
	if rows[i].example != nil {
		return rows[i].example(r)
	}
	var b strings.Builder
	for _, p := range shapes[i].parts {
		if p.least == 0 {
			b.WriteString(p.text)
			continue
		}
		n := p.least + r.IntN(min(p.most, p.least+24)-p.least+1)
		for range n {
			b.WriteByte(pick(r, p.chars))
		}
	}
	return b.String()
}

// exampleGrafana synthesises a key of Grafana.
func exampleGrafana(r *rand.Rand) string {
	return base64.StdEncoding.EncodeToString([]byte(`{"k":"` + picked(r, alnum, 32) + `","n":"deploys","id":1}`))
}

// exampleNewRelic synthesises a license key of New Relic for one of its regions.
func exampleNewRelic(r *rand.Rand) string {
	regions := [...]string{"eu01xx", "us01xx", "gov01x", "ap02xx"}
	return regions[r.IntN(len(regions))] + picked(r, lowhex, 30) + "NRAL"
}

// exampleNewRelicLower does so in lower case.
func exampleNewRelicLower(r *rand.Rand) string { return strings.ToLower(exampleNewRelic(r)) }

// exampleLaunchDarkly synthesises an access token of LaunchDarkly, which is one only
// beside its name.
func exampleLaunchDarkly(r *rand.Rand) string {
	group := func(n int) string { return picked(r, lowhex, n) }
	return "ld-key api-" + group(8) + "-" + group(4) + "-4" + group(3) + "-" + group(4) + "-" + group(12)
}

// picked returns n bytes of the set.
func picked(r *rand.Rand, s set, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = pick(r, s)
	}
	return string(b)
}

// exampleMacaroon synthesises a macaroon in the binary format, with a location
// when the shape begins like one that has it.
func exampleMacaroon(r *rand.Rand, located bool) string {
	b := []byte{2}
	if located {
		location := "https://catalog.example.com"
		b = append(append(b, 1, byte(len(location))), location...)
	}
	b = append(b, 2, 30)
	for range 30 {
		b = append(b, byte(r.Uint32()))
	}
	b = append(b, 0, 0, 6, 32)
	for range 32 {
		b = append(b, byte(r.Uint32()))
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// pick returns a byte of the set; letters and digits come more often than
// marks, a full stop never comes, and no padding, which only ends what is encoded.
func pick(r *rand.Rand, s set) byte {
	for {
		c := byte(0x21 + r.IntN(0x5E))
		if is(c, s) && (is(c, alnum) || s&alnum == 0 || r.IntN(8) == 0 && c != '.' && c != '=') {
			return c
		}
	}
}
