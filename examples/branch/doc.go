// Package branch finds, in the source of a service, every branch on which it decides something, and instruments each, so
// that a test can prove that all of them are reached from outside and leave the events that they should.
//
// A decision function is marked //audit:decision in its comment. What it refers to in its package, transitively, decides
// with it. In all of that, the branches are the blocks; the statuses and the reasons are what the source names.
package branch
