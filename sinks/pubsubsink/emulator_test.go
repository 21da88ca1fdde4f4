//go:build unix

package pubsubsink_test

import (
	"context"
	"flag"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/google/uuid"
	"github.com/googleapis/gax-go/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

// emulator is where the package google-cloud-cli-pubsub-emulator puts Google's own emulator.
const emulator = "/usr/lib/google-cloud-sdk/platform/pubsub-emulator/bin/cloud-pubsub-emulator"

// realProject has the tests of the emulator run against Pub/Sub itself, with the credentials of the environment. Its service
// agent must be let publish to topics of the project and acknowledge subscriptions, for the dead-letter policy.
var realProject = flag.String("pubsub.project", "", "Google Cloud project in which topics and subscriptions may be made for a while")

// service is Pub/Sub with names that nobody else has.
type service struct {
	client  *pubsub.Client
	project string // "projects/arco-test/"
	suffix  string
}

// served is the emulator, or Pub/Sub itself when a project is given.
func served(t *testing.T) service {
	t.Helper()
	if *realProject == "" {
		client, _ := emulatedAt(t)
		return service{client: client, project: "projects/arco-test/"}
	}
	client, err := pubsub.NewClient(t.Context(), *realProject)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return service{client: client, project: "projects/" + *realProject + "/", suffix: "-" + uuid.NewString()}
}

// topic makes a topic, which lives as long as the test.
func (s service) topic(ctx context.Context, t *testing.T, id string) string {
	t.Helper()
	name := s.project + "topics/" + id + s.suffix
	_, err := s.client.TopicAdminClient.CreateTopic(ctx, &pb.Topic{Name: name}, gax.WithGRPCOptions(grpc.WaitForReady(true)))
	require.NoError(t, err, "there is no answer: the emulator did not start, or the project does not let topics be made")
	t.Cleanup(func() {
		if s.suffix != "" {
			assert.NoError(t, s.client.TopicAdminClient.DeleteTopic(context.WithoutCancel(ctx), &pb.DeleteTopicRequest{Topic: name}))
		}
	})
	return name
}

// subscription makes a subscription, which lives as long as the test.
func (s service) subscription(ctx context.Context, t *testing.T, id, topic string, with *pb.Subscription) string {
	t.Helper()
	with.Name, with.Topic = s.project+"subscriptions/"+id+s.suffix, topic
	_, err := s.client.SubscriptionAdminClient.CreateSubscription(ctx, with)
	require.NoError(t, err)
	t.Cleanup(func() {
		if s.suffix != "" {
			assert.NoError(t, s.client.SubscriptionAdminClient.DeleteSubscription(context.WithoutCancel(ctx), &pb.DeleteSubscriptionRequest{Subscription: with.Name}))
		}
	})
	return with.Name
}

// emulatedAt starts the emulator on a free port and returns a client of it with the address, for clients that are not ours.
func emulatedAt(t *testing.T) (*pubsub.Client, string) {
	t.Helper()
	if _, err := os.Stat(emulator); err != nil {
		absent(t, emulator+": install google-cloud-cli-pubsub-emulator")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().(*net.TCPAddr)
	require.NoError(t, l.Close())
	cmd := exec.CommandContext(t.Context(), emulator, "--host=127.0.0.1", "--port="+strconv.Itoa(addr.Port))
	cmd.Dir = t.TempDir()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the script has the emulator as a child
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		assert.NoError(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL))
		_ = cmd.Wait()
	})
	conn, err := grpc.NewClient(addr.String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	client, err := pubsub.NewClient(t.Context(), "arco-test", option.WithGRPCConn(conn))
	require.NoError(t, err)
	return client, addr.String()
}

func TestEmulator(t *testing.T) {
	s := served(t)
	client := s.client
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	topic := s.topic(ctx, t, "audit")
	subscription := s.subscription(ctx, t, "reader", topic, &pb.Subscription{EnableMessageOrdering: true})

	all := some(t, 1500)
	require.NoError(t, pubsubsink.New(client, topic).Deliver(ctx, all))
	assert.Equal(t, jsons(all), pulled(ctx, t, client, subscription, len(all)), "a subscription with ordering has the trail in sequence")

	unordered := some(t, 50)
	require.NoError(t, pubsubsink.New(client, topic).Unordered().Deliver(ctx, unordered))
	assert.ElementsMatch(t, jsons(unordered), pulled(ctx, t, client, subscription, len(unordered)))

	err := pubsubsink.New(client, s.project+"topics/missing").Deliver(ctx, all[:3])
	assert.True(t, fate(err, 3).Down, err)
	assert.Equal(t, upTo(3), fate(err, 3).Retry)
}

func jsons(batch []audit.Record) []string {
	var list []string
	for _, r := range batch {
		list = append(list, r.JSON())
	}
	return list
}

// pulled receives and acknowledges n messages and returns their events, in the order in which they come.
func pulled(ctx context.Context, t *testing.T, client *pubsub.Client, subscription string, n int) []string {
	t.Helper()
	var events []string
	for len(events) < n {
		got, err := client.SubscriptionAdminClient.Pull(ctx, &pb.PullRequest{Subscription: subscription, MaxMessages: 1000})
		require.NoError(t, err)
		var ids []string
		for _, m := range got.GetReceivedMessages() {
			ids = append(ids, m.GetAckId())
			events = append(events, rebuilt(t, m.GetMessage().GetAttributes(), m.GetMessage().GetData()))
		}
		if len(ids) > 0 {
			require.NoError(t, client.SubscriptionAdminClient.Acknowledge(ctx, &pb.AcknowledgeRequest{Subscription: subscription, AckIds: ids}))
		}
	}
	return events
}
