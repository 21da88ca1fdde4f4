package wire

import "encoding/binary"

// timeLen is the length of "2006-01-02T15:04:05.000Z".
const timeLen = 24

const (
	millisPerDay = 24 * 60 * 60 * 1000
	maxMillis    = 253402300799999 // 9999-12-31T23:59:59.999Z
)

// AppendTime appends a Unix time in milliseconds as RFC 3339 in UTC with three fractional digits. Times
// outside the years 1970 to 9999 are written as the nearest one inside.
func AppendTime(dst []byte, millis int64) []byte {
	millis = min(max(millis, 0), maxMillis)
	days := uint32(uint64(millis) / millisPerDay)
	ms := uint32(uint64(millis) % millisPerDay) // of the day; 32 bits divide faster
	year, month, day := civil(days)
	dst = append(dst, "0000-00-00T00:00:00.000Z"...)
	t := (*[timeLen]byte)(dst[len(dst)-timeLen:])
	digits2(t[0:], year/100)
	digits2(t[2:], year%100)
	digits2(t[5:], month)
	digits2(t[8:], day)
	seconds := ms / 1000
	ms %= 1000
	minutes := seconds / 60
	digits2(t[11:], minutes/60)
	digits2(t[14:], minutes%60)
	digits2(t[17:], seconds%60)
	t[20] = byte('0' + ms/100)
	digits2(t[21:], ms%100)
	return dst
}

// civil converts days since 1970-01-01 to a date of the proleptic Gregorian calendar. Years are counted
// from March, so that the leap day ends one.
func civil(days uint32) (year, month, day uint32) {
	days += 719468 // from 0000-03-01
	era := days / 146097
	doe := days % 146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	year = yoe + era*400
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

// digits2 writes two digits as one store: what reads them together then need not wait for two.
func digits2(dst []byte, n uint32) {
	tens := n * 103 >> 10 // n / 10 for n below 100
	binary.LittleEndian.PutUint16(dst, uint16('0'+tens|('0'+n-10*tens)<<8))
}
