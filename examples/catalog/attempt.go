package catalog

import (
	"bytes"
	"context"
	"crypto/sha256"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/daxis-io/arco-audit/audit"
)

const keyHeader = "Idempotency-Key"

// attempts remember, by idempotency key, what a change came to, so that a client that lost the answer gets it again and
// the change is made once. A key is its caller's own: nobody can ask for the answer of another.
type attempts struct {
	lifetime time.Duration
	most     int

	mu    sync.Mutex
	all   map[attemptKey]*attempt
	ended []*attempt // in the order in which they are forgotten
}

type attemptKey struct {
	tenant audit.Tenant
	actor  audit.Actor
	key    uuid.UUID
}

// attempt is guarded by the lock of its attempts. It is in progress while outcome is nil.
type attempt struct {
	in      *attempts
	key     attemptKey
	request fingerprint
	outcome *outcome
	until   time.Time
}

// outcome is an answer or a refusal, and the events that say so.
type outcome struct {
	answer  answer
	err     error
	repeats []audit.Event
}

func newAttempts(lifetime time.Duration, most int) *attempts {
	return &attempts{lifetime: lifetime, most: most, all: map[attemptKey]*attempt{}}
}

// claim takes the key of a request for this request alone, which ends it with settle or release. Without a key there
// is nothing to end. An outcome is that of an earlier request, which has the same key and content.
func (a *attempts) claim(r *http.Request) (mine *attempt, earlier *outcome, err error) {
	values := r.Header.Values(keyHeader)
	if len(values) == 0 {
		return nil, nil, nil
	}
	id, err := uuid.Parse(values[0])
	if err != nil || len(values) > 1 || len(values[0]) != len(uuid.Nil.String()) || id.Version() != 7 {
		return nil, nil, errKey
	}
	about := audit.RequestFrom(r.Context())
	return a.take(&attempt{in: a, key: attemptKey{about.Tenant, about.Actor, id}, request: fingerprintOf(r.Context())}, time.Now())
}

func (a *attempts) take(mine *attempt, now time.Time) (*attempt, *outcome, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.ended) > 0 && !now.Before(a.ended[0].until) {
		delete(a.all, a.ended[0].key)
		a.ended = a.ended[1:]
	}
	earlier := a.all[mine.key]
	switch {
	case earlier == nil && len(a.all) >= a.most:
		return nil, nil, errKeysFull
	case earlier == nil:
		a.all[mine.key] = mine
		return mine, nil, nil
	case earlier.request != mine.request:
		return nil, nil, errKeyReused
	case earlier.outcome == nil:
		return nil, nil, errInProgress
	}
	return nil, earlier.outcome, nil
}

// settle ends an attempt with what every repetition of it is told. A failure of the service is not kept: a repetition
// tries again.
func (a *attempt) settle(o outcome) {
	if a == nil || o.err != nil && statusOf(o.err) >= http.StatusInternalServerError {
		return
	}
	a.in.mu.Lock()
	defer a.in.mu.Unlock()
	a.outcome, a.until = &o, time.Now().Add(a.in.lifetime)
	a.in.ended = append(a.in.ended, a)
}

// release gives the key back unless the attempt is settled.
func (a *attempt) release() {
	if a == nil {
		return
	}
	a.in.mu.Lock()
	defer a.in.mu.Unlock()
	if a.outcome == nil {
		delete(a.in.all, a.key)
	}
}

// fingerprint tells the content of a request from that of another.
type fingerprint [sha256.Size]byte

type fingerprintKey struct{}

func fingerprintOf(ctx context.Context) fingerprint {
	f, _ := ctx.Value(fingerprintKey{}).(fingerprint)
	return f
}

// fingerprinted reads the body of a request that has a key. What reads it after that gets the same bytes, and the same
// error.
func fingerprinted(r *http.Request) *http.Request {
	if r.Header.Get(keyHeader) == "" {
		return r
	}
	body, _ := io.ReadAll(r.Body)
	h := sha256.New()
	_, _ = io.WriteString(h, r.Method+" "+r.URL.RequestURI()+"\n")
	h.Write(body)
	r = r.WithContext(context.WithValue(r.Context(), fingerprintKey{}, fingerprint(h.Sum(nil))))
	r.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), r.Body))
	return r
}

// repeat records that an earlier decision is told again, and tells it.
func (c *Catalog) repeat(ctx context.Context, h http.Header, o *outcome) (answer, error) {
	for _, e := range o.repeats {
		if o.err != nil {
			c.deny(ctx, h, e.AsReplay())
			continue
		}
		if err := c.allow(ctx, h, e.AsReplay()); err != nil {
			return answer{}, err
		}
	}
	return o.answer, o.err
}
