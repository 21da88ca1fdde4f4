// Package postsink is the sink that README shows: 30 lines that pass the conformance kit.
package postsink
