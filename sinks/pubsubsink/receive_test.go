package pubsubsink_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

const subscription = "projects/p/subscriptions/reader"

// subscribe makes a subscription of the harness's topic.
func (h *harness) subscribe(s *pb.Subscription) *pubsub.Subscriber {
	h.t.Helper()
	s.Name, s.Topic = subscription, topic
	_, err := h.client.SubscriptionAdminClient.CreateSubscription(h.t.Context(), s)
	require.NoError(h.t, err)
	return h.client.Subscriber(subscription)
}

// reading is a Receive that runs, and what it did.
type reading struct {
	t      *testing.T
	cancel context.CancelFunc
	done   chan error

	mu       sync.Mutex
	entries  []auditread.Entry
	receipts []pubsubsink.Receipt
	news     chan struct{}
}

// read starts Receive. handle may be nil.
func read(t *testing.T, sub *pubsub.Subscriber, c pubsubsink.ReceiveConfig, handle func(context.Context, auditread.Entry) error) *reading {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := &reading{t: t, cancel: cancel, done: make(chan error, 1), news: make(chan struct{}, 1)}
	c.Observe = func(got pubsubsink.Receipt) {
		r.mu.Lock()
		r.receipts = append(r.receipts, got)
		r.mu.Unlock()
		select {
		case r.news <- struct{}{}:
		default:
		}
	}
	if c.BackoffMin == 0 {
		c.BackoffMin, c.BackoffMax = time.Millisecond, 5*time.Millisecond
	}
	go func() {
		r.done <- pubsubsink.Receive(ctx, sub, func(ctx context.Context, e auditread.Entry) error {
			if handle != nil {
				if err := handle(ctx, e); err != nil {
					return err
				}
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			r.entries = append(r.entries, e)
			return nil
		}, c)
	}()
	t.Cleanup(func() { cancel(); r.ended() })
	return r
}

// until waits until so many messages were decided with this fate.
func (r *reading) until(fate pubsubsink.Fate, n int) []pubsubsink.Receipt {
	r.t.Helper()
	late := time.NewTimer(30 * time.Second)
	defer late.Stop()
	for {
		if list := r.with(fate); len(list) >= n {
			return list
		}
		select {
		case <-r.news:
		case <-late.C:
			require.FailNow(r.t, "nothing more comes", "%d of %d %s: %v", len(r.with(fate)), n, fate, r.receipts)
		}
	}
}

func (r *reading) with(fate pubsubsink.Fate) (list []pubsubsink.Receipt) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, got := range r.receipts {
		if got.Fate == fate {
			list = append(list, got)
		}
	}
	return list
}

func (r *reading) jsons() (list []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.entries {
		list = append(list, e.JSON)
	}
	return list
}

// stop ends Receive and returns its error.
func (r *reading) stop() error {
	r.cancel()
	return r.ended()
}

func (r *reading) ended() error {
	select {
	case err := <-r.done:
		r.done <- err
		return err
	case <-time.After(30 * time.Second):
		return errors.New("Receive does not return")
	}
}

// unacknowledged are the messages that the server would deliver again.
func (h *harness) unacknowledged() int {
	n := 0
	for _, m := range h.server.Messages() {
		if m.Acks == 0 {
			n++
		}
	}
	return n
}

func TestReceive(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{EnableMessageOrdering: true})
	all := some(t, 12) // the server in process gives out one message of an ordering key at a time
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	gaps := auditread.NewGaps(auditread.GapsConfig{})
	r := read(t, sub, pubsubsink.ReceiveConfig{Dedupe: deduping(t, nil), Gaps: gaps}, nil)
	r.until(pubsubsink.Handled, len(all))
	require.NoError(t, r.stop())
	assert.ElementsMatch(t, jsons(all), r.jsons())
	assert.Zero(t, h.unacknowledged())
	require.Len(t, gaps.Report(), 1)
	assert.True(t, gaps.Report()[0].Complete())
	for i, e := range r.entries {
		leaf, err := e.Leaf()
		require.NoError(t, err)
		assert.Equal(t, auditread.LeafOf(r.jsons()[i]), leaf)
	}
}

func deduping(t *testing.T, store auditread.Store) *auditread.Dedupe {
	t.Helper()
	d, err := auditread.NewDedupe(auditread.DedupeConfig{Store: store})
	require.NoError(t, err)
	return d
}

