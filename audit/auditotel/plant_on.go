//go:build auditotel_planted

package auditotel

// planted puts in a bug: metrics have a label for the tenant.
const planted = true
