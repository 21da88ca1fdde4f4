package gcplogsink

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	pb "cloud.google.com/go/logging/apiv2/loggingpb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/delivery"
)

// checkObject compares a Struct as we write it with what protobuf's own reader makes of the same JSON.
func checkObject(t *testing.T, object string) {
	t.Helper()
	var want, got structpb.Struct
	require.NoError(t, protojson.Unmarshal([]byte(object), &want))
	raw, err := appendObject(nil, object, nil)
	require.NoError(t, err)
	require.NoError(t, proto.Unmarshal(raw, &got))
	assert.True(t, proto.Equal(&want, &got), "want %v\ngot %v", &want, &got)
}

func TestObjectOfEveryAction(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("..", "..", "internal", "wire", "testdata", "golden", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			checkObject(t, strings.TrimSpace(string(text)))
		})
	}
}

func TestObjectShapes(t *testing.T) {
	for _, object := range []string{
		`{}`, `{"a":{}}`, `{"a":[]}`, `{"a":null,"b":true,"c":false,"d":-1.5e3,"e":"é\n\u2028"}`, `{"a":[[1,"x"],{"b":[null]}]}`,
		`{"long":"` + strings.Repeat("x", 127) + `"}`, `{"long":"` + strings.Repeat("x", 128) + `"}`,
		`{"a":{"b":{"c":"` + strings.Repeat("x", 20000) + `","d":"after"},"e":"after"},"f":"after"}`,
	} {
		checkObject(t, object)
	}
	for _, damaged := range []string{``, `{`, `{"a":}`, `{"a":1e999}`, `{"a":[1,{"b":1e999}]}`, `[`} {
		_, err := appendObject(nil, damaged, nil)
		assert.Error(t, err, damaged)
	}
}

// TestFillSetsAsideWhatIsOverTheLimits lowers the limits, since no event reaches them.
func TestFillSetsAsideWhatIsOverTheLimits(t *testing.T) {
	all := trailRecords(t, 6)
	opened, err := appendEntry(nil, all[0], "p") // its details are the longest
	require.NoError(t, err)
	tests := []struct {
		name  string
		limit func(l *limits)
		batch []audit.Record
		want  []int
	}{
		{"entry", func(l *limits) { l.entryBytes = len(opened) - 1 }, all, []int{0}},
		{"request", func(l *limits) { l.requestBytes = len(opened) }, all, []int{0}},
		{"no event", func(*limits) {}, []audit.Record{all[0], {}, all[1]}, []int{1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			s := New(nil, testLog)
			test.limit(&s.limits)
			a := attempt{sink: s, project: "p", batch: test.batch}
			var sent []int
			for next := 0; next < len(a.batch); {
				var r request
				r, next = a.fill(next)
				sent = append(sent, r.indices...)
			}
			assert.Len(t, sent, len(a.batch)-1)
			assert.Equal(t, delivery.Verdict{Poison: test.want}, delivery.Judge(a.end(nil), len(a.batch)))
		})
	}
}

// TestFillBoundsRequests checks that no request is larger on the wire than the limit, and that none could have
// been larger.
func TestFillBoundsRequests(t *testing.T) {
	all := trailRecords(t, 200)
	s := New(nil, testLog)
	s.limits.requestBytes = 30_000
	a := attempt{sink: s, project: "p", batch: all}
	var indices []int
	for next := 0; next < len(all); {
		var r request
		r, next = a.fill(next)
		full := s.empty()
		for _, raw := range r.entries {
			e := new(pb.LogEntry)
			require.NoError(t, proto.Unmarshal(raw, e))
			full.Entries = append(full.Entries, e)
		}
		size := proto.Size(full)
		assert.LessOrEqual(t, size, 30_000)
		if next < len(all) {
			assert.Greater(t, size, 27_000)
		}
		for _, index := range r.indices {
			assert.Equal(t, all[index].ID().String(), full.GetEntries()[index-r.indices[0]].GetInsertId())
		}
		indices = append(indices, r.indices...)
	}
	require.Len(t, indices, 200)
	for i, index := range indices {
		assert.Equal(t, i, index)
	}
}