func TestReceiveStructured(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{})
	all := some(t, 4)
	h.server.Publish(topic, []byte(all[0].JSON()), map[string]string{"content-type": "application/cloudevents+json; charset=UTF-8"})
	h.server.Publish(topic, []byte(all[1].JSON()), map[string]string{"Content-Type": "Application/CloudEvents+JSON", "ce-specversion": "1.0"})
	h.server.Publish(topic, []byte(all[2].JSON()), nil)
	h.server.Publish(topic, []byte(strings.Replace(all[3].JSON(), `,"id"`, ` ,
		"id"`, 1)), map[string]string{"googclient_schemaencoding": "JSON"})
	r := read(t, sub, pubsubsink.ReceiveConfig{}, nil)
	r.until(pubsubsink.Handled, 4)
	require.NoError(t, r.stop())
	var got []string
	for _, e := range r.entries {
		canonical, err := e.Canonical()
		require.NoError(t, err)
		got = append(got, canonical)
	}
	assert.ElementsMatch(t, jsons(all), got)
}

func TestReceiveDropsCopies(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{})
	all := some(t, 20)
	path := filepath.Join(t.TempDir(), "seen")
	store := func() *os.File {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		require.NoError(t, err)
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	for range 3 {
		require.NoError(t, h.sink.Deliver(t.Context(), all))
	}
	gaps := auditread.NewGaps(auditread.GapsConfig{})
	first := read(t, sub, pubsubsink.ReceiveConfig{Dedupe: deduping(t, store())}, nil)
	first.until(pubsubsink.Dropped, 40)
	require.NoError(t, first.stop())
	assert.ElementsMatch(t, jsons(all), first.jsons())

	require.NoError(t, h.sink.Deliver(t.Context(), all))
	second := read(t, sub, pubsubsink.ReceiveConfig{Dedupe: deduping(t, store()), Gaps: gaps}, nil)
	second.until(pubsubsink.Dropped, 20)
	require.NoError(t, second.stop())
	assert.Empty(t, second.jsons(), "a process that starts again handles nothing twice")
	assert.True(t, gaps.Report()[0].Complete(), "copies say that the event has come, too")
	assert.Zero(t, h.unacknowledged())
}

// A copy that comes while its event is with the handler waits for what becomes of it.
func TestReceiveCopyInWork(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{})
	one := some(t, 2)[:1]
	var calls, at, most atomic.Int32
	gate := make(chan struct{})
	r := read(t, sub, pubsubsink.ReceiveConfig{Dedupe: deduping(t, nil)}, func(context.Context, auditread.Entry) error {
		calls.Add(1)
		most.Store(max(most.Load(), at.Add(1)))
		defer at.Add(-1)
		<-gate
		if calls.Load() == 1 {
			return errors.New("not yet")
		}
		return nil
	})
	for range 5 {
		require.NoError(t, h.sink.Deliver(t.Context(), one))
	}
	close(gate)
	r.until(pubsubsink.Dropped, 4)
	require.NoError(t, r.stop())
	assert.Equal(t, int32(1), most.Load())
	assert.Equal(t, int32(2), calls.Load())
	assert.Len(t, r.with(pubsubsink.Handled), 1)
}

// letters makes a topic for dead letters and returns what it has.
func (h *harness) letters() (take func(context.Context, pubsubsink.Letter) error, got func() map[string]map[string]string) {
	h.t.Helper()
	const dead = "projects/p/topics/dead"
	_, err := h.client.TopicAdminClient.CreateTopic(h.t.Context(), &pb.Topic{Name: dead})
	require.NoError(h.t, err)
	return pubsubsink.DeadLetterTopic(h.client, dead), func() map[string]map[string]string {
		letters := map[string]map[string]string{}
		for _, m := range h.server.Messages() {
			if m.Attributes[pubsubsink.AttributeReason] != "" {
				letters[m.Attributes[pubsubsink.AttributeMessageID]] = m.Attributes
			}
		}
		return letters
	}
}

