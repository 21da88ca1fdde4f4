package vfs

// Medium says what a directory lies on, as far as the operating system tells.
type Medium struct {
	// Name is the file system's usual name, "unknown" if it has none here.
	Name string
	// Volatile is true of file systems that die with the machine or the container: memory and overlays.
	Volatile bool
	// Network is true of file systems whose locks and syncs depend on another machine.
	Network bool
}
