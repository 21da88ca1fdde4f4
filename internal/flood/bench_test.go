package flood_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/internal/flood"
)

func BenchmarkAdmitKept(b *testing.B) {
	l, d, now := newLimiter(&ledger{}), vendDeny("acme"), start
	b.ReportAllocs()
	for b.Loop() {
		now = now.Add(10 * time.Millisecond)
		_, _ = l.Admit(now, d)
	}
}

func BenchmarkAdmitFolded(b *testing.B) {
	l, d := newLimiter(&ledger{}), vendDeny("acme")
	b.ReportAllocs()
	for b.Loop() {
		_, _ = l.Admit(start, d)
	}
}

// All goroutines flood; the one lock is what they share.
func BenchmarkAdmitFoldedParallel(b *testing.B) {
	l := newLimiter(&ledger{})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		d := vendDeny("acme")
		for pb.Next() {
			_, _ = l.Admit(start, d)
		}
	})
}

// Every deny names a new tenant before authentication: each needs a new counter, and 4,096 of them are written.
func BenchmarkAdmitNewCounter(b *testing.B) {
	l := flood.New(start, flood.Config{
		Tenant: flood.Limit{PerSecond: 100, Burst: 100}, Unauthenticated: flood.Limit{PerSecond: 0.001, Burst: 1},
		NewID: (&ledger{}).newID, Write: func(flood.Summary) error { return nil },
	})
	names := make([]string, 1<<16)
	for i := range names {
		names[i] = fmt.Sprint("tenant-", i)
	}
	d, i := vendDeny(""), 0
	d.Unauthenticated = true
	b.ReportAllocs()
	for b.Loop() {
		d.Tenant = names[i%len(names)]
		i++
		_, _ = l.Admit(start, d)
	}
}
