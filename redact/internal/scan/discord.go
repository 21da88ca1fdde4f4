package scan

// leastDiscord is how much of the secret of a token that was cut tells enough
// behind the number and the time.
const leastDiscord = 3

// matchDiscord judges a base64 run whose first byte is text[at] as the first
// part of a bot's token: the bot's number in base64, a dot, six bytes of time,
// a dot and the secret.
func matchDiscord(text string, at int) (Finding, bool) {
	if at > 0 && is(text[at-1], alnum) {
		return Finding{}, false
	}
	id := runMax(text, at, 30, b64url)
	if id-at < 22 || id+8 >= len(text) || text[id] != '.' || text[id+7] != '.' || run(text, id+1, b64url) != id+7 {
		return Finding{}, false
	}
	var buf [24]byte
	for _, c := range decodeBase64(buf[:0], text[at:id]) {
		if c < '0' || c > '9' {
			return Finding{}, false
		}
	}
	end := run(text, id+8, b64url)
	return Finding{Kind: kindDiscord, Start: at, End: end}, end-id-8 >= leastBody || end-id-8 >= leastDiscord && cutAt(text, end)
}
