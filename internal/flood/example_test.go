package flood_test

import (
	"fmt"
	"time"

	"github.com/daxis-io/arco-audit/internal/flood"
)

func ExampleLimiter() {
	now := time.Unix(0, 0)
	limiter := flood.New(now, flood.Config{
		Tenant:          flood.Limit{PerSecond: 100, Burst: 100},
		Unauthenticated: flood.Limit{PerSecond: 1000, Burst: 1000},
		NewID:           func(time.Time) flood.ID { return flood.ID{1} },
		Write: func(s flood.Summary) error {
			fmt.Println(s.Tenant, s.Total, s.Lines[0].Reason)
			return nil
		},
	})
	kept := 0
	for range 5000 {
		deny := flood.Deny{Tenant: "acme", Action: "CRED_VEND_DENY", Reason: "access_denied"}
		if verdict, _ := limiter.Admit(now, &deny); verdict == flood.Kept {
			kept++
		}
	}
	fmt.Println(kept, "kept")
	fmt.Println(limiter.Close())
	// Output:
	// 100 kept
	// acme 4900 access_denied
	// <nil>
}
