// Package corpus synthesises secrets of every kind in the forms in which they
// arrive, and legitimate values that look like them. Everything is made at run
// time from a seed; nothing in it is or was a credential.
package corpus

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/daxis-io/arco-audit/redact/internal/scan"
)

// Sample is one synthesised secret.
type Sample struct {
	Kind   string
	Text   string // the secret in its own plain form
	Secret string // the part of Text that must not get through
}

// Gen makes samples from a seed.
type Gen struct{ r *rand.Rand }

// New returns a generator.
func New(seed uint64) *Gen { return &Gen{r: rand.New(rand.NewPCG(seed, 0x5ec2e7))} }

const (
	lowerAlpha = "abcdefghijklmnopqrstuvwxyz"
	upperAlpha = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits     = "0123456789"
	hexDigits  = "0123456789abcdef"
	alnum      = lowerAlpha + upperAlpha + digits
	b64url     = alnum + "-_"
	b64std     = alnum + "+/"
)

func (g *Gen) chars(alphabet string, n int) string {
	var b strings.Builder
	for range n {
		b.WriteByte(alphabet[g.r.IntN(len(alphabet))])
	}
	return b.String()
}

func (g *Gen) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(g.r.Uint32())
	}
	return b
}

func (g *Gen) hex(n int) string         { return hex.EncodeToString(g.bytes(n / 2)) }
func (g *Gen) b64(n int) string         { return base64.StdEncoding.EncodeToString(g.bytes(n)) }
func (g *Gen) url64(n int) string       { return base64.RawURLEncoding.EncodeToString(g.bytes(n)) }
func (g *Gen) of(list ...string) string { return list[g.r.IntN(len(list))] }
func (g *Gen) num(low, high int) int    { return low + g.r.IntN(high-low+1) }

func (g *Gen) uuid() string {
	b := g.bytes(16)
	b[6] = b[6]&0x0F | g.of("\x40", "\x70")[0]
	b[8] = b[8]&0x3F | 0x80
	h := hex.EncodeToString(b)
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

func (g *Gen) word() string {
	return g.of("orders", "events", "daily", "raw", "clean", "sales", "users", "gold", "silver", "bronze", "stage", "region", "eu", "us",
		"metrics", "lineage", "catalog", "payment", "customer", "session", "warehouse", "finance", "ledger", "audit", "click", "stream", "batch", "model",
		"feature", "report", "invoice", "product", "inventory", "shipment", "billing", "account", "profile", "device", "sensor", "log")
}

func (g *Gen) words(n int, sep string) string {
	w := make([]string, n)
	for i := range w {
		w[i] = g.word()
	}
	return strings.Join(w, sep)
}

func (g *Gen) date() string {
	return fmt.Sprintf("20%02d-%02d-%02d", g.num(20, 29), g.num(1, 12), g.num(1, 28))
}
func (g *Gen) stamp() string {
	return strings.ReplaceAll(g.date(), "-", "") + fmt.Sprintf("T%02d%02d%02dZ", g.num(0, 23), g.num(0, 59), g.num(0, 59))
}

func segment(json string) string { return base64.RawURLEncoding.EncodeToString([]byte(json)) }

func pct(s string) string {
	return strings.NewReplacer("%", "%25", "+", "%2B", "/", "%2F", "=", "%3D", "&", "%26", ":", "%3A", "@", "%40", " ", "%20").Replace(s)
}

// Shapes returns n samples of each row of the scanner's table of fixed shapes.
func (g *Gen) Shapes(n int) []Sample {
	var out []Sample
	for i := range scan.Rows() {
		kind, _ := scan.RowKind(i)
		for range n {
			s := scan.Example(g.r, i)
			out = append(out, Sample{Kind: kind, Text: s, Secret: s[scan.Lead(i, s):]})
		}
	}
	return out
}

// Secrets returns n samples of each kind that a builder makes, and of each
// fixed shape.
func (g *Gen) Secrets(n int) []Sample {
	var out []Sample
	for _, b := range builders {
		for range n {
			text, secret := b.make(g)
			out = append(out, Sample{Kind: b.kind, Text: text, Secret: secret})
		}
	}
	return append(out, g.Shapes(n)...)
}

type builder struct {
	kind string
	make func(g *Gen) (text, secret string)
}

// akia returns an AWS access key id: the sum keeps it from being a real one.
func (g *Gen) akia() string {
	sum := sha256.Sum256(g.bytes(8))
	const base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	id := []byte(g.of("AK", "AS") + "IA")
	for _, b := range sum[:16] {
		id = append(id, base32[b&31])
	}
	return string(id)
}
