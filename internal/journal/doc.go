// Package journal keeps the records of one trail on disk until every route has delivered them.
//
// A trail is one process life: a sequence from 0 in a directory of its own, under a lock that ends with its
// owner. The owner appends; routes read behind the synced mark only and keep a durable cursor each; a later
// process adopts what a dead one left.
//
// # Files of a trail
//
//	Dir/<trail>/
//	  lock                              held by the owner for as long as it lives
//	  0000000007-00000000000000001234.seg   segment: index (10 digits), base sequence (20 digits)
//	  cursor-<route>                    two slots; the route name is percent-encoded
//	  stamp-<route>                     under which times the route hands over records, if not their own
//	  note                              two slots; what the owner wants its adopter to know
//	  closed                            written last by a clean close
//	  spare-<n>, reserve                prepared segments without a record; worthless to a reader
//	  quarantine/<index>-<offset>-<length>.bad   copies of damaged ranges
//
// A segment gets its name only after its header and first batch are durable, and the directory is synced
// before that batch is acknowledged, so a named segment always held a record. All integers are little endian.
//
//	segment   +------------------+-------+-------+-- ... --+-----------------------+
//	          | header, 64 bytes | frame | frame |         | zeros, or stale bytes |
//	          +------------------+-------+-------+-- ... --+-----------------------+
//
//	header    0       8         12      16     24    32           36          44         52    60     64
//	          +-------+---------+-------+------+-----+------------+-----------+----------+-----+------+
//	          | magic | version | index | base | 0   | stale      | stale     | stale    | 0   | CRC  |
//	          | 8     | u32     | u32   | u64  | 8   | index u32  | base u64  | end u64  | 8   | u32  |
//	          +-------+---------+-------+------+-----+------------+-----------+----------+-----+------+
//
//	frame     0            4          8
//	          +------------+----------+------------------+
//	          | B | length | checksum | payload          |
//	          | u32        | u32      | length bytes     |
//	          +------------+----------+------------------+
//
//	cursor    slot 0 at 0, slot 1 at 4096, the file is 8192 bytes; a write goes to slot generation mod 2
//	slot      0        8            16     24        32      60     64
//	          +--------+------------+------+---------+-------+------+
//	          | magic  | generation | next | dropped | 0     | CRC  |
//	          | 8      | u64        | u64  | u64     | 28    | u32  |
//	          +--------+------------+------+---------+-------+------+
//
//	note      0        8            16       20       20 + length
//	slot      +--------+------------+--------+--------+-----+
//	          | magic  | generation | length | text   | CRC |
//	          | 8      | u64        | u32    | length | u32 |
//	          +--------+------------+--------+--------+-----+
//
//	closed    0        8      60     64
//	          +--------+------+------+
//	          | magic  | next | CRC  |
//	          +--------+------+------+
//
// B, the highest bit of the length word, marks the first frame of a batch. A batch is written only when the
// batch before it is durable, so a frame with B vouches for everything before it: damage below such a frame, or
// below a cursor, is damage to synced records and is salvaged and reported; damage above all of them is
// the torn end of a batch that nobody was told of, and is cut off.
//
// The checksum is CRC-32C over the payload and then the length word, exclusive-or (salt + sequence) mod 2^32, where
// the salt is CRC-32C over the trail id and the index. A frame of another segment, another trail or another
// place in the segment therefore does not pass, which is what makes it safe to reuse the blocks of a segment
// without clearing them; the header names the segment whose stale bytes may follow the last frame. The CRCs
// of header, slot and closed mark are CRC-32C over the bytes before them, exclusive-or CRC-32C over the
// trail id (followed by the route name in a slot, by "note" in a note). The slots of a note are the halves of its file; a
// write goes to slot generation mod 2.
//
// A failed write or sync ends its segment: the descriptor is never synced again, and the batch, still in memory,
// goes to the next segment, whose base cuts off whatever the failed one may hold from that sequence on.
//
// # Versions
//
// This is format version 1. A change that version 1 cannot read raises the version. Whatever else a later version
// changes, it keeps the lock, the names of segments and the header's magic, version, length and CRC where they
// are. A header with a valid CRC and a higher version makes a trail newer: it is left alone, whole. Lower
// versions are read. A header whose CRC is wrong is damage, not a version: the name supplies index and base.
//
// # Goroutines
//
// Open and Adopt start two goroutines, one that commits batches and one that prepares segments, syncs cursors
// and retires segments; Close ends them.
package journal