func TestReceiveDeadLetters(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{})
	all := some(t, 6)
	take, letters := h.letters()
	dedupe, gaps := deduping(t, nil), auditread.NewGaps(auditread.GapsConfig{})
	publish := func(event string) string {
		return h.server.Publish(topic, []byte(event), map[string]string{"content-type": "application/cloudevents+json", "own": "kept"})
	}
	var handled atomic.Int32
	r := read(t, sub, pubsubsink.ReceiveConfig{Dedupe: dedupe, Gaps: gaps, DeadLetter: take, Verify: func(_ context.Context, e auditread.Entry) error {
		if e.Sequence == 1 {
			return errors.New("not in the tree")
		}
		return nil
	}}, func(_ context.Context, e auditread.Entry) error {
		handled.Add(1)
		switch e.Sequence {
		case 2:
			return fmt.Errorf("outer: %w", pubsubsink.Reject(errors.New("no such tenant "+strings.Repeat("é", 1000))))
		case 3:
			panic("hunter2hunter2")
		}
		return nil
	})
	publish(all[0].JSON())
	r.until(pubsubsink.Handled, 1)
	want := map[string]pubsubsink.Reason{
		publish(`{"id":"hunter2hunter2"`): pubsubsink.Undecodable,
		publish(all[1].JSON()):            pubsubsink.Unverified,
		publish(all[2].JSON()):            pubsubsink.Rejected,
		publish(all[3].JSON()):            pubsubsink.Panicked,
		publish(all[0].JSON()):            "",
		publish(strings.ReplaceAll(all[0].JSON(), `"opened"`, `"forged"`)): pubsubsink.Conflicting,
	}
	receipts := r.until(pubsubsink.DeadLettered, 5)
	r.until(pubsubsink.Dropped, 1)
	require.NoError(t, r.stop())
	for _, got := range receipts {
		assert.Equal(t, want[got.MessageID], got.Reason)
		assert.NotContains(t, got.Err.Error(), "hunter2")
	}
	got := letters()
	assert.Len(t, got, 5)
	for id, reason := range want {
		if reason == "" {
			continue
		}
		assert.Equal(t, string(reason), got[id][pubsubsink.AttributeReason])
		assert.Equal(t, "kept", got[id]["own"])
		assert.NotEmpty(t, got[id][pubsubsink.AttributeError])
		assert.LessOrEqual(t, len(got[id][pubsubsink.AttributeError]), 1024)
	}
	assert.Equal(t, int32(3), handled.Load())
	assert.Equal(t, []auditread.Range{{First: 0, Last: 0}, {First: 2, Last: 3}}, gaps.Report()[0].Received, "what the handler has rejected has come")
}

// A letter that nobody takes leaves the message where it is.
func TestReceiveDeadLetterFails(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{})
	h.server.Publish(topic, []byte("{"), nil)
	take, letters := h.letters()
	var calls atomic.Int32
	r := read(t, sub, pubsubsink.ReceiveConfig{DeadLetter: func(ctx context.Context, l pubsubsink.Letter) error {
		if calls.Add(1) < 3 {
			return errors.New("torn")
		}
		return take(ctx, l)
	}}, nil)
	assert.ErrorContains(t, r.until(pubsubsink.Returned, 2)[0].Err, "torn")
	r.until(pubsubsink.DeadLettered, 1)
	require.NoError(t, r.stop())
	assert.Len(t, letters(), 1)
}

func TestReceiveWithoutDeadLetters(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{})
	h.server.Publish(topic, []byte("{"), nil)
	r := read(t, sub, pubsubsink.ReceiveConfig{}, nil)
	got := r.until(pubsubsink.Returned, 3)
	require.NoError(t, r.stop())
	assert.Equal(t, pubsubsink.Undecodable, got[2].Reason)
	assert.Equal(t, 1, h.unacknowledged())
}

func TestReceiveReturnsWhatFailed(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{})
	all := some(t, 10)
	require.NoError(t, h.sink.Deliver(t.Context(), all))
	var mu sync.Mutex
	failures := map[audit.Sequence]int{}
	r := read(t, sub, pubsubsink.ReceiveConfig{Dedupe: deduping(t, nil)}, func(_ context.Context, e auditread.Entry) error {
		mu.Lock()
		defer mu.Unlock()
		if failures[e.Sequence]++; failures[e.Sequence] <= int(e.Sequence)%4 {
			return errors.New("torn")
		}
		return nil
	})
	r.until(pubsubsink.Handled, 10)
	require.NoError(t, r.stop())
	assert.ElementsMatch(t, jsons(all), r.jsons())
	assert.Len(t, r.with(pubsubsink.Returned), 0+1+2+3+0+1+2+3+0+1)
	assert.Empty(t, r.with(pubsubsink.DeadLettered))
}

// With the destination down, no more messages are in memory than may be, and none is asked for.
func TestReceiveBounded(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{})
	require.NoError(t, h.sink.Deliver(t.Context(), some(t, 200)))
	full := make(chan struct{}, 200)
	r := read(t, sub, pubsubsink.ReceiveConfig{MaxMessages: 7, BackoffMin: time.Hour}, func(context.Context, auditread.Entry) error {
		full <- struct{}{}
		return errors.New("down")
	})
	for range 7 {
		<-full
	}
	select {
	case <-full:
		assert.Fail(t, "an eighth message is in work")
	case <-time.After(200 * time.Millisecond):
	}
	began := time.Now()
	require.NoError(t, r.stop())
	assert.Less(t, time.Since(began), 20*time.Second, "a message that waits does not keep Receive")
	assert.Len(t, r.with(pubsubsink.Returned), 7)
	assert.Equal(t, 200, h.unacknowledged())
}

func TestReceiveStopsGracefully(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{})
	require.NoError(t, h.sink.Deliver(t.Context(), some(t, 2)[:1]))
	began, end := make(chan struct{}), make(chan struct{})
	r := read(t, sub, pubsubsink.ReceiveConfig{}, func(ctx context.Context, _ auditread.Entry) error {
		close(began)
		<-end
		return ctx.Err()
	})
	<-began
	r.cancel()
	select {
	case err := <-r.done:
		require.NoError(t, err)
		assert.Fail(t, "Receive left the handler behind")
	case <-time.After(50 * time.Millisecond):
	}
	close(end)
	require.NoError(t, r.ended())
	assert.Len(t, r.with(pubsubsink.Handled), 1)
	assert.Zero(t, h.unacknowledged())
}

