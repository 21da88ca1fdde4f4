package wire_test

import (
	"math"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/stretchr/testify/require"
)

const layout = "2006-01-02T15:04:05.000Z"

// Every day of the range, at a time of day that differs, and the days and milliseconds around its ends.
func TestAppendTimeEveryDay(t *testing.T) {
	last := time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	step := 24*time.Hour + 3*time.Hour + 7*time.Minute + 11*time.Second + 13*time.Millisecond
	var buf [32]byte
	days := 0
	for day := time.Unix(0, 0).UTC(); !day.After(last); day = day.AddDate(0, 0, 1) {
		at := day.Add(time.Duration(days) * step % (24 * time.Hour))
		if got := string(wire.AppendTime(buf[:0], at.UnixMilli())); got != at.Format(layout) {
			require.Equal(t, at.Format(layout), got)
		}
		days++
	}
	require.Equal(t, 2932897, days)
}

func TestAppendTimeEdges(t *testing.T) {
	first, last := "1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"
	tests := []struct {
		name   string
		millis int64
		want   string
	}{
		{"first", 0, first},
		{"last", 253402300799999, last},
		{"before the first", -1, first},
		{"after the last", 253402300800000, last},
		{"year 0", time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli(), first},
		{"least", math.MinInt64, first},
		{"greatest", math.MaxInt64, last},
		{"leap day of a leap year", time.Date(2024, 2, 29, 23, 59, 59, 999e6, time.UTC).UnixMilli(), "2024-02-29T23:59:59.999Z"},
		{"leap day of 2000", time.Date(2000, 2, 29, 0, 0, 0, 0, time.UTC).UnixMilli(), "2000-02-29T00:00:00.000Z"},
		{"no leap day in 2100", time.Date(2100, 2, 28, 23, 59, 59, 999e6, time.UTC).UnixMilli() + 1, "2100-03-01T00:00:00.000Z"},
		{"leap day of 2400", time.Date(2400, 2, 28, 23, 59, 59, 999e6, time.UTC).UnixMilli() + 1, "2400-02-29T00:00:00.000Z"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, "@"+test.want, string(wire.AppendTime([]byte("@"), test.millis)))
		})
	}
}
