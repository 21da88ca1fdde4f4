//go:build linux

package durable

import (
	"context"
	"errors"
	"path/filepath"

	"github.com/google/uuid"

	"github.com/daxis-io/arco-audit/internal/journal"
	"github.com/daxis-io/arco-audit/internal/journal/vfs"
	"github.com/daxis-io/arco-audit/internal/owner"
)

const holder = "reader"

type journalStore struct{ j *journal.Journal }

func openJournal(dir string) (Store, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	j, err := journal.Open(journal.Options{Dir: filepath.ToSlash(dir), Trail: id.String()})
	if err != nil {
		return nil, err
	}
	// A route that nobody reads keeps every record.
	if _, err := j.Route(holder, journal.StartOldest, true); err != nil {
		return nil, errors.Join(err, j.Close(context.Background()))
	}
	return journalStore{j}, nil
}

// tenant is whose every record is.
var tenant = owner.Of("tenant")

func (s journalStore) Append(payload []byte) error {
	_, err := s.j.AppendDurable(context.Background(), &journal.Entry{Payload: payload, Slot: -1, Tenant: tenant})
	return err
}

func (s journalStore) Close() error { return s.j.Close(context.Background()) }

// warm brings the journal to where it reuses full segments, which is where a service with routes that keep up spends its
// life.
func (s journalStore) warm() error {
	if err := s.j.Forget(holder); err != nil {
		return err
	}
	payload := make([]byte, 32<<10)
	for range 6 * 64 << 20 / len(payload) {
		if _, err := s.j.Append(context.Background(), &journal.Entry{Payload: payload, Slot: -1}); err != nil {
			return err
		}
	}
	return s.j.Wait(context.Background(), s.j.Stats().Next-1)
}

// readJournal recovers every trail as the next process would, and reads it.
func readJournal(dir string, visit func([]byte)) error {
	dir = filepath.ToSlash(dir)
	trails, err := journal.Trails(vfs.OS{}, dir)
	if err != nil {
		return err
	}
	for _, trail := range trails {
		j, err := journal.Adopt(journal.Options{Dir: dir, Trail: trail})
		if errors.Is(err, journal.ErrEmpty) {
			continue
		}
		if err != nil {
			return err
		}
		_, err = journal.Walk(vfs.OS{}, dir, trail, func(f journal.Frame) error { visit(f.Payload); return nil })
		if err := errors.Join(err, j.Close(context.Background())); err != nil {
			return err
		}
	}
	return nil
}
