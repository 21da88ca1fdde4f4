package main

import (
	"context"
	"fmt"
	"net/url"
	"sync"

	"github.com/daxis-io/arco-audit/examples/catalog"
)

// mood is how the storage provider answers next.
type mood uint8

const (
	moodGrant mood = iota
	moodDeny
	moodFail
)

// moodyProvider vends real credentials through a Signer until it is told to deny or to fail. It remembers
// every secret it gave out or leaked in an error, so that they can be looked for afterwards.
type moodyProvider struct {
	signer *catalog.Signer

	mu     sync.Mutex
	mood   mood
	issued []plant
}

func (p *moodyProvider) set(m mood) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mood = m
}

// Vend answers by mood. A failure carries a signed URL in its text, as errors of HTTP clients do.
func (p *moodyProvider) Vend(ctx context.Context, r catalog.StorageRequest) (catalog.StorageCredential, error) {
	cred, err := p.signer.Vend(ctx, r)
	if err != nil {
		return cred, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	config := cred.Config.Expose()
	p.issued = append(p.issued, plant{kind: "vended credential", text: config["local.signed-url"],
		secrets: []string{signatureOf(config["local.signed-url"]), config["local.token"]}})
	switch p.mood {
	case moodDeny:
		return catalog.StorageCredential{}, fmt.Errorf("%w: %s", catalog.ErrAccessDenied, config["local.signed-url"])
	case moodFail:
		return catalog.StorageCredential{}, &url.Error{Op: "Get", URL: config["local.signed-url"], Err: context.DeadlineExceeded}
	default:
		return cred, nil
	}
}

func (p *moodyProvider) secrets() []plant {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.issued
}

func signatureOf(signed string) string {
	u, err := url.Parse(signed)
	if err != nil {
		return signed
	}
	return u.Query().Get("Signature")
}
