package grpcfault_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/googleapis/gax-go/v2/apierror"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/daxis-io/arco-audit/internal/grpcfault"
)

// end ends an attempt on four records; classed is told of the cause alone.
func end(f *grpcfault.Fates, err error, taken bool) error {
	return f.End(err, 4, taken, "x: refused", func(err error, failed func(error) error) error { return failed(err) })
}

func TestFates(t *testing.T) {
	gone, large, wrong := errors.New("gone"), errors.New("large"), errors.New("wrong")
	tests := []struct {
		name  string
		note  func(*grpcfault.Fates)
		err   error
		taken bool
		want  delivery.Verdict
		says  string
	}{
		{"all settled", func(f *grpcfault.Fates) { f.Settle(3) }, nil, true, delivery.Verdict{}, ""},
		{"nothing settled", func(*grpcfault.Fates) {}, gone, false, delivery.Verdict{Retry: []int{0, 1, 2, 3}}, "gone"},
		{"some settled", func(f *grpcfault.Fates) { f.Settle(1); f.Settle(0) }, gone, true, delivery.Verdict{Retry: []int{2, 3}}, "gone"},
		{"set aside", func(f *grpcfault.Fates) { f.SetAside(2, large); f.SetAside(1, wrong) }, nil, false, delivery.Verdict{Poison: []int{1, 2}}, "large"},
		{"set aside and failed", func(f *grpcfault.Fates) { f.SetAside(0, large) }, gone, true, delivery.Verdict{Poison: []int{0}, Retry: []int{1, 2, 3}}, "gone"},
		{"refused by one that takes", func(f *grpcfault.Fates) { f.Refuse(3, wrong) }, nil, true, delivery.Verdict{Poison: []int{3}}, "x: refused: wrong"},
		{"refused by one that never took", func(f *grpcfault.Fates) { f.SetAside(0, large); f.Refuse(3, wrong) }, nil, false,
			delivery.Verdict{Poison: []int{0}, Retry: []int{1, 2, 3}}, "wrong"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var f grpcfault.Fates
			test.note(&f)
			got := end(&f, test.err, test.taken)
			assert.Equal(t, test.want, delivery.Judge(got, 4))
			if test.says != "" {
				assert.ErrorContains(t, got, test.says)
			}
		})
	}
}

// called is an error as the Google clients return it.
func called(t *testing.T, s *status.Status) error {
	t.Helper()
	e, ok := apierror.FromError(s.Err())
	require.True(t, ok)
	return fmt.Errorf("outer: %w", e)
}

func TestClassed(t *testing.T) {
	slow, err := status.New(codes.ResourceExhausted, "slow down").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(7 * time.Second)})
	require.NoError(t, err)
	tests := []struct {
		name string
		err  error
		want delivery.Verdict
		says string
	}{
		{"missing", called(t, status.New(codes.NotFound, "?")), delivery.Verdict{Down: true}, "x: unusable: "},
		{"refused", called(t, status.New(codes.InvalidArgument, "?")), delivery.Verdict{Down: true}, "x: refusing: "},
		{"quota with delay", called(t, slow), delivery.Verdict{After: 7 * time.Second}, "x: call: "},
		{"quota", called(t, status.New(codes.ResourceExhausted, "?")), delivery.Verdict{}, "x: call: "},
		{"gone", called(t, status.New(codes.Unavailable, "?")), delivery.Verdict{}, "x: call: "},
		{"no status", errors.New("torn"), delivery.Verdict{}, "x: call: torn"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := grpcfault.Classed(test.err, grpcfault.Texts{Unusable: "x: unusable", Refusing: "x: refusing", Call: "x: call"},
				func(err error) error { return &delivery.Fault{Err: err, Indices: []int{0}} })
			test.want.Retry = []int{0}
			assert.Equal(t, test.want, delivery.Judge(got, 1))
			assert.ErrorContains(t, got, test.says)
			assert.ErrorIs(t, got, test.err)
		})
	}
}

func ExampleFates_End() {
	var f grpcfault.Fates
	f.Settle(0)
	err := f.End(errors.New("torn"), 3, true, "x: refused", func(err error, failed func(error) error) error { return failed(err) })
	fmt.Println(err, delivery.Judge(err, 3).Retry)
	// Output: torn [1 2]
}
