package delivery_test

import (
	"errors"
	"testing"
	"time"

	"github.com/daxis-io/arco-audit/internal/delivery"
	"github.com/stretchr/testify/assert"
)

func TestJudgeLosesNothingOfMixedErrors(t *testing.T) {
	cause := errors.New("no")
	one := &delivery.Fault{Err: cause, Indices: []int{1}}
	tests := []struct {
		name   string
		err    error
		retry  []int
		poison []int
		split  bool
	}{
		{"whole batch failed beside an index", errors.Join(&delivery.Fault{Err: cause}, one), []int{0, 1, 2}, nil, false},
		{"whole batch poison beside an index", errors.Join(&delivery.Fault{Err: cause, Poison: true}, one), []int{0, 1, 2}, nil, true},
		{"whole batch poison beside a poison index", errors.Join(&delivery.Fault{Err: cause, Poison: true}, &delivery.Fault{Err: cause, Poison: true, Indices: []int{1}}), []int{0, 2}, []int{1}, true},
		{"down beside an index", errors.Join(&delivery.Fault{Err: cause, Down: true}, one), []int{1}, nil, false},
		{"throttled around an index", &delivery.Fault{Err: one, Throttled: true, After: time.Second}, []int{1}, nil, false},
		{"throttled around the whole batch and an index", &delivery.Fault{Err: errors.Join(&delivery.Fault{Err: cause}, one), Throttled: true}, []int{0, 1, 2}, nil, false},
		{"an index around poison", &delivery.Fault{Err: &delivery.Fault{Err: cause, Poison: true}, Indices: []int{1, 2}}, []int{1, 2}, nil, true},
		{"failed around an index", &delivery.Fault{Err: one}, []int{0, 1, 2}, nil, false},
		{"one index in two fates", errors.Join(one, &delivery.Fault{Err: cause, Poison: true, Indices: []int{1}}), nil, []int{1}, false},
		{"one index in two fates, other order", errors.Join(&delivery.Fault{Err: cause, Poison: true, Indices: []int{1}}, one), nil, []int{1}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := delivery.Judge(tt.err, 3)
			assert.Equal(t, tt.retry, v.Retry)
			assert.Equal(t, tt.poison, v.Poison)
			assert.Equal(t, tt.split, v.Split)
		})
	}
}
