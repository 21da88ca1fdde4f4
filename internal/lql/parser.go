package lql

import (
	"fmt"
	"strings"
)

// parser reads a query from left to right, one token ahead.
type parser struct {
	tokens []Token
	at     int
	size   int // of the query
	depth  int // of open parentheses
}

// maxDepth is how deep parentheses may be in each other.
const maxDepth = 1000

func (p *parser) peek() Token {
	if p.at < len(p.tokens) {
		return p.tokens[p.at]
	}
	return Token{Start: p.size, End: p.size}
}

// take moves past the next token if it is this mark or operator.
func (p *parser) take(text string) bool {
	if p.peek().is(text) {
		p.at++
		return true
	}
	return false
}

func (p *parser) word(text string) bool {
	if p.peek().keyword(text) {
		p.at++
		return true
	}
	return false
}

func (p *parser) fault(remedy string) error {
	return fmt.Errorf("lql: byte %d: %s", p.peek().Start, remedy)
}

// done tells whether an expression cannot go on.
func (p *parser) done() bool { return p.at == len(p.tokens) || p.peek().is(")") || p.peek().is(",") }

// leaf reads what the operators of Boolean logic combine.
type leaf func() (node, error)

// expression reads factors that are joined by AND, said or not.
func (p *parser) expression(term leaf) (node, error) {
	var all conjunction
	for {
		factor, err := p.factor(term)
		if err != nil {
			return nil, err
		}
		all = append(all, factor)
		if p.word("AND") {
			continue
		}
		if p.done() {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (p *parser) factor(term leaf) (node, error) {
	var all disjunction
	for {
		one, err := p.unary(term)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
		if !p.word("OR") {
			break
		}
	}
	if len(all) == 1 {
		return all[0], nil
	}
	return all, nil
}

func (p *parser) unary(term leaf) (node, error) {
	if !p.word("NOT") && !p.minus() {
		return p.group(term)
	}
	inner, err := p.group(term)
	if err != nil {
		return nil, err
	}
	return negation{inner}, nil
}

// minus takes the minus of the next token away, which means NOT where a term begins.
func (p *parser) minus() bool {
	t := p.peek()
	if t.Kind != KindWord || t.Text[0] != '-' {
		return false
	}
	if t.Text = t.Text[1:]; t.Text == "" {
		p.at++
		return true
	}
	t.Start++
	t.Kind = KindWord
	p.tokens[p.at] = t
	return true
}

func (p *parser) group(term leaf) (node, error) {
	if !p.take("(") {
		return term()
	}
	if p.depth++; p.depth > maxDepth {
		return nil, p.fault("parentheses are too deep in each other")
	}
	inner, err := p.expression(term)
	if err != nil {
		return nil, err
	}
	p.depth--
	if !p.take(")") {
		return nil, p.fault("a closing parenthesis is missing")
	}
	return inner, nil
}

// term reads a comparison, a function or a value that any field may have.
func (p *parser) term() (node, error) {
	start := p.at
	names, err := p.names()
	if err != nil {
		return nil, err
	}
	if p.peek().is("(") && p.at == start+1 && p.tokens[start].Kind == KindWord {
		return p.function(names[0])
	}
	if op := p.peek(); op.Kind == KindOperator {
		f, err := resolve(names)
		if err != nil {
			return nil, p.fault(err.Error())
		}
		p.at++
		return p.comparison(f, op.Text)
	}
	p.at = start
	v, err := p.value()
	if err != nil {
		return nil, err
	}
	return anywhere{v.folded()}, nil
}

// comparison reads the values that a field is compared with.
func (p *parser) comparison(f getter, op string) (node, error) {
	term := func() (node, error) {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		c, err := compare(f, op, v)
		if err != nil {
			return nil, p.fault(err.Error())
		}
		return c, nil
	}
	if p.peek().is("(") {
		return p.group(term)
	}
	return term()
}

// names reads the path of a field.
func (p *parser) names() ([]string, error) {
	var names []string
	for {
		t := p.peek()
		if t.Kind != KindWord && t.Kind != KindString {
			return nil, p.fault("a field, a value or an opening parenthesis is missing")
		}
		if t.keyword("AND") || t.keyword("OR") || t.keyword("NOT") {
			return nil, p.fault("a Boolean operator stands where a term must")
		}
		p.at++
		names = append(names, t.Text)
		if !p.take(".") {
			return names, nil
		}
	}
}

// value reads one value: a string, or words and dots without space between them.
func (p *parser) value() (literal, error) {
	t := p.peek()
	if t.Kind == KindString {
		p.at++
		return literal{text: t.Text, quoted: true}, nil
	}
	var b strings.Builder
	for end := t.Start; ; p.at++ {
		t := p.peek()
		if t.Start != end || t.Kind != KindWord && !t.is(".") || t.keyword("AND") || t.keyword("OR") || t.keyword("NOT") {
			break
		}
		b.WriteString(t.Text)
		end = t.End
	}
	if b.Len() == 0 {
		return literal{}, p.fault("a value is missing: a word, a string in quotation marks, or values in parentheses")
	}
	return literal{text: b.String()}, nil
}
