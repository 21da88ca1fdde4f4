//go:build unix

package pubsubsink_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
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

// emulated starts the emulator on a free port and returns a client of it.
func emulated(t *testing.T) *pubsub.Client {
	t.Helper()
	client, _ := emulatedAt(t)
	return client
}

// emulatedAt is emulated with the address, for clients that are not ours.
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
	client := emulated(t)
	const topic, subscription = "projects/arco-test/topics/audit", "projects/arco-test/subscriptions/reader"
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	ready := gax.WithGRPCOptions(grpc.WaitForReady(true))
	_, err := client.TopicAdminClient.CreateTopic(ctx, &pb.Topic{Name: topic}, ready)
	require.NoError(t, err, "the emulator did not start")
	_, err = client.SubscriptionAdminClient.CreateSubscription(ctx, &pb.Subscription{Name: subscription, Topic: topic, EnableMessageOrdering: true})
	require.NoError(t, err)

	all := some(t, 1500)
	require.NoError(t, pubsubsink.New(client, topic).Deliver(ctx, all))
	assert.Equal(t, jsons(all), pulled(ctx, t, client, subscription, len(all)), "a subscription with ordering has the trail in sequence")

	unordered := some(t, 50)
	require.NoError(t, pubsubsink.New(client, topic).Unordered().Deliver(ctx, unordered))
	assert.ElementsMatch(t, jsons(unordered), pulled(ctx, t, client, subscription, len(unordered)))

	err = pubsubsink.New(client, "projects/arco-test/topics/missing").Deliver(ctx, all[:3])
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
