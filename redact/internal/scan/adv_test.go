package scan

import (
	"bufio"
	"fmt"
	"os"
	"testing"
)

func TestAdversary(t *testing.T) {
	for _, name := range []string{"hit", "pass"} {
		f, err := os.Open("/tmp/redact/" + name + ".txt")
		if err != nil {
			return
		}
		sc := bufio.NewScanner(f)
		for sc.Scan() {
			if sc.Text() == "" {
				continue
			}
			g, ok := First(sc.Text())
			if ok != (name == "hit") {
				fmt.Printf("%s WRONG %s", name, sc.Text())
				if ok {
					fmt.Printf("   <- %s %q", Names[g.Kind], sc.Text()[g.Start:g.End])
				}
				fmt.Println()
			}
		}
	}
}
