package main

import (
	"context"
	"time"

	"github.com/apache/iceberg-go/catalog/rest"
	"github.com/apache/iceberg-go/table"
	jwt "github.com/golang-jwt/jwt/v5"

	"github.com/daxis-io/arco-audit/examples/catalog"
	"github.com/daxis-io/arco-audit/examples/flow"
)

// workspace is that of everybody.
const workspace = "analytics"

// person is a user with an Iceberg client.
type person struct {
	name, tenant string
	table        table.Identifier // which he works on
	token        string
	iceberg      *rest.Catalog
}

// The users. linus leaves during the day.
const (
	ada     = "ada"
	grace   = "grace"
	linus   = "linus"
	edsger  = "edsger"
	barbara = "barbara"
)

func cast() []*person {
	return []*person{
		{name: ada, tenant: "acme", table: orders}, {name: grace, tenant: "acme", table: customers}, {name: linus, tenant: "acme", table: orders},
		{name: edsger, tenant: "globex", table: events}, {name: barbara, tenant: "globex", table: events},
	}
}

// hire gives everybody a token and a client.
func (w *world) hire(ctx context.Context) (err error) {
	w.people = cast()
	for _, p := range w.people {
		if p.token, err = w.sign(p.tenant, p.name); err != nil {
			return err
		}
		if p.iceberg, err = w.client(ctx, p.token, ""); err != nil {
			return err
		}
	}
	return nil
}

// who finds a person.
func (w *world) who(name string) *person {
	for _, p := range w.people {
		if p.name == name {
			return p
		}
	}
	return nil
}

// sign issues a token for a user. Every token is also a secret that no sink may hold.
func (w *world) sign(tenant, subject string) (string, error) {
	return w.signClaims(catalog.Claims{Subject: subject, Tenant: tenant, Expires: time.Now().Add(time.Hour).Unix()})
}

func (w *world) signClaims(c catalog.Claims) (string, error) {
	c.Workspace = workspace
	if c.Tenant == "" {
		c.Tenant = "acme"
	}
	token, err := w.lake.bearer.Sign(c)
	w.plants = append(w.plants, plantToken(token))
	return token, err
}

// signService issues the token of an internal service.
func (w *world) signService(name string) (string, error) {
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.RegisteredClaims{
		Issuer: flow.Issuer, Audience: jwt.ClaimStrings{flow.ServiceAudience}, Subject: name, ExpiresAt: jwt.NewNumericDate(time.Now().Add(time.Hour)),
	}).SignedString(w.lake.keys.Internal)
	w.plants = append(w.plants, plantToken(token))
	return token, err
}
