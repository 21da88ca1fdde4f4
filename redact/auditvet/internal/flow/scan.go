package flow

import (
	"go/types"
	"strconv"
	"strings"

	"github.com/daxis-io/arco-audit/redact/auditvet/internal/rule"
)

// scanned fills the variables that the destinations of a call such as fmt.Sscan or (*sql.Row).Scan point to. What fmt
// reads comes from t. What a database gives does not come from what it was asked; a field whose name speaks of a secret
// says by itself what was put there.
func (r *run) scanned(c *callSite, obj *types.Func, args []*value, t taint) {
	if obj.Pkg() == nil || obj.Pkg().Path() != "fmt" {
		t = nil
	}
	for i, list := range args {
		if typ := c.argType(i); typ == nil || !isAny(typ) {
			continue
		}
		for _, x := range refsOf(r.load(moved(list, anyElement))) {
			typ, name := x.place()
			if typ == nil || isBasicWithoutText(typ) {
				continue
			}
			from := t
			if rule.Classify(name) == rule.Suspect {
				from = from.union(r.source(soft, "field "+name))
			}
			if len(from) > 0 {
				r.pour(c, x, from)
			}
		}
	}
}

func isBasicWithoutText(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString == 0
}

// place is the type at a reference, and the name of the field that it is; nil when the path is not one of fields.
func (x ref) place() (types.Type, string) {
	typ, name := x.obj.typ, ""
	for _, sel := range selectors(x.path) {
		s, ok := structOf(typ)
		if !ok {
			return nil, ""
		}
		i, err := strconv.Atoi(strings.TrimPrefix(sel, "."))
		if err != nil || i >= s.NumFields() {
			return nil, ""
		}
		typ, name = s.Field(i).Type(), s.Field(i).Name()
	}
	return typ, name
}
