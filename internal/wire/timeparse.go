package wire

// parseTime reads a time as AppendTime writes it, and no other.
func parseTime(s string) (millis int64, ok bool) {
	if len(s) != timeLen {
		return 0, false
	}
	days := daysBefore(number(s[0:4]), number(s[5:7]), number(s[8:10]))
	millis = int64(number(s[11:13])*3600+number(s[14:16])*60+number(s[17:19]))*1000 + int64(number(s[20:23]))
	millis += int64(days) * millisPerDay
	var b [timeLen]byte
	return millis, string(AppendTime(b[:0], millis)) == s
}

// daysBefore is the inverse of civil.
func daysBefore(year, month, day int) int {
	if month <= 2 {
		year--
		month += 12
	}
	era, yoe := year/400, year%400
	return era*146097 + yoe*365 + yoe/4 - yoe/100 + (153*(month-3)+2)/5 + day - 1 - 719468
}

// number reads decimal digits; of other bytes it makes some number.
func number(digits string) (n int) {
	for i := range len(digits) {
		n = n*10 + int(digits[i]) - '0'
	}
	return n
}
