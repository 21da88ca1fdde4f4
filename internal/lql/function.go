package lql

import (
	"errors"
	"hash/fnv"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// getter gives the values that a comparison is about.
type getter interface {
	each(e Entry, visit func(any) bool) bool
	set(e Entry) bool
}

// function reads the arguments of a function and, after cast, the comparison.
func (p *parser) function(name string) (node, error) {
	var n node
	var err error
	switch strings.ToLower(name) {
	case "cast":
		f, err := p.cast()
		if err != nil {
			return nil, err
		}
		op := p.peek()
		if op.Kind != KindOperator {
			return nil, p.fault("the operator after cast is missing")
		}
		p.at++
		return p.comparison(f, op.Text)
	case "log_id":
		n, err = p.logID()
	case "ip_in_net":
		n, err = p.ipInNet()
	case "sample":
		n, err = p.sample()
	default:
		return nil, p.fault("a function that is not known here: log_id, ip_in_net, sample and cast are")
	}
	return n, err
}

// arguments reads the marks around and between the arguments, each of which one func reads.
func (p *parser) arguments(read ...func() error) error {
	for i, f := range read {
		if mark := map[bool]string{true: "(", false: ","}[i == 0]; !p.take(mark) {
			return p.fault("an argument of the function is missing")
		}
		if err := f(); err != nil {
			return err
		}
	}
	if !p.take(")") {
		return p.fault("the end of the function is missing, or it has too many arguments")
	}
	return nil
}

// field returns a func that reads the name of a field into f.
func (p *parser) field(f *getter) func() error {
	return func() error {
		names, err := p.names()
		if err != nil {
			return err
		}
		if *f, err = resolve(names); err != nil {
			return p.fault(err.Error())
		}
		return nil
	}
}

// text returns a func that reads a value into text.
func (p *parser) text(text *string) func() error {
	return func() error {
		v, err := p.value()
		*text = v.text
		return err
	}
}

// logID is the log of that id, which is not URL-encoded ([lql], log_id).
func (p *parser) logID() (node, error) {
	var id string
	if err := p.arguments(p.text(&id)); err != nil {
		return nil, err
	}
	return inLog(strings.ReplaceAll(id, "/", "%2F")), nil
}

type inLog string

func (l inLog) match(e Entry) bool {
	name, _ := e["logName"].(string)
	_, id, _ := strings.Cut(name, "/logs/")
	return strings.EqualFold(id, string(l))
}

// ipInNet is an address or a range in a subnet ([lql], ip_in_net).
func (p *parser) ipInNet() (node, error) {
	var in subnet
	var text string
	if err := p.arguments(p.field(&in.field), p.text(&text)); err != nil {
		return nil, err
	}
	var ok bool
	if in.net, ok = prefix(text); !ok {
		return nil, p.fault("the subnet is no address and no range such as 10.1.2.0/24")
	}
	return in, nil
}

type subnet struct {
	field getter
	net   netip.Prefix
}

func (s subnet) match(e Entry) bool {
	return s.field.each(e, func(v any) bool {
		text, _ := v.(string)
		net, ok := prefix(text)
		return ok && s.net.Bits() <= net.Bits() && s.net.Contains(net.Addr())
	})
}

func prefix(text string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(text)
	return p.Masked(), err == nil
}

// sample is a part of the entries, by a hash of a field ([lql], sample). The hash is not documented; here it is
// FNV-1a of 64 bits.
func (p *parser) sample() (node, error) {
	var s share
	var text string
	if err := p.arguments(p.field(&s.field), p.text(&text)); err != nil {
		return nil, err
	}
	var err error
	if s.part, err = strconv.ParseFloat(text, 64); err != nil || !(s.part > 0 && s.part <= 1) {
		return nil, p.fault("the fraction of a sample is more than 0 and at most 1")
	}
	return s, nil
}

type share struct {
	field getter
	part  float64
}

func (s share) match(e Entry) bool {
	return s.field.each(e, func(v any) bool {
		hash := fnv.New64a()
		switch v := v.(type) {
		case string:
			_, _ = hash.Write([]byte(v))
		case float64:
			_, _ = hash.Write(strconv.AppendFloat(nil, v, 'g', -1, 64))
		default:
			return false
		}
		return float64(hash.Sum64())/math.MaxUint64 <= s.part
	})
}

var errCast = errors.New(`cast is known only as cast(timestamp, STRING) and cast(timestamp, STRING, TIMEZONE("Region/City"))`)

// cast reads cast(timestamp, STRING) with or without a time zone ([lql], cast). The documentation shows no whole
// text of such a timestamp; here it is that of RFC 3339.
func (p *parser) cast() (getter, error) {
	var f getter
	var kind, zone, option string
	read := []func() error{p.field(&f), p.text(&kind)}
	if p.hasOption() {
		read = append(read, func() error {
			if err := p.text(&option)(); err != nil {
				return err
			}
			return p.arguments(p.text(&zone))
		})
	}
	if err := p.arguments(read...); err != nil {
		return nil, err
	}
	field, isPath := f.(path)
	_, isTime := field.fallback.(time.Time)
	place, err := time.LoadLocation(zone)
	if !isPath || !isTime || err != nil || zone == "Local" || !strings.EqualFold(kind, "STRING") || option != "" && !strings.EqualFold(option, "TIMEZONE") {
		return nil, p.fault(errCast.Error())
	}
	return zoned{field, place}, nil
}

// hasOption tells whether the arguments that begin here are three.
func (p *parser) hasOption() bool {
	for commas, at := 0, p.at; at < len(p.tokens) && !p.tokens[at].is(")"); at++ {
		if p.tokens[at].is(",") {
			commas++
		}
		if commas == 2 {
			return true
		}
	}
	return false
}

// zoned is a timestamp as a STRING in a time zone.
type zoned struct {
	path
	zone *time.Location
}

func (z zoned) each(e Entry, visit func(any) bool) bool {
	return z.path.each(e, func(v any) bool {
		t, isTime := v.(time.Time)
		return isTime && visit(t.In(z.zone).Format("2006-01-02T15:04:05.999999999Z07:00"))
	})
}
