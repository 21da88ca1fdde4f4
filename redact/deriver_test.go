package redact

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestFloodKeepsAHotTenant(t *testing.T) {
	d := newDeriver(EphemeralKeys().ringKey())
	for range 100 {
		d.pseudonym("hot", "jo", false)
	}
	kept := d.kept["hot"]
	for i := range 20 * maxTenants {
		d.pseudonym(fmt.Sprint("stranger-", i), "x", false)
	}
	assert.Same(t, kept, d.kept["hot"])
	assert.LessOrEqual(t, len(d.kept), maxTenants)
	assert.Len(t, d.clock, len(d.kept))
}

// ringKey returns the current key of a ring.
func (k Keys) ringKey() Key { return Key{id: k.ring[0].id, secret: k.ring[0].secret} }
