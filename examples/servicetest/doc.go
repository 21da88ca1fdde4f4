// Package servicetest is what the tests of the example services share: a trail with a sink in memory that can be
// stalled, and secrets to plant.
package servicetest
