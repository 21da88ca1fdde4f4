package audit

import "github.com/daxis-io/arco-audit/internal/emitfault"

// faultSource makes Emit fail in tests of programs that use audittest; nil everywhere else.
type faultSource = emitfault.Source

// faultOf returns the switch among the sinks of the routes.
func faultOf(routes []Route) faultSource {
	for i := range routes {
		if s, ok := routes[i].Sink.(faultSource); ok {
			return s
		}
	}
	return nil
}

// emitFault is the error that Emit returns without doing anything, or nil.
func (t *Trail) emitFault() error {
	if t.fault == nil {
		return nil
	}
	return t.fault.EmitFault(emitfault.Door{})
}
