// Package subject has code of which its tests hold some.
package subject

func clamp(n int) int {
	if n > 9 {
		n = 9
	}
	for n < 0 {
		n++
	}
	return n
}

func both(a, b bool) bool { return a && b }

func quick(n int) bool {
	if slow(n) == false {
		return false
	}
	return slow(n)
}

func slow(n int) bool {
	switch {
	case both(n == 1, true):
		return true
	}
	return false
}
