// Package writersink writes audit events to an io.Writer as JSON lines.
//
// Each event is one line: its canonical JSON, which holds no line break, and "\n". A batch is one Write, so
// that lines of several processes that append to one file stay whole as far as the operating system keeps
// writes whole.
//
// When a Write fails in the middle of a line, the next one starts with "\n". A reader therefore skips what is
// no JSON object: an empty line, or the beginning of an event, which comes again whole. It de-duplicates by
// id, since a batch of which nothing is known comes again too.
package writersink
