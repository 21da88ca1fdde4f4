package auditvet_test

import (
	"maps"
	"testing"

	"github.com/daxis-io/arco-audit/redact/auditvet"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// trail declares the part of package audit that intents are about.
const trail = `package audit

import "context"

type Trail struct{}
type Pending struct{}
type Intent struct{ n int }
type Event struct{ n int }
type ID struct{ n int }

func Committing(name string) Intent                                          { return Intent{} }
func (t *Trail) Begin(ctx context.Context, i Intent) (*Pending, error)         { return nil, nil }
func (p *Pending) Emit(ctx context.Context, e Event) (ID, error)               { return ID{}, nil }
`

// TestIntentsAreEnded checks programs against a declaration of intents.
func TestIntentsAreEnded(t *testing.T) {
	shared, err := newWorld()
	require.NoError(t, err)
	w := *shared
	w.packages, w.names, w.sources = maps.Clone(shared.packages), maps.Clone(shared.names), maps.Clone(shared.sources)
	require.NoError(t, w.add("github.com/daxis-io/arco-audit/audit", trail, true))
	tests := []struct{ name, body, want string }{
		{"ended", "p, err := t.Begin(ctx, audit.Committing(\"t\")); if err != nil { return err }; _, err = p.Emit(ctx, e); return err", ""},
		{"deferred", "p, err := t.Begin(ctx, audit.Committing(\"t\")); if err != nil { return err }; defer p.Emit(ctx, e); return commit()", ""},
		{"handed_on", "p, err := t.Begin(ctx, audit.Committing(\"t\")); if err != nil { return err }; return finish(ctx, p, e)", ""},
		{"dropped", "_, err := t.Begin(ctx, audit.Committing(\"t\")); return err", "begun and never ended"},
		{"open_path", "p, err := t.Begin(ctx, audit.Committing(\"t\")); if err != nil { return err }; if err := commit(); err != nil { return err }; _, err = p.Emit(ctx, e); return err",
			"not ended on the path that returns at line"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source := "func commit() error { return nil }\nfunc finish(ctx context.Context, p *audit.Pending, e audit.Event) error { _, err := p.Emit(ctx, e); return err }\n" +
				"func handle(ctx context.Context, t *audit.Trail, e audit.Event) error { " + tt.body + " }\n"
			pkg, err := w.load(program{name: "intent/" + tt.name, files: []txtar.File{{Name: tt.name, Data: []byte(source)}}})
			require.NoError(t, err)
			var all string
			for _, messages := range w.reports(t, pkg, auditvet.Analyzers()...) {
				for _, m := range messages {
					all += m + "\n"
				}
			}
			if tt.want == "" {
				assert.Empty(t, all)
				return
			}
			assert.Contains(t, all, tt.want)
		})
	}
}
