package overlay_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/daxis-io/arco-audit/internal/overlay"
)

func ExampleBuild() {
	temporary, err := os.MkdirTemp("", "overlay")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(temporary)
	file, err := filepath.Abs("build_test.go")
	if err != nil {
		fmt.Println(err)
		return
	}
	other := "package overlay_test\n\nimport \"testing\"\n\nfunc TestOther(t *testing.T) { println(\"other\") }\n"
	program, err := overlay.Build(context.Background(), ".", temporary, map[string][]byte{file: []byte(other)})
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := exec.CommandContext(context.Background(), program).CombinedOutput()
	fmt.Printf("%.5s %v\n", out, err)
	// Output:
	// other <nil>
}
