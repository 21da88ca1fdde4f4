package journal_test

import (
	"context"
	"fmt"

	"github.com/daxis-io/arco-audit/internal/faultfs"
	"github.com/daxis-io/arco-audit/internal/journal"
)

// A process appends two records and dies; the next one adopts its trail and delivers them.
func Example() {
	ctx := context.Background()
	disk := faultfs.New()
	options := journal.Options{FS: disk, Dir: "/var/lib/audit", Trail: "0190a5f0-0000-7000-8000-000000000001"}

	j, err := journal.Open(options)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, text := range []string{"00000000000000000000 table dropped", "00000000000000000000 table created"} {
		seq, err := j.AppendDurable(ctx, &journal.Entry{Payload: []byte(text), Slot: 0})
		fmt.Println("acknowledged", seq, err)
	}

	options.FS = disk.Crash(faultfs.LoseAll())
	dead, err := journal.Adopt(options)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("unclean:", dead.Recovered().Unclean)
	route, err := dead.Route("sink", journal.StartOldest, true)
	if err != nil {
		fmt.Println(err)
		return
	}
	frames := make([]journal.Frame, 10)
	n, err := route.Next(ctx, frames, 1<<20)
	for _, f := range frames[:n] {
		fmt.Printf("%s\n", f.Payload)
	}
	fmt.Println(err, route.Advance(uint64(n)), dead.Remove())
	fmt.Println(j.Close(ctx))
	// Output:
	// acknowledged 0 <nil>
	// acknowledged 1 <nil>
	// unclean: true
	// 00000000000000000000 table dropped
	// 00000000000000000001 table created
	// <nil> <nil> <nil>
	// <nil>
}
