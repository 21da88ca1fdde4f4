//go:build unix

package pubsubsink_test

import (
	"context"
	"errors"
	"testing"
	"time"

	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

// TestEmulatorReceive is what the package documentation says of subscriptions, on Google's own emulator. That takes filters
// and does not apply them: filters are tested on the server in process.
func TestEmulatorReceive(t *testing.T) {
	s := served(t)
	client := s.client
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	topic, dead := s.topic(ctx, t, "audit"), s.topic(ctx, t, "dead")
	ordered := s.subscription(ctx, t, "ordered", topic, &pb.Subscription{EnableMessageOrdering: true})
	replayed := s.subscription(ctx, t, "replayed", topic, &pb.Subscription{RetainAckedMessages: true, MessageRetentionDuration: durationpb.New(time.Hour)})
	policy := s.subscription(ctx, t, "policy", topic, &pb.Subscription{
		DeadLetterPolicy: &pb.DeadLetterPolicy{DeadLetterTopic: dead, MaxDeliveryAttempts: 5},
		RetryPolicy:      &pb.RetryPolicy{MinimumBackoff: durationpb.New(0), MaximumBackoff: durationpb.New(0)},
	})
	letters := s.subscription(ctx, t, "dead", dead, &pb.Subscription{})

	all := some(t, 100)
	require.NoError(t, pubsubsink.New(client, topic).Deliver(ctx, all))

	t.Run("ordered", func(t *testing.T) {
		gaps := auditread.NewGaps(auditread.GapsConfig{})
		r := read(t, client.Subscriber(ordered), pubsubsink.ReceiveConfig{Gaps: gaps, Dedupe: deduping(t, nil)}, nil)
		r.until(pubsubsink.Handled, len(all))
		require.NoError(t, r.stop())
		assert.Equal(t, jsons(all), r.jsons())
		assert.True(t, gaps.Report()[0].Complete())
	})
	t.Run("replay by seek", func(t *testing.T) {
		dedupe := deduping(t, nil)
		first := read(t, client.Subscriber(replayed), pubsubsink.ReceiveConfig{Dedupe: dedupe}, nil)
		first.until(pubsubsink.Handled, len(all))
		require.NoError(t, first.stop())
		_, err := client.SubscriptionAdminClient.Seek(ctx, &pb.SeekRequest{
			Subscription: replayed, Target: &pb.SeekRequest_Time{Time: timestamppb.New(time.Now().Add(-time.Hour))},
		})
		require.NoError(t, err)
		second := read(t, client.Subscriber(replayed), pubsubsink.ReceiveConfig{Dedupe: deduping(t, nil)}, nil)
		second.until(pubsubsink.Handled, len(all))
		require.NoError(t, second.stop())
		assert.ElementsMatch(t, jsons(all), second.jsons(), "a Dedupe that has seen nothing lets all of it through again")
	})
	t.Run("dead-letter policy", func(t *testing.T) {
		r := read(t, client.Subscriber(policy), pubsubsink.ReceiveConfig{Dedupe: deduping(t, nil)}, func(_ context.Context, e auditread.Entry) error {
			if e.Sequence == 1 {
				return errors.New("never")
			}
			return nil
		})
		r.until(pubsubsink.Handled, len(all)-1)
		dead := read(t, client.Subscriber(letters), pubsubsink.ReceiveConfig{}, nil)
		dead.until(pubsubsink.Handled, 1)
		require.NoError(t, r.stop())
		require.NoError(t, dead.stop())
		assert.Equal(t, []string{all[1].JSON()}, dead.jsons(), "the policy keeps data and attributes")
		assert.Len(t, r.jsons(), len(all)-1)
	})
}
