// Package owner tells the tenants apart whose records count against shares of a trail's room.
package owner

import "hash/maphash"

// ID is a hash of a tenant's name, keyed for this process, so that nobody can make two that are the same.
type ID uint64

// None owns what counts against no tenant.
const None ID = 0

var seed = maphash.MakeSeed()

// Of returns the ID of a tenant, None for "". It costs as much as looking at the name: make it where the name is made.
func Of(tenant string) ID {
	if tenant == "" {
		return None
	}
	return ID(maphash.String(seed, tenant) | 1)
}
