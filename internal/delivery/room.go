package delivery

import "github.com/daxis-io/arco-audit/internal/owner"

// Room is held for a record that must never be refused for want of it, and counts as taken until then.

// BeginIntent is Begin of an ordinary record that also holds room bytes.
func (l *Log[T]) BeginIntent(size, room int, by owner.ID) (uint64, *T, error) {
	l.lock()
	it, err := l.admit(int64(size)+recordOverhead, int64(room)+recordOverhead, by, false)
	if err != nil {
		l.mu.Unlock()
		return 0, nil, err
	}
	return l.next, &it.record, nil
}

// BeginEnd is Begin of the record that room bytes are held for; it gives them back. It may use the reserve, and has
// no tenant. On an error the room is still held.
func (l *Log[T]) BeginEnd(size, room int) (uint64, *T, error) {
	held := int64(room) + recordOverhead
	l.lock()
	l.bytes -= held
	it, err := l.admit(int64(size)+recordOverhead, 0, owner.None, true)
	if err != nil {
		l.bytes += held
		l.mu.Unlock()
		return 0, nil, err
	}
	return l.next, &it.record, nil
}
