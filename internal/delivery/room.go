package delivery

// Room is held for a record that must never be refused for want of it, and counts as taken until then.

// BeginIntent is Begin of an ordinary record that also holds room bytes.
func (l *Log[T]) BeginIntent(size, room int, tenant string) (uint64, *T, error) {
	held := int64(room) + recordOverhead
	l.mu.Lock()
	if err := l.admit(int64(size)+recordOverhead+held, tenant, false); err != nil {
		l.mu.Unlock()
		return 0, nil, err
	}
	l.open.size -= held
	l.bytes += held
	return l.next, &l.open.record, nil
}

// BeginEnd is Begin of the record that room bytes are held for; it gives them back. It may use the reserve, and has
// no tenant. On an error the room is still held.
func (l *Log[T]) BeginEnd(size, room int) (uint64, *T, error) {
	held := int64(room) + recordOverhead
	l.mu.Lock()
	l.bytes -= held
	if err := l.admit(int64(size)+recordOverhead, "", true); err != nil {
		l.bytes += held
		l.mu.Unlock()
		return 0, nil, err
	}
	return l.next, &l.open.record, nil
}
