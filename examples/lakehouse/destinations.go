package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	logging "cloud.google.com/go/logging/apiv2"
	"cloud.google.com/go/logging/apiv2/loggingpb"
	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
)

// The names of what the trails reach in Google Cloud.
const (
	project      = "lakehouse"
	auditTopic   = "projects/" + project + "/topics/audit"
	subscription = "projects/" + project + "/subscriptions/archive"
	auditLog     = "projects/" + project + "/logs/audit"
)

// destinations are what the services share: Pub/Sub and Cloud Logging as servers of this process, a collector in
// memory, and a consumer that reads what is published.
type destinations struct {
	pubsub   *pstest.Server
	logging  *gcpfake.Logging
	entries  *logging.Client
	consumer *consumer
	memory   *collector
	opened   []func() error // to be closed in reverse
}

func openDestinations(ctx context.Context) (d *destinations, err error) {
	d = &destinations{pubsub: pstest.NewServer(), memory: startCollector()}
	d.opened = append(d.opened, d.pubsub.Close, func() error { d.memory.server.Close(); return nil })
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	if err = d.openPubSub(ctx); err != nil {
		return nil, err
	}
	if d.logging, err = gcpfake.ServeLogging(nil); err != nil {
		return nil, err
	}
	d.opened = append(d.opened, func() error { d.logging.Close(); return nil })
	if d.entries, err = d.logging.Client(ctx); err != nil {
		return nil, err
	}
	d.opened = append(d.opened, d.entries.Close)
	return d, nil
}

// openPubSub makes the topic, the subscription and the consumer.
func (d *destinations) openPubSub(ctx context.Context) error {
	conn, err := grpc.NewClient(d.pubsub.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	d.opened = append(d.opened, conn.Close)
	client, err := pubsub.NewClient(ctx, project, option.WithGRPCConn(conn))
	if err != nil {
		return err
	}
	if _, err := client.TopicAdminClient.CreateTopic(ctx, &pb.Topic{Name: auditTopic}); err != nil {
		return err
	}
	read := &pb.Subscription{Name: subscription, Topic: auditTopic}
	if _, err := client.SubscriptionAdminClient.CreateSubscription(ctx, read); err != nil {
		return err
	}
	if d.consumer, err = startConsumer(ctx, client.Subscriber(subscription)); err != nil {
		return err
	}
	d.opened = append(d.opened, d.consumer.stop)
	return nil
}

// outage takes Cloud Logging and the memory away, or gives them back.
func (d *destinations) outage(begins bool) {
	d.memory.down(begins)
	if !begins {
		d.logging.Intercept(nil)
		return
	}
	d.logging.Intercept(func(context.Context, *loggingpb.WriteLogEntriesRequest) error {
		return status.Error(codes.Unavailable, "out of order")
	})
}

// texts are the canonical events that readers of the destinations have, one a line.
func (d *destinations) texts() (map[string]string, error) {
	var read, logged []string
	for _, e := range d.consumer.entries() {
		line, err := e.Canonical()
		if err != nil {
			return nil, err
		}
		read = append(read, line)
	}
	for _, e := range d.logging.Stored() {
		line, err := gcplogsink.RebuildEntry(e)
		if err != nil {
			return nil, err
		}
		logged = append(logged, line)
	}
	return map[string]string{"pubsub": strings.Join(read, "\n"), "logging": strings.Join(logged, "\n"), "memory": d.memory.text()}, nil
}

// raw is everything that the servers hold, attributes and labels too.
func (d *destinations) raw() (string, error) {
	var all strings.Builder
	for _, m := range d.pubsub.Messages() {
		fmt.Fprintf(&all, "%q %q %s\n", m.Attributes, m.OrderingKey, m.Data)
	}
	for _, e := range d.logging.Routed() {
		text, err := protojson.Marshal(e)
		if err != nil {
			return "", err
		}
		all.Write(append(text, '\n'))
	}
	return all.String(), nil
}

func (d *destinations) close() error {
	var failures []error
	for _, end := range slices.Backward(d.opened) {
		failures = append(failures, end())
	}
	return errors.Join(failures...)
}
