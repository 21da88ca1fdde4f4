package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/daxis-io/arco-audit/internal/wire"
)

// What a stub says: its reason, its kind in details, and what its resource begins with, before the leaf hash in
// hexadecimal.
const (
	stubReason  = "quarantined"
	stubRefused = "refused_by_destination"
	stubLeaf    = "leaf/"
)

// stubOf returns what a destination gets in the place of an event that it refuses: its id, trail, source, sequence,
// time, action, outcome and tenant, and its leaf hash. Nothing that a caller named is in it but the tenant, and it
// depends on the event alone: whoever makes it makes the same bytes.
func stubOf(rec Record) Record {
	p, _ := wire.DecodeLenient(rec.json) // Emit wrote it, or recordOf has read it
	leaf := leafHash(rec.json)
	category, outcome, _ := p.Type()
	details := wire.Begin(nil)
	details.String("kind", stubRefused)
	service, _, _ := strings.Cut(strings.TrimPrefix(p.Text[wire.MemberSource], "//"), "/")
	buf, layout := wire.Append(nil, &wire.Envelope{
		ID: rec.ID().b, Millis: rec.millis, Source: p.Text[wire.MemberSource], Trail: rec.Trail().String(), Sequence: uint64(rec.sequence),
		PolicyVersion: p.Text[wire.MemberPolicyVersion], Action: p.Text[wire.MemberAction], Category: category, Outcome: outcome,
		Severity: p.Text[wire.MemberSeverityText], Reason: stubReason, Resource: hex.AppendEncode([]byte(stubLeaf), leaf[:]),
		Actor: "service:" + service, AuthType: authTypes[authSystem], Tenant: p.Text[wire.MemberTenant], RequestID: "unknown",
		Details: details.End(),
	})
	stub := rec
	stub.json = string(buf)
	stub.idAt, stub.tenantAt, stub.tenant = uint16(layout.ID), uint16(layout.TenantAt), uint16(layout.Tenant)
	return stub
}

// leafHash is the hash of an event as a leaf of its trail's tree (RFC 6962 section 2.1).
func leafHash(event string) [sha256.Size]byte {
	return sha256.Sum256(append([]byte{0}, event...))
}
