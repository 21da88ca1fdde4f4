package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"time"

	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/redact"
)

// mood is how the storage answers next.
type mood uint8

const (
	moodGrant mood = iota
	moodDeny
	moodFail
	moodHang // until the caller is gone
)

// authority is who grants access to the storage: real credentials by a Signer, unless its mood is another or the
// subject has left. It remembers every secret that it gave out or leaked in an error, so that they can be looked for.
type authority struct {
	signer *catalog.Signer
	server *httptest.Server
	asked  chan struct{} // something hangs

	mu     sync.Mutex
	mood   mood
	left   map[string]bool
	issued []plant
}

func startAuthority() *authority {
	a := &authority{signer: catalog.NewSigner(), left: map[string]bool{}, asked: make(chan struct{}, 1)}
	a.server = httptest.NewServer(a)
	return a
}

func (a *authority) set(m mood) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mood = m
}

// dismiss takes every access from a subject.
func (a *authority) dismiss(subject string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.left[subject] = true
}

func (a *authority) secrets() []plant {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.issued
}

// storageAsk and storageAnswer are what catalog and authority say to each other.
type storageAsk struct {
	Subject, Location string
	TTL               time.Duration
}

type storageAnswer struct {
	Config  map[string]string
	Expires time.Time
}

// ServeHTTP answers by mood. A refusal and a failure carry a signed URL, as errors of storage do.
func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var ask storageAsk
	if err := json.NewDecoder(r.Body).Decode(&ask); err != nil {
		http.Error(w, "no question", http.StatusBadRequest)
		return
	}
	cred, err := a.signer.Vend(r.Context(), catalog.StorageRequest{Location: ask.Location, TTL: ask.TTL})
	if err != nil {
		http.Error(w, "no credential", http.StatusInternalServerError)
		return
	}
	config := cred.Config.Expose()
	a.mu.Lock()
	a.issued = append(a.issued, plant{kind: "vended credential", text: config["local.signed-url"],
		secrets: []string{signatureOf(config["local.signed-url"]), config["local.token"]}})
	m := a.mood
	if m == moodGrant && a.left[ask.Subject] {
		m = moodDeny
	}
	a.mu.Unlock()
	switch m {
	case moodDeny:
		http.Error(w, config["local.signed-url"], http.StatusForbidden)
	case moodFail:
		http.Error(w, config["local.signed-url"], http.StatusInternalServerError)
	case moodHang:
		a.asked <- struct{}{}
		<-r.Context().Done()
	default:
		_ = json.NewEncoder(w).Encode(storageAnswer{config, cred.Expires}) // the catalog sees what is missing
	}
}

func signatureOf(signed string) string {
	u, err := url.Parse(signed)
	if err != nil {
		return signed
	}
	return u.Query().Get("Signature")
}

// remoteProvider asks the authority, in the process of the catalog.
type remoteProvider struct{ url string }

// Vend implements catalog.Provider. Its errors have the signed URL that the authority leaks.
func (p *remoteProvider) Vend(ctx context.Context, r catalog.StorageRequest) (catalog.StorageCredential, error) {
	subject, _ := ctx.Value(subjectKey{}).(string)
	ask, err := json.Marshal(storageAsk{Subject: subject, Location: r.Location, TTL: r.TTL})
	if err != nil {
		return catalog.StorageCredential{}, err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(ask))
	if err != nil {
		return catalog.StorageCredential{}, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return catalog.StorageCredential{}, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		var leak bytes.Buffer
		_, _ = leak.ReadFrom(http.MaxBytesReader(nil, response.Body, 64<<10))
		if response.StatusCode == http.StatusForbidden {
			return catalog.StorageCredential{}, fmt.Errorf("%w: %s", catalog.ErrAccessDenied, leak.String())
		}
		return catalog.StorageCredential{}, &url.Error{Op: "Get", URL: leak.String(), Err: errors.New(response.Status)}
	}
	var answer storageAnswer
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return catalog.StorageCredential{}, err
	}
	return catalog.StorageCredential{Config: redact.NewSecret(answer.Config), Expires: answer.Expires}, nil
}
