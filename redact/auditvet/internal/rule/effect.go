package rule

import (
	"go/types"
	"strings"
)

// mutators begin the names of methods that keep what they are given.
var mutators = []string{"Write", "Reset", "Add", "Set", "Put", "Push", "Insert", "Store", "Swap", "CompareAndSwap", "Encode", "Unmarshal", "GobDecode",
	"Scan", "Print", "Output", "Log", "Info", "Debug", "Warn", "Error", "ReadFrom", "Init", "Handle", "Funcs", "Create", "Publish", "Append", "Exec",
	"Register", "Update", "Merge", "Join", "Emit", "Record", "Save", "Load", "Fill", "Send", "Enqueue", "Offer", "Upsert", "Replace", "Attach", "Bind",
	"Use", "On", "Parse", "With", "Cache", "Remember", "Track", "Note", "Collect", "Observe", "Decode", "Read", "Apply", "Configure", "Tag", "Label", "Feed", "Panic", "Fatal"}

// readers are types of the standard library whose methods keep nothing of what they are given, whatever their names.
var readers = set("encoding/base64.Encoding encoding/base32.Encoding regexp.Regexp strings.Replacer net/http.Client net/http.Server net/http.ServeMux " +
	"net/http.Transport net.Dialer net.Resolver net.ListenConfig net/url.URL crypto/tls.Config crypto/tls.Dialer crypto/x509.Certificate net/mail.AddressParser " +
	"mime.WordDecoder database/sql.DB database/sql.Conn database/sql.Tx database/sql.Stmt database/sql.Row database/sql.Rows os.Root os.Process " +
	"net/http/httputil.ReverseProxy crypto/ecdh.Curve encoding/binary.ByteOrder encoding/binary.AppendByteOrder net.IP net.IPNet bytes.Reader strings.Reader " +
	"net/smtp.Client net/textproto.Conn net/rpc.Client math/big.Accuracy")

// executes are methods of templates that only read them.
var executes = set("Execute ExecuteTemplate Lookup New Option Delims")

// Keeps reports whether a method keeps what it is given in its receiver. Where the body of a method is not known, its
// name says so.
func Keeps(f *types.Func) bool {
	recv := f.Signature().Recv()
	if recv == nil {
		return false
	}
	name := f.Name()
	switch owner := ownerOf(recv.Type()); {
	case readers[owner] && name != "Reset":
		return false
	case strings.HasSuffix(owner, "/template.Template"):
		return !executes[name]
	}
	for _, m := range mutators {
		if rest, ok := strings.CutPrefix(name, m); ok && (rest == "" || rest == "f" || rest == "ln" || rest == "w" || rest[0] < 'a' || rest[0] > 'z') {
			return true
		}
	}
	return false
}

func ownerOf(t types.Type) string {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		t = p.Elem()
	}
	n, ok := types.Unalias(t).(*types.Named)
	if !ok || n.Obj().Pkg() == nil {
		return ""
	}
	return n.Obj().Pkg().Path() + "." + n.Obj().Name()
}

// fillers begin the names of functions of the standard library that fill the lists of bytes and the pointers that they
// are given.
var fillers = []string{"Read", "Decode", "Encode", "Put", "Fill", "XORKeyStream", "Scan", "Sscan", "Fscan", "Unmarshal", "Call", "Go", "Copy", "Generate",
	"Push", "Fix", "Init"}

// Fills reports whether a function of the standard library writes to what its parameter refers to. i does not count the
// receiver.
func Fills(f *types.Func, i int) bool {
	params := f.Signature().Params()
	if i >= params.Len() {
		return false
	}
	typ := params.At(i).Type()
	switch ownerOf(typ) {
	case "io.Writer", "bytes.Buffer", "strings.Builder", "net/http.ResponseWriter", "io.WriterAt", "io.StringWriter", "bufio.Writer":
		return true
	case "io.Reader", "context.Context":
		return false
	}
	if strings.HasSuffix(f.Name(), "Var") {
		return i == 0
	}
	fills := false
	for _, name := range fillers {
		fills = fills || strings.HasPrefix(f.Name(), name)
	}
	if !fills {
		return false
	}
	switch u := typ.Underlying().(type) {
	case *types.Slice:
		if b, ok := u.Elem().Underlying().(*types.Basic); ok {
			return b.Kind() == types.Byte && firstBytes(params) == i
		}
		return true
	case *types.Pointer, *types.Interface:
		return true
	}
	return false
}

// firstBytes is the number of the first list of bytes: of a destination and a source, the destination.
func firstBytes(params *types.Tuple) int {
	for i := range params.Len() {
		if s, ok := params.At(i).Type().Underlying().(*types.Slice); ok {
			if b, ok := s.Elem().Underlying().(*types.Basic); ok && b.Kind() == types.Byte {
				return i
			}
		}
	}
	return -1
}

// spelling are packages that turn text into numbers from which it can be read again.
var spelling = set("encoding/binary math/big unicode/utf8 unicode/utf16")

// Spells reports whether the numbers that the functions of a package return may be text in another form.
func Spells(p *types.Package) bool { return p != nil && spelling[p.Path()] }

// errorMakers begin the names of functions whose only result is an error with the text that they are given.
var errorMakers = []string{"New", "Error", "Wrap", "With", "Annotate", "Append", "Join", "Combine"}

// MakesError reports whether a function of this name, whose only result is an error, puts its arguments into the text.
func MakesError(name string) bool {
	for _, m := range errorMakers {
		if strings.HasPrefix(name, m) {
			return true
		}
	}
	return false
}
