package branch

import (
	"go/constant"
	"go/types"
	"strings"

	"github.com/daxis-io/arco-audit/audit"
)

// texts give the codes of the reasons of package audit, by their type.
var texts = map[string]func(uint64) string{
	"AuthReason":         func(n uint64) string { return audit.AuthReason(n).String() },
	"MintReason":         func(n uint64) string { return audit.MintReason(n).String() },
	"VendReason":         func(n uint64) string { return audit.VendReason(n).String() },
	"CommitReason":       func(n uint64) string { return audit.CommitReason(n).String() },
	"CatalogReason":      func(n uint64) string { return audit.CatalogReason(n).String() },
	"ControlStoreReason": func(n uint64) string { return audit.ControlStoreReason(n).String() },
}

// reasonOf is the code of a reason's constant; "" for another constant. A type of reasons that is not known here has
// the text "unknown reason", which no event has.
func reasonOf(c *types.Const) string {
	n, is := c.Type().(*types.Named)
	if !is || n.Obj().Pkg() == nil || n.Obj().Pkg().Name() != "audit" || !strings.HasSuffix(n.Obj().Name(), "Reason") {
		return ""
	}
	text, known := texts[n.Obj().Name()]
	value, exact := constant.Uint64Val(c.Val())
	if !known || !exact {
		return "unknown reason"
	}
	return text(value)
}
