package redact

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
	"sync"
	"sync/atomic"
)

const (
	pseudonymInfo = "arco-audit/pseudonym/v1/"
	keyIDInfo     = "arco-audit/key-id/v1"

	// maxTenants bounds the derived keys that are kept, about 1.5 KB each with
	// the running hash states.
	maxTenants = 1024
	// maxTenantBytes is the longest tenant name that is worth keeping.
	maxTenantBytes = 256
	// maxUses caps the use counter of a kept key: a tenant that was busy
	// survives that many full turns of a flood of strangers.
	maxUses = 255
)

// deriver makes pseudonyms under one key. Derived keys are kept in a ring that
// is swept by a clock hand with use counters: a stranger enters with no uses
// and is the next to leave, so a flood of strangers does not push out a tenant
// that is in use.
type deriver struct {
	id     string
	secret func() []byte
	plain  *macs // legacy mode: the key itself

	mu    sync.RWMutex
	kept  map[string]*keptKey
	clock []*keptKey
	hand  int
}

type keptKey struct {
	tenant string
	macs   *macs
	uses   atomic.Int32
}

func newDeriver(k Key) *deriver {
	return &deriver{id: k.id, secret: k.secret, plain: newMACs(k.secret()), kept: make(map[string]*keptKey)}
}

func (d *deriver) pseudonym(tenant, subject string, legacy bool) string {
	if legacy {
		return d.plain.name(subject)
	}
	return d.tenantMACs(tenant).name(subject)
}

func (d *deriver) tenantMACs(tenant string) *macs {
	d.mu.RLock()
	e := d.kept[tenant]
	d.mu.RUnlock()
	if e != nil {
		if e.uses.Load() < maxUses {
			e.uses.Add(1)
		}
		return e.macs
	}
	m := d.derive(tenant)
	if len(tenant) <= maxTenantBytes {
		d.keep(&keptKey{tenant: strings.Clone(tenant), macs: m})
	}
	return m
}

func (d *deriver) derive(tenant string) *macs {
	key, err := hkdf.Key(sha256.New, d.secret(), nil, pseudonymInfo+tenant, sha256.Size)
	if err != nil {
		// Unreachable: 32 bytes are within HKDF's limit. An empty key would
		// make pseudonyms that anybody can compute, so use the secret itself.
		key = d.secret()
	}
	return newMACs(key)
}

func (d *deriver) keep(e *keptKey) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.kept[e.tenant] != nil {
		return
	}
	if len(d.clock) < maxTenants {
		d.clock = append(d.clock, e)
		d.kept[e.tenant] = e
		return
	}
	for range maxTenants * 2 {
		old := d.clock[d.hand]
		at := d.hand
		d.hand = (d.hand + 1) % maxTenants
		if old.uses.Load() > 0 {
			old.uses.Add(-1)
			continue
		}
		delete(d.kept, old.tenant)
		d.clock[at] = e
		d.kept[e.tenant] = e
		return
	}
	// Every kept key is busier than this stranger: do not keep it.
}

// macs hands out hash states that are keyed once and reused.
type macs struct {
	key  func() []byte
	pool sync.Pool // *mac
}

type mac struct {
	hash hash.Hash
	buf  [128]byte
	sum  [sha256.Size]byte
}

func newMACs(key []byte) *macs {
	return &macs{key: func() []byte { return key }}
}

// name returns the first 16 bytes of HMAC-SHA256(key, subject) in hexadecimal.
func (m *macs) name(subject string) string {
	h, ok := m.pool.Get().(*mac)
	if !ok {
		h = &mac{hash: hmac.New(sha256.New, m.key())}
	}
	for rest := subject; len(rest) > 0; {
		n := copy(h.buf[:], rest)
		_, _ = h.hash.Write(h.buf[:n])
		rest = rest[n:]
	}
	sum := h.hash.Sum(h.sum[:0])
	var out [32]byte
	hex.Encode(out[:], sum[:16])
	h.hash.Reset()
	clear(h.buf[:])
	m.pool.Put(h)
	return string(out[:])
}
