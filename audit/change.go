package audit

// CatalogChange is one change of a catalog: what was done to which namespace or table.
type CatalogChange struct {
	op    changeOperation
	table Table
	to    Table // of a rename
}

type changeOperation uint8

const (
	changeCreate changeOperation = iota + 1
	changeDrop
	changeRename
	changeRegister
	changeProperties
)

var changeOperations = []string{unspecified, "create", "drop", "rename", "register", "properties"}

// CreateTable is the creation of t.
func CreateTable(t Table) CatalogChange { return CatalogChange{op: changeCreate, table: t} }

// DropTable is the removal of t from the catalog.
func DropTable(t Table) CatalogChange { return CatalogChange{op: changeDrop, table: t} }

// RenameTable is the renaming of from; the event carries both names.
func RenameTable(from, to Table) CatalogChange {
	return CatalogChange{op: changeRename, table: from, to: to}
}

// RegisterTable is the registration of t from existing metadata, whose location is never recorded.
func RegisterTable(t Table) CatalogChange { return CatalogChange{op: changeRegister, table: t} }

// SetProperties is a change of t's properties outside a commit; neither keys nor values are recorded.
func SetProperties(t Table) CatalogChange { return CatalogChange{op: changeProperties, table: t} }

// CreateNamespace is the creation of n.
func CreateNamespace(n Namespace) CatalogChange {
	return CatalogChange{op: changeCreate, table: Table{ns: n}}
}

// DropNamespace is the removal of n.
func DropNamespace(n Namespace) CatalogChange {
	return CatalogChange{op: changeDrop, table: Table{ns: n}}
}

// SetNamespaceProperties is a change of n's properties; neither keys nor values are recorded.
func SetNamespaceProperties(n Namespace) CatalogChange {
	return CatalogChange{op: changeProperties, table: Table{ns: n}}
}

func (c *CatalogChange) set() bool {
	return c.op != 0 && c.table.ns.set && (c.op != changeRename || c.to.set())
}

func (c *CatalogChange) kind() string {
	if c.table.name == "" {
		return "namespace"
	}
	return "table"
}

// append appends "iceberg/catalog:{kind}:{name}:{operation}".
func (c *CatalogChange) append(dst []byte) []byte {
	dst = append(dst, "iceberg/catalog:"...)
	dst = append(dst, c.kind()...)
	dst = append(dst, ':')
	dst = c.table.appendName(dst)
	dst = append(dst, ':')
	return append(dst, code(changeOperations, uint8(c.op))...)
}

// ControlStoreOperation is what was done to an entry of the control store.
type ControlStoreOperation uint8

// The operations on the control store.
const (
	ControlStoreCreate ControlStoreOperation = iota + 1
	ControlStoreUpdate
	ControlStoreDelete
)

var controlStoreOperations = []string{unspecified, "create", "update", "delete"}

// String returns the wire name, such as "update".
func (o ControlStoreOperation) String() string { return code(controlStoreOperations, uint8(o)) }

// Domain is what a signed URL gives access to.
type Domain uint8

// The domains of the API service.
const (
	DomainUnknown Domain = iota
	DomainCatalog
	DomainLineage
	DomainExecutions
	DomainSearch
)

var domains = []string{"unknown", "catalog", "lineage", "executions", "search"}

// String returns the wire name, such as "catalog"; "unknown" for any number outside the enum.
func (d Domain) String() string {
	if int(d) >= len(domains) {
		return domains[0]
	}
	return domains[d]
}
