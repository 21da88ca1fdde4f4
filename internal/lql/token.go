package lql

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Kind is the kind of a Token.
type Kind uint8

const (
	// KindWord is unquoted text: part of a name, of a value, or a keyword.
	KindWord Kind = iota + 1
	// KindString is text in quotation marks.
	KindString
	// KindOperator is an operator of a comparison.
	KindOperator
	// KindMark is one of ( ) , . and the minus that means NOT.
	KindMark
)

// Token is one word, string, operator or mark of a query.
type Token struct {
	Kind Kind
	// Text is what the token says: for a string, what stands between the quotation marks, without escapes.
	Text string
	// Start and End are the bytes of the query that the token covers.
	Start, End int
}

// is tells whether the token is this mark or operator.
func (t Token) is(text string) bool { return t.Kind >= KindOperator && t.Text == text }

// keyword tells whether the token is AND, OR or NOT; these count only in capitals and unquoted.
func (t Token) keyword(text string) bool { return t.Kind == KindWord && t.Text == text }

// maxQueryBytes is how long a query can be ([lql], Syntax notation), in the smaller reading of character.
const maxQueryBytes = 20_000

// Tokens takes a query apart. Comments and space are left out.
func Tokens(query string) ([]Token, error) {
	if len(query) > maxQueryBytes {
		return nil, fmt.Errorf("lql: the query has %d bytes, %d is the limit", len(query), maxQueryBytes)
	}
	if !utf8.ValidString(query) {
		return nil, errors.New("lql: the query is not UTF-8: quote the bytes with escapes")
	}
	var list []Token
	for at := 0; at < len(query); {
		if n := blank(query[at:]); n > 0 {
			at += n
			continue
		}
		t, err := next(query, at)
		if err != nil {
			return nil, err
		}
		list = append(list, t)
		at = t.End
	}
	return list, nil
}

// blank is the length of the space and the comment at the start of s.
func blank(s string) int {
	if strings.HasPrefix(s, "--") {
		if end := strings.IndexByte(s, '\n'); end >= 0 {
			return end
		}
		return len(s)
	}
	return len(s) - len(strings.TrimLeft(s, " \t\r\n"))
}

// operators are those of comparisons, longer ones before those that they start with.
var operators = [...]string{"=~", "!~", "!=", "<=", ">=", "=", "<", ">", ":"}

// next reads the token at at, which is no blank.
func next(query string, at int) (Token, error) {
	rest := query[at:]
	if rest[0] == '"' || rest[0] == '\'' {
		text, n, err := unquote(rest)
		if err != nil {
			return Token{}, fmt.Errorf("lql: byte %d: %w", at, err)
		}
		return Token{KindString, text, at, at + n}, nil
	}
	for _, op := range operators {
		if strings.HasPrefix(rest, op) {
			return Token{KindOperator, op, at, at + len(op)}, nil
		}
	}
	if strings.IndexByte("().,", rest[0]) >= 0 {
		return Token{KindMark, rest[:1], at, at + 1}, nil
	}
	if n := word(rest); n > 0 {
		return Token{KindWord, rest[:n], at, at + n}, nil
	}
	return Token{}, fmt.Errorf("lql: byte %d: a character that must be in quotation marks", at)
}

// word is the length of the unquoted text at the start of s. A minus before it belongs to it; the parser takes
// it away where it means NOT.
func word(s string) int {
	for i, r := range s {
		if r <= ' ' || strings.ContainsRune("\"'()=!<>:~,.\\`;{}[]|&^?#", r) {
			return i
		}
	}
	return len(s)
}
