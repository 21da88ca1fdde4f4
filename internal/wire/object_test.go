package wire_test

import (
	"testing"

	"github.com/daxis-io/arco-audit/internal/wire"
	"github.com/stretchr/testify/assert"
)

func TestObjectLeavesOutWhatIsAbsent(t *testing.T) {
	nothing := func(*wire.Object) {}
	tests := []struct {
		name string
		fill func(o *wire.Object)
		want string
	}{
		{"nothing", nothing, ""},
		{"a code", func(o *wire.Object) { o.Code("a", "b") }, `{"a":"b"}`},
		{"an empty code", func(o *wire.Object) { o.Code("a", "") }, ""},
		{"an empty code between", func(o *wire.Object) { o.Code("a", "1"); o.Code("b", ""); o.Code("c", "3") }, `{"a":"1","c":"3"}`},
		{"empty texts", func(o *wire.Object) { o.String("a", ""); o.Bytes("b", []byte{}); o.UUID("c", [16]byte{}) }, ""},
		{"an empty object", func(o *wire.Object) { o.Object("a", nothing) }, ""},
		{
			"an empty object between",
			func(o *wire.Object) { o.Int("a", 0); o.Object("b", nothing); o.String("c", "3") }, `{"a":"0","c":"3"}`,
		},
		{
			"an object of empty objects",
			func(o *wire.Object) { o.Object("a", func(inner *wire.Object) { inner.Object("b", nothing) }) }, "",
		},
		{
			"an object in an object",
			func(o *wire.Object) { o.Object("a", func(inner *wire.Object) { inner.Int("b", -1) }); o.Code("c", "d") },
			`{"a":{"b":"-1"},"c":"d"}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o := wire.Begin([]byte("@"))
			test.fill(&o)
			assert.Equal(t, "@"+test.want, string(o.End()))
		})
	}
}
