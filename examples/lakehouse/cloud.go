package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"cloud.google.com/go/logging/apiv2"
	"cloud.google.com/go/pubsub/v2"
	pb "cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/daxis-io/arco-audit/audit"
	"github.com/daxis-io/arco-audit/internal/gcpfake"
	"github.com/daxis-io/arco-audit/sinks/gcplogsink"
	"github.com/daxis-io/arco-audit/sinks/pubsubsink"
)

// The names of what the trail reaches in Google Cloud.
const (
	project      = "lakehouse"
	auditTopic   = "projects/" + project + "/topics/audit"
	subscription = "projects/" + project + "/subscriptions/archive"
	auditLog     = "projects/" + project + "/logs/audit"
)

// cloud is Pub/Sub and Cloud Logging as servers in this process, which real clients reach over the loopback, and a
// consumer that reads what is published.
type cloud struct {
	pubsub    *pstest.Server
	publisher *pubsub.Client
	logging   *gcpfake.Logging
	entries   *logging.Client
	consumer  *consumer
	opened    []func() error // to be closed in reverse
}

func openCloud(ctx context.Context) (c *cloud, err error) {
	c = &cloud{pubsub: pstest.NewServer()}
	c.opened = append(c.opened, c.pubsub.Close)
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	conn, err := grpc.NewClient(c.pubsub.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	c.opened = append(c.opened, conn.Close)
	if c.publisher, err = pubsub.NewClient(ctx, project, option.WithGRPCConn(conn)); err != nil {
		return nil, err
	}
	if _, err = c.publisher.TopicAdminClient.CreateTopic(ctx, &pb.Topic{Name: auditTopic}); err != nil {
		return nil, err
	}
	read := &pb.Subscription{Name: subscription, Topic: auditTopic}
	if _, err = c.publisher.SubscriptionAdminClient.CreateSubscription(ctx, read); err != nil {
		return nil, err
	}
	if c.logging, err = gcpfake.ServeLogging(nil); err != nil {
		return nil, err
	}
	c.opened = append(c.opened, func() error { c.logging.Close(); return nil })
	if c.entries, err = c.logging.Client(ctx); err != nil {
		return nil, err
	}
	c.opened = append(c.opened, c.entries.Close)
	if c.consumer, err = startConsumer(ctx, c.publisher.Subscriber(subscription)); err != nil {
		return nil, err
	}
	c.opened = append(c.opened, c.consumer.stop)
	return c, nil
}

func (c *cloud) routes() []audit.Route {
	return []audit.Route{
		{Name: "pubsub", Sink: pubsubsink.New(c.publisher, auditTopic)},
		{Name: "logging", Sink: gcplogsink.New(c.entries, auditLog)},
	}
}

// texts are the canonical events that readers of both have, one a line.
func (c *cloud) texts() (map[string]string, error) {
	var read, logged []string
	for _, e := range c.consumer.entries() {
		line, err := e.Canonical()
		if err != nil {
			return nil, err
		}
		read = append(read, line)
	}
	for _, e := range c.logging.Stored() {
		line, err := gcplogsink.RebuildEntry(e)
		if err != nil {
			return nil, err
		}
		logged = append(logged, line)
	}
	return map[string]string{"pubsub": strings.Join(read, "\n"), "logging": strings.Join(logged, "\n")}, nil
}

// raw is everything that the servers hold, attributes and labels too.
func (c *cloud) raw() (string, error) {
	var all strings.Builder
	for _, m := range c.pubsub.Messages() {
		fmt.Fprintf(&all, "%q %q %s\n", m.Attributes, m.OrderingKey, m.Data)
	}
	for _, e := range c.logging.Routed() {
		text, err := protojson.Marshal(e)
		if err != nil {
			return "", err
		}
		all.Write(append(text, '\n'))
	}
	return all.String(), nil
}

func (c *cloud) close() error {
	var failures []error
	for _, end := range slices.Backward(c.opened) {
		failures = append(failures, end())
	}
	return errors.Join(failures...)
}
