package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bucket is Cloud Storage with one bucket and what its IAM policy permits, by caller.
type bucket struct {
	t      *testing.T
	grants map[string][]grant
	broken string // in method, path and "$" of the calls of the writer that fail otherwise

	mu      sync.Mutex
	objects map[string]*object
	next    int64
}

type object struct {
	Name           string            `json:"name"`
	Generation     int64             `json:"generation,string"`
	Metageneration int64             `json:"metageneration,string"`
	Metadata       map[string]string `json:"metadata,omitempty"`
	content        []byte
}

// grant is a permission, with the prefix that a condition on the names of objects bounds it to. A list is evaluated on
// the bucket, whose name is in no condition's prefix: a condition that is written so that the bucket passes, as they are
// in practice, permits the list of everything.
type grant struct {
	permission string
	prefix     string
}

func (b *bucket) permits(who, permission, name string) bool {
	return slices.ContainsFunc(b.grants[who], func(g grant) bool {
		return g.permission == permission && (permission == "storage.objects.list" || strings.HasPrefix(name, g.prefix))
	})
}

// ServeHTTP implements http.Handler.
func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	who := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if b.broken != "" && who == "writer" && strings.Contains(r.Method+" "+r.URL.Path+"$", b.broken) {
		http.Error(w, "broken", http.StatusNotImplemented)
		return
	}
	name, _ := strings.CutPrefix(r.URL.Path, "/storage/v1/b/audit-test/o/")
	switch {
	case strings.HasPrefix(r.URL.Path, "/upload/"):
		b.insert(w, r, who)
	case strings.HasSuffix(r.URL.Path, "/iam/testPermissions"):
		held := slices.DeleteFunc(r.URL.Query()["permissions"], func(p string) bool { return !b.permits(who, p, "") })
		b.answer(w, map[string]any{"permissions": held})
	case strings.HasSuffix(r.URL.Path, "/o"):
		if b.allowed(w, who, "storage.objects.list", "") {
			b.answer(w, map[string]any{"items": []any{}})
		}
	case r.Method == http.MethodGet:
		if b.allowed(w, who, "storage.objects.get", name) {
			b.get(w, r, name)
		}
	case r.Method == http.MethodPatch:
		if b.allowed(w, who, "storage.objects.update", name) && b.objects[name] != nil {
			b.objects[name].Metageneration++
			b.answer(w, b.objects[name])
		}
	case r.Method == http.MethodDelete:
		if b.allowed(w, who, "storage.objects.delete", name) {
			if b.objects[name] == nil {
				http.Error(w, "none", http.StatusNotFound)
				return
			}
			delete(b.objects, name)
			w.WriteHeader(http.StatusNoContent)
		}
	default:
		b.t.Errorf("unexpected %s %s", r.Method, r.URL)
	}
}

func (b *bucket) allowed(w http.ResponseWriter, who, permission, name string) bool {
	if b.permits(who, permission, name) {
		return true
	}
	http.Error(w, "no "+permission, http.StatusForbidden)
	return false
}

func (b *bucket) get(w http.ResponseWriter, r *http.Request, name string) {
	o := b.objects[name]
	switch {
	case o == nil:
		http.Error(w, "none", http.StatusNotFound)
	case r.URL.Query().Get("alt") == "media":
		_, _ = w.Write(o.content)
	default:
		b.answer(w, o)
	}
}

// insert takes an upload in two parts. To overwrite needs the permission to delete.
func (b *bucket) insert(w http.ResponseWriter, r *http.Request, who string) {
	_, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	require.NoError(b.t, err)
	parts := multipart.NewReader(r.Body, parameters["boundary"])
	head, err := parts.NextPart()
	require.NoError(b.t, err)
	o := &object{Metageneration: 1}
	require.NoError(b.t, json.NewDecoder(head).Decode(o))
	body, err := parts.NextPart()
	require.NoError(b.t, err)
	o.content, err = io.ReadAll(body)
	require.NoError(b.t, err)
	if !b.allowed(w, who, "storage.objects.create", o.Name) || b.objects[o.Name] != nil && !b.allowed(w, who, "storage.objects.delete", o.Name) {
		return
	}
	b.next++
	o.Generation = b.next
	b.objects[o.Name] = o
	b.answer(w, o)
}

func (b *bucket) answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	assert.NoError(b.t, json.NewEncoder(w).Encode(v))
}

// as signs requests as an identity.
type as struct{ who string }

// RoundTrip implements http.RoundTripper.
func (a as) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Authorization", "Bearer "+a.who)
	return http.DefaultTransport.RoundTrip(r)
}

func all(prefix string, permissions ...string) (list []grant) {
	for _, p := range permissions {
		list = append(list, grant{"storage." + p, prefix})
	}
	return list
}

