package subject

import "testing"

func TestClamp(t *testing.T) {
	for in, want := range map[int]int{8: 8, 12: 9, -3: 0} {
		if got := clamp(in); got != want {
			t.Errorf("clamp(%d) is %d", in, got)
		}
	}
}

func TestQuick(t *testing.T) {
	if !quick(1) || quick(0) || quick(2) {
		t.Error("only 1 is quick")
	}
}
