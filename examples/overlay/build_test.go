package overlay_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/daxis-io/arco-audit/examples/overlay"
)

func ExampleBuild() {
	temporary, err := os.MkdirTemp("", "overlay")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(temporary)
	file, err := filepath.Abs(filepath.Join("..", "tokens", "reason_test.go"))
	if err != nil {
		fmt.Println(err)
		return
	}
	other := "package tokens_test\n\nimport \"testing\"\n\nfunc TestOther(t *testing.T) { println(\"other\") }\n"
	program, err := overlay.Build(context.Background(), filepath.Join("..", "tokens"), temporary, map[string][]byte{file: []byte(other)})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := exec.Command(program).CombinedOutput()
	fmt.Printf("%.5s %v\n", out, err)
	// Output:
	// other <nil>
}
