//go:build unix

package pubsubsink_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/google/uuid"
	"github.com/googleapis/gax-go/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/audit/auditread"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

// contract is where the schemas and vectors are.
const contract = "../../audit/auditread/contract/"

// ran runs a consumer and returns the lines that it prints.
func ran(t *testing.T, environment []string, command ...string) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Env = append(os.Environ(), environment...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	require.NoError(t, err, "%s: %s", command[0], complaints.String())
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func needed(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		absent(t, program)
	}
}

// absolute is a path for a program that runs elsewhere.
func absolute(t *testing.T, path string) string {
	t.Helper()
	full, err := filepath.Abs(path)
	require.NoError(t, err)
	return full
}

// nodeConsumer installs the consumer's packages in a directory that the test removes. They come from the npm
// registry, so it is done only where everything is demanded.
func nodeConsumer(t *testing.T) (script string) {
	t.Helper()
	if os.Getenv("ARCO_AUDIT_DEMAND") != "all" {
		t.Skip("not tested: the packages of the consumer come from the npm registry; set ARCO_AUDIT_DEMAND=all")
	}
	needed(t, "node")
	needed(t, "npm")
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS("testdata/node")))
	ran(t, nil, "npm", "ci", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
	return filepath.Join(dir, "consumer.mjs")
}

// wanted are the lines that every consumer prints of the vectors.
func wanted(t *testing.T) (lines []string) {
	t.Helper()
	text, err := os.ReadFile(contract + "vectors.json")
	require.NoError(t, err)
	var list []struct{ Name, Store, Leaf string }
	require.NoError(t, json.Unmarshal(text, &list))
	for _, v := range list {
		if v.Leaf == "" {
			v.Leaf = "unverifiable"
		}
		lines = append(lines, v.Name+"|"+v.Store+"|"+v.Leaf)
	}
	require.Greater(t, len(lines), 40)
	return lines
}

func TestForeignVectors(t *testing.T) {
	vectors, writer := absolute(t, contract+"vectors.json"), absolute(t, contract+"writer-v1.schema.json")
	t.Run("python", func(t *testing.T) {
		needed(t, "python3")
		assert.Equal(t, wanted(t), ran(t, nil, "python3", "testdata/python/consumer.py", "vectors", vectors, writer))
	})
	t.Run("java", func(t *testing.T) {
		needed(t, "java")
		assert.Equal(t, wanted(t), ran(t, nil, "java", "testdata/java/Rebuild.java", vectors, writer))
	})
}

// published puts the events of one trail, hostile names among them, on the emulator and returns what a consumer
// prints that has read them all.
func published(t *testing.T) (address string, lines []string) {
	t.Helper()
	client, address := emulatedAt(t)
	const name, reader = "projects/arco-test/topics/audit", "projects/arco-test/subscriptions/"
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := client.TopicAdminClient.CreateTopic(ctx, &pb.Topic{Name: name}, gax.WithGRPCOptions(grpc.WaitForReady(true)))
	require.NoError(t, err, "the emulator did not start")
	for _, id := range []string{"python", "node"} {
		_, err := client.SubscriptionAdminClient.CreateSubscription(ctx, &pb.Subscription{Name: reader + id, Topic: name})
		require.NoError(t, err)
	}
	hostile := audit.NewTable([]string{"sales", "eu\u2028\x7f"}, "or\"d\\ers\U0001f600\uffee", uuid.UUID{1})
	all := records(t,
		audit.CredVendAllow(hostile, audit.NewGrant(audit.DelegationVended, audit.AccessRead, audit.ProviderS3, 900e9)),
		audit.IcebergCommit(hostile, audit.NewSnapshot(1<<62, 7, audit.OperationAppend).WithCounts(audit.SnapshotCounts{TotalRecords: 1 << 60})),
		audit.URLMintDeny(audit.DomainSearch, audit.MintReasonTraversal),
		audit.AuthAllow(audit.RPCOperation("/arco.catalog.v1.Catalog/Load"), audit.AuthMethodJWT),
	)
	require.NoError(t, pubsubsink.New(client, name).Deliver(ctx, all))
	for _, r := range all {
		leaf := auditread.LeafOf(r.JSON())
		lines = append(lines, r.Sequence().String()+"|"+hex.EncodeToString(leaf[:]))
	}
	return address, lines
}

func TestForeignConsumers(t *testing.T) {
	address, want := published(t)
	writer, n := absolute(t, contract+"writer-v1.schema.json"), strconv.Itoa(len(want))
	t.Run("python", func(t *testing.T) {
		needed(t, "python3")
		assert.ElementsMatch(t, want, ran(t, nil, "python3", "testdata/python/consumer.py", "pull", address, "projects/arco-test/subscriptions/python", n, writer))
	})
	t.Run("node", func(t *testing.T) {
		script := nodeConsumer(t)
		got := ran(t, []string{"PUBSUB_EMULATOR_HOST=" + address}, "node", script, "pull", "arco-test", "node", n, writer)
		assert.ElementsMatch(t, want, got)
		vectors := absolute(t, contract+"vectors.json")
		assert.Equal(t, wanted(t), ran(t, nil, "node", script, "vectors", vectors, writer))
		schemasAgree(t, script)
	})
}

// schemasAgree has a second validator say what the first says in the tests of auditread.
func schemasAgree(t *testing.T, script string) {
	t.Helper()
	glob := func(pattern string) []string {
		paths, err := filepath.Glob(absolute(t, pattern))
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		return paths
	}
	validate := func(schema string, events ...string) []string {
		return ran(t, nil, append([]string{"node", script, "validate", absolute(t, schema)}, events...)...)
	}
	written := append(glob("../../internal/wire/testdata/golden/*.json"), glob(contract+"fixtures/v1/*.json")...)
	future := glob(contract + "fixtures/*.json")
	assert.Equal(t, []string{""}, validate(contract+"writer-v1.schema.json", written...))
	for _, reader := range append(glob(contract+"released/*.json"), contract+"reader-v1.schema.json") {
		assert.Equal(t, []string{""}, validate(reader, append(written, future...)...))
	}
	assert.Len(t, validate(contract+"writer-v1.schema.json", future...), len(future), "the closed schema takes an event of the future")
}
