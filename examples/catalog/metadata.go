package catalog

import (
	"encoding/json"
	"errors"
	"net/url"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/apache/iceberg-go"
	"github.com/apache/iceberg-go/table"
	"github.com/google/uuid"
)

const metadataSuffix = ".metadata.json"

// inside maps a location to a path relative to the warehouse. Both file URLs and plain absolute paths are
// locations to Iceberg clients. What is not a clean local path below the warehouse is refused; os.Root
// stops what symbolic links would make of it.
func (w *warehouse) inside(location string) (string, error) {
	u, err := url.Parse(location)
	if err != nil || (u.Scheme != "" && u.Scheme != "file") || u.Host != "" || u.Opaque != "" {
		return "", errLocation
	}
	rel, err := filepath.Rel(filepath.FromSlash(w.base.Path), filepath.FromSlash(u.Path))
	if err != nil || !filepath.IsLocal(rel) || rel == "." {
		return "", errLocation
	}
	return rel, nil
}

// newLocation is the default location of a table: by UUID, so that neither a hostile name nor a table that
// is dropped and created again can reach the files of another.
func (w *warehouse) newLocation(id uuid.UUID) string { return w.base.JoinPath(id.String()).String() }

// write stores metadata under a new name and returns its pointer. The file becomes the table's only when
// the pointer moves there; otherwise remove takes it away.
func (w *warehouse) write(m table.Metadata, version int) (*pointer, error) {
	location, err := w.fileFor(m, version)
	if err != nil {
		return nil, err
	}
	name, err := w.inside(location)
	if err == nil {
		err = w.save(name, m)
	}
	if err != nil {
		return nil, err
	}
	return &pointer{location: location, metadata: m}, nil
}

// save writes one file and leaves none when it fails.
func (w *warehouse) save(name string, m table.Metadata) error {
	b, err := json.Marshal(m)
	if err = errors.Join(err, w.root.MkdirAll(filepath.Dir(name), 0o755), w.root.WriteFile(name, b, 0o644)); err != nil {
		_ = w.root.Remove(name)
	}
	return err
}

// fileFor is the location of a new metadata file. The codec is part of its name; only plain JSON is written
// here.
func (w *warehouse) fileFor(m table.Metadata, version int) (string, error) {
	if _, err := w.inside(m.Location()); err != nil {
		return "", err
	}
	if p, ok := m.Properties()[table.WriteDataPathKey]; ok {
		if _, err := w.inside(p); err != nil {
			return "", err
		}
	}
	provider, err := table.LoadLocationProvider(m.Location(), m.Properties())
	if err != nil {
		return "", errLocation
	}
	location, err := provider.NewTableMetadataFileLocation(version)
	if err != nil || strings.Contains(strings.TrimSuffix(path.Base(location), metadataSuffix), ".") {
		return "", errLocation
	}
	return location, nil
}

// remove deletes a metadata file that never became current. A file that stays behind does no harm.
func (w *warehouse) remove(p *pointer) {
	if name, err := w.inside(p.location); err == nil {
		_ = w.root.Remove(name)
	}
}

// read loads a metadata file that a client registers.
func (w *warehouse) read(location string) (*pointer, error) {
	name, err := w.inside(location)
	if err != nil || !strings.HasSuffix(name, metadataSuffix) {
		return nil, errLocation
	}
	b, err := w.root.ReadFile(name)
	if err != nil {
		return nil, errLocation
	}
	m, err := table.ParseMetadataBytes(b)
	if err != nil {
		return nil, errLocation
	}
	if _, err := w.inside(m.Location()); err != nil {
		return nil, err
	}
	return &pointer{location: location, metadata: m}, nil
}

// version is the number at the start of a metadata file's name, 0 when it has none.
func (p *pointer) version() int {
	digits, _, _ := strings.Cut(path.Base(p.location), "-")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// apply builds the metadata that follows base. A nil base is a table that does not exist yet, made by the
// updates alone.
func (c *Catalog) apply(base *pointer, updates table.Updates) (table.Metadata, error) {
	if base != nil {
		m, err := table.UpdateTableMetadata(base.metadata, updates, base.location)
		if err != nil {
			return nil, errUpdate
		}
		return m, nil
	}
	m, err := build(updates)
	if err != nil {
		return nil, errUpdate
	}
	return m, nil
}

func build(updates table.Updates) (table.Metadata, error) {
	builder, err := table.NewMetadataBuilder(table.DefaultFormatVersion)
	for _, u := range updates {
		if err == nil {
			err = u.Apply(builder)
		}
	}
	if err != nil {
		return nil, err
	}
	return builder.Build()
}

// createRequest is the body of POST tables. Partition spec and sort order are decoded unbound: their source
// ids count in the numbering of the schema beside them, which is the client's own.
type createRequest struct {
	Name       string                        `json:"name"`
	Location   string                        `json:"location"`
	Schema     *iceberg.Schema               `json:"schema"`
	Spec       *iceberg.UnboundPartitionSpec `json:"partition-spec"`
	Order      *table.UnboundSortOrder       `json:"write-order"`
	Stage      bool                          `json:"stage-create"`
	Properties iceberg.Properties            `json:"properties"`
}

// metadata makes the first metadata of a table, with fresh ids.
func (b createRequest) metadata(w *warehouse) (table.Metadata, error) {
	if b.Schema == nil {
		return nil, errBody
	}
	id := uuid.New()
	location := b.Location
	if location == "" {
		location = w.newLocation(id)
	}
	var spec *iceberg.PartitionSpec
	if b.Spec != nil {
		spec = &b.Spec.PartitionSpec
	}
	order := table.UnsortedSortOrder
	if b.Order != nil {
		order = b.Order.SortOrder
	}
	m, err := table.NewMetadataWithUUID(b.Schema, spec, order, strings.TrimSuffix(location, "/"), b.Properties, id)
	if err != nil {
		return nil, errUpdate
	}
	return m, nil
}