func verify(t *testing.T, b *bucket, args ...string) (string, error) {
	t.Helper()
	b.t, b.objects = t, map[string]*object{}
	if b.grants["operator"] == nil {
		b.grants["operator"] = all("", "objects.create", "objects.get", "objects.list", "objects.delete")
	}
	server := httptest.NewServer(b)
	defer server.Close()
	var out bytes.Buffer
	err := run(t.Context(), append(args, "project", "audit-test", "writer@project.iam.gserviceaccount.com"), &out, func(context.Context, string) (identities, error) {
		return identities{
			operator: &http.Client{Transport: as{"operator"}}, writer: &http.Client{Transport: as{"writer"}}, endpoint: server.URL + "/storage/v1/",
		}, nil
	})
	return out.String(), err
}

func TestAWriterThatOnlyWritesIsIsolated(t *testing.T) {
	b := &bucket{grants: map[string][]grant{"writer": all("", "objects.create")}}
	out, err := verify(t, b)
	require.NoError(t, err, out)
	assert.Zero(t, status(err))
	assert.NotContains(t, out, "FAIL")
	assert.Equal(t, 1+3*5+3+1+3, strings.Count(out, "ok  "), out)
	assert.Empty(t, b.objects, "the probes are removed")
}

func TestWhatAWriterCanDoIsFound(t *testing.T) {
	for _, tt := range []struct {
		name   string
		grants []grant
		want   []string
	}{
		{"read", all("", "objects.get"), []string{"can read events/", "can see checkpoints/", "storage.objects.get"}},
		{"list", all("", "objects.list"), []string{`can list "events/"`, `can list ""`}},
		{"delete", all("", "objects.delete"), []string{"can delete events/", "can overwrite probe-", "FAIL events/"}},
		{"change", all("", "objects.update"), []string{"can change events/", "FAIL probe-"}},
		{"read below one prefix", all("checkpoints/", "objects.get"), []string{"cannot read events/", "can read checkpoints/"}},
		{"list by a condition on a prefix", all("checkpoints/", "objects.list"), []string{`can list "events/"`, `can list "checkpoints/"`, `can list ""`}},
		{"give itself more", all("", "buckets.setIamPolicy"), []string{"FAIL the writer holds no other permission storage.buckets.setIamPolicy"}},
		{"let a rule of the bucket delete", all("", "buckets.update"), []string{"FAIL the writer holds no other permission storage.buckets.update"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &bucket{grants: map[string][]grant{"writer": append(all("", "objects.create"), tt.grants...)}}
			out, err := verify(t, b)
			assert.ErrorIs(t, err, errNotIsolated)
			assert.Equal(t, 1, status(err))
			for _, want := range tt.want {
				assert.Contains(t, out, want)
			}
			assert.Empty(t, b.objects, "the probes are removed")
		})
	}
}

// What could not be tried is not called isolated.
func TestWhatIsNotVerifiedIsNoSuccess(t *testing.T) {
	onlyWrites := func() map[string][]grant { return map[string][]grant{"writer": all("", "objects.create")} }
	for _, tt := range []struct {
		name string
		b    *bucket
		want string
	}{
		{"the writer cannot write", &bucket{grants: map[string][]grant{}}, "the writer cannot write"},
		{"the operator cannot write", &bucket{grants: map[string][]grant{"operator": all("", "objects.delete")}}, "the operator cannot write"},
		{"the operator cannot look", &bucket{grants: map[string][]grant{"writer": all("", "objects.create"), "operator": all("", "objects.create", "objects.delete")}}, "cannot look after"},
		{"a read fails otherwise", &bucket{grants: onlyWrites(), broken: "GET /storage/v1/b/audit-test/o/"}, "is not known"},
		{"a list fails otherwise", &bucket{grants: onlyWrites(), broken: "GET /storage/v1/b/audit-test/o$"}, "is not known"},
		{"permissions cannot be asked for", &bucket{grants: onlyWrites(), broken: "testPermissions"}, "is not known"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := verify(t, tt.b)
			assert.ErrorContains(t, err, tt.want)
			assert.NotErrorIs(t, err, errNotIsolated)
			assert.Equal(t, 2, status(err))
			assert.Empty(t, tt.b.objects, "the probes are removed")
		})
	}
	b := &bucket{grants: map[string][]grant{"writer": all("", "objects.create"), "operator": all("", "objects.create", "objects.get")}}
	_, err := verify(t, b)
	assert.ErrorContains(t, err, "stays behind")
	assert.NotZero(t, status(err))
}

func TestArguments(t *testing.T) {
	nobody := func(context.Context, string) (identities, error) {
		t.Error("the cloud was asked")
		return identities{}, nil
	}
	for _, args := range [][]string{
		nil, {"project", "bucket"}, {"-x"},
		{"p", "audit-prod", "w"}, {"p", "prod.audit", "w"}, {"p", "audit_Production_eu", "w"}, {"p", "live-audit", "w"},
	} {
		err := run(t.Context(), args, io.Discard, nobody)
		assert.Error(t, err, args)
		assert.Equal(t, 2, status(err))
	}
	asked := false
	_ = run(t.Context(), []string{"--allow-prod", "p", "audit-prod", "w"}, io.Discard, func(context.Context, string) (identities, error) {
		asked = true
		return identities{}, assert.AnError
	})
	assert.True(t, asked)
	assert.False(t, production("products-audit"), "a word that only begins so")
}
