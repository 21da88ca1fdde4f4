package catalog

import (
	"reflect"
	"runtime"
	"strings"
)

// Forge signs a payload that is no claims.
func (b *Bearer) Forge(payload string) string { return jwt([]byte(payload), b.mac) }

// Served is a row of the router.
type Served struct {
	Method, Template string
	Handler          string // the method's name
	Writes           bool
}

// Routes are the rows of the router.
func Routes() []Served {
	var list []Served
	for _, rt := range (&Catalog{}).routes() {
		full := runtime.FuncForPC(reflect.ValueOf(rt.handle).Pointer()).Name()
		list = append(list, Served{rt.method, rt.template, full[strings.LastIndexByte(full, '.')+1:], rt.writes})
	}
	return list
}