func TestReceiveGraceEnds(t *testing.T) {
	h := newHarness(t)
	sub := h.subscribe(&pb.Subscription{})
	require.NoError(t, h.sink.Deliver(t.Context(), some(t, 2)[:1]))
	began := make(chan struct{})
	r := read(t, sub, pubsubsink.ReceiveConfig{Grace: time.Millisecond}, func(ctx context.Context, _ auditread.Entry) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	})
	<-began
	require.NoError(t, r.stop())
	assert.Len(t, r.with(pubsubsink.Returned), 1)
	assert.Equal(t, 1, h.unacknowledged())
}

func TestReceiveErrors(t *testing.T) {
	h := newHarness(t)
	handle := func(context.Context, auditread.Entry) error { return nil }
	err := pubsubsink.Receive(t.Context(), nil, handle, pubsubsink.ReceiveConfig{})
	require.ErrorContains(t, err, "give Receive both")
	err = pubsubsink.Receive(t.Context(), h.client.Subscriber(subscription), nil, pubsubsink.ReceiveConfig{})
	require.ErrorContains(t, err, "give Receive both")
	err = pubsubsink.Receive(t.Context(), h.client.Subscriber(subscription), handle, pubsubsink.ReceiveConfig{})
	require.ErrorContains(t, err, "roles/pubsub.subscriber")
	assert.Equal(t, "rejected", pubsubsink.Reject(nil).Error())
}

func TestDeadLetterTopicErrors(t *testing.T) {
	h := newHarness(t)
	full := map[string]string{}
	for i := range 98 {
		full[fmt.Sprint("a", i)] = "v"
	}
	take, _ := h.letters()
	assert.ErrorContains(t, take(t.Context(), pubsubsink.Letter{Attributes: full, Err: errors.New("x")}), "no room")
	assert.NoError(t, take(t.Context(), pubsubsink.Letter{Attributes: full}))
	missing := pubsubsink.DeadLetterTopic(h.client, "projects/p/topics/missing")
	assert.ErrorContains(t, missing(t.Context(), pubsubsink.Letter{Data: []byte("x")}), "create it")
	assert.ErrorContains(t, pubsubsink.DeadLetterTopic(h.client, "dead")(t.Context(), pubsubsink.Letter{}), "full name")
}

func TestSubscriptionFilter(t *testing.T) {
	tests := []struct {
		name   string
		filter auditread.Filter
		want   string
	}{
		{"all", auditread.Filter{}, ""},
		{"denies of one tenant", auditread.Filter{Outcomes: []string{"deny"}, Tenants: []string{"acme"}}, `attributes.ce-outcome = "deny" AND attributes.ce-tenant = "acme"`},
		{"some actions", auditread.Filter{Actions: []string{"AUTH_DENY", "ICEBERG_COMMIT"}, Tenants: []string{"acme"}},
			`(attributes.ce-action = "AUTH_DENY" OR attributes.ce-action = "ICEBERG_COMMIT") AND attributes.ce-tenant = "acme"`},
		{"no tenant", auditread.Filter{Tenants: []string{""}}, `NOT attributes:ce-tenant`},
	}
	all := records(t, audit.AuthDeny(audit.HTTPOperation("GET", "/v1/config"), audit.AuthReasonExpired),
		audit.AuthAllow(audit.HTTPOperation("GET", "/v1/config"), audit.AuthMethodJWT))
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := pubsubsink.SubscriptionFilter(test.filter)
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
			h := newHarness(t)
			sub := h.subscribe(&pb.Subscription{Filter: got})
			require.NoError(t, h.sink.Deliver(t.Context(), all))
			var want []string
			for _, rec := range all {
				if e, err := auditread.Decode(rec.JSON()); assert.NoError(t, err) && test.filter.Match(e) {
					want = append(want, rec.JSON())
				}
			}
			r := read(t, sub, pubsubsink.ReceiveConfig{}, nil)
			r.until(pubsubsink.Handled, len(want))
			require.NoError(t, r.stop())
			assert.ElementsMatch(t, want, r.jsons())
		})
	}
	_, err := pubsubsink.SubscriptionFilter(auditread.Filter{Tenants: []string{`x" OR attributes:ce-id`}})
	assert.ErrorContains(t, err, "cannot quote")
	_, err = pubsubsink.SubscriptionFilter(auditread.Filter{Actions: []string{strings.Repeat("A", 256)}})
	assert.ErrorContains(t, err, "Pub/Sub takes 256")
}
