package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"google.golang.org/api/googleapi"
	"google.golang.org/api/storage/v1"
)

// code is the status of an answer of the service; 0 when there was none.
func code(err error) int {
	var answer *googleapi.Error
	if errors.As(err, &answer) {
		return answer.Code
	}
	return 0
}

// writes checks that the writer can do what it is for: of one that can do nothing, everything else proves nothing.
func (v *verification) writes(ctx context.Context) error {
	_, err := v.writer.Objects.Insert(v.bucket, &storage.Object{Name: "written/" + v.mark}).
		IfGenerationMatch(0).Media(strings.NewReader(content)).Context(ctx).Do()
	if err != nil {
		return fmt.Errorf("isolation: the writer cannot write, so nothing is verified: %w", err)
	}
	v.check(true, "the writer can write")
	return nil
}

// attacks tries what the writer must not be able to do.
func (v *verification) attacks(ctx context.Context) error {
	for _, p := range v.probes {
		for _, attack := range []struct {
			what string
			try  func() error
		}{
			{"read " + p.name, func() error { return v.download(ctx, p.name) }},
			{"see " + p.name, func() error { _, err := v.writer.Objects.Get(v.bucket, p.name).Context(ctx).Do(); return err }},
			{"overwrite " + p.name, func() error { return v.overwrite(ctx, p.name) }},
			{"change " + p.name, func() error {
				_, err := v.writer.Objects.Patch(v.bucket, p.name, &storage.Object{Metadata: map[string]string{"a": "b"}}).Context(ctx).Do()
				return err
			}},
			{"delete " + p.name, func() error { return v.writer.Objects.Delete(v.bucket, p.name).Context(ctx).Do() }},
		} {
			if err := v.refused(attack.what, attack.try()); err != nil {
				return err
			}
		}
	}
	for _, prefix := range prefixes {
		_, err := v.writer.Objects.List(v.bucket).Prefix(prefix).Context(ctx).Do()
		if err := v.refused(fmt.Sprintf("list %q", prefix), err); err != nil {
			return err
		}
	}
	return v.permissions(ctx)
}

// refused checks that an attack failed for want of permission, and for no other reason: an outage proves nothing.
func (v *verification) refused(what string, err error) error {
	switch code(err) {
	case http.StatusForbidden, http.StatusUnauthorized:
		v.check(true, "the writer cannot "+what)
		return nil
	}
	if err == nil || code(err) == http.StatusNotFound || code(err) == http.StatusPreconditionFailed {
		v.check(false, "the writer can "+what)
		return nil
	}
	return fmt.Errorf("isolation: whether the writer can %s is not known: %w", what, err)
}

func (v *verification) download(ctx context.Context, name string) error {
	got, err := v.writer.Objects.Get(v.bucket, name).Context(ctx).Download()
	if err != nil {
		return err
	}
	defer got.Body.Close()
	_, err = io.Copy(io.Discard, got.Body)
	return err
}

func (v *verification) overwrite(ctx context.Context, name string) error {
	_, err := v.writer.Objects.Insert(v.bucket, &storage.Object{Name: name}).Media(strings.NewReader("forged")).Context(ctx).Do()
	return err
}

// forbidden are the permissions with which a writer could do at another time what it cannot do now.
var forbidden = []string{
	"storage.objects.get", "storage.objects.list", "storage.objects.delete", "storage.objects.update",
	"storage.objects.setIamPolicy", "storage.buckets.update", "storage.buckets.delete", "storage.buckets.setIamPolicy",
}

// permissions asks the service what the writer holds on the bucket, beside what was tried.
func (v *verification) permissions(ctx context.Context) error {
	held, err := v.writer.Buckets.TestIamPermissions(v.bucket, forbidden).Context(ctx).Do()
	if err != nil {
		return fmt.Errorf("isolation: what the writer holds is not known: %w", err)
	}
	v.check(len(held.Permissions) == 0, strings.TrimSpace("the writer holds no other permission "+strings.Join(held.Permissions, " ")))
	return nil
}

// intact checks the probes themselves: what counts is the data, not what an answer said about it.
func (v *verification) intact(ctx context.Context) error {
	for _, p := range v.probes {
		now, err := v.operator.Objects.Get(v.bucket, p.name).UserProject(v.project).Context(ctx).Do()
		if err != nil && code(err) != http.StatusNotFound {
			return fmt.Errorf("isolation: the operator cannot look after a probe: %w", err)
		}
		v.check(err == nil && now.Generation == p.generation && now.Metageneration == 1, p.name+" is as it was written")
	}
	return nil
}
