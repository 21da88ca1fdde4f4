// Package emitfault lets audittest make Trail.Emit fail. Only packages of this module can name Door, so no
// other program can give its sinks the method that Emit asks.
package emitfault

// Door is the key to the fault switch.
type Door struct{}

// Source is a sink that may have Emit fail. EmitFault is called concurrently, before an event is encoded; an
// error that is not nil is what Emit returns.
type Source interface {
	EmitFault(Door) error
}
