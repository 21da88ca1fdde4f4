//go:build flood_planted

package flood

// planted puts in a bug: what was written before a write failed is written again.
const planted = true
