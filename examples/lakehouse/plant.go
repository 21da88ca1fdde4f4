package main

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"time"
)

// plant is a secret that this run made and hides in what it sends. None of it authenticates anything outside the
// lakehouse. The methods of source make those that are drawn from the seed.
type plant struct {
	kind    string
	text    string   // what is sent, with the plain text around the secret
	secrets []string // at least 16 bytes each: what no sink may hold in any form
}

// plantToken is a bearer token that was really issued.
func plantToken(token string) plant {
	return plant{kind: "jwt", text: token, secrets: []string{token}}
}

// s3 is a presigned URL in the form of Signature Version 4.
func (s *source) s3(now time.Time) plant {
	signature := hex.EncodeToString(s.bytes(32))
	q := url.Values{
		"X-Amz-Algorithm":     {"AWS4-HMAC-SHA256"},
		"X-Amz-Credential":    {s.accessKeyID() + now.UTC().Format("/20060102/") + "eu-west-1/s3/aws4_request"},
		"X-Amz-Date":          {now.UTC().Format("20060102T150405Z")},
		"X-Amz-Expires":       {"900"},
		"X-Amz-SignedHeaders": {"host"},
		"X-Amz-Signature":     {signature},
	}
	u := "https://lake.s3.eu-west-1.amazonaws.com/part-0.parquet?" + q.Encode()
	return plant{kind: "s3 url", text: u, secrets: []string{signature}}
}

// gcs is a signed URL in the form of Cloud Storage V4 with an RSA key.
func (s *source) gcs(now time.Time) plant {
	signature := hex.EncodeToString(s.bytes(256))
	q := url.Values{
		"X-Goog-Algorithm":     {"GOOG4-RSA-SHA256"},
		"X-Goog-Credential":    {"reader@lake.iam.gserviceaccount.com" + now.UTC().Format("/20060102/") + "auto/storage/goog4_request"},
		"X-Goog-Date":          {now.UTC().Format("20060102T150405Z")},
		"X-Goog-Expires":       {"900"},
		"X-Goog-SignedHeaders": {"host"},
		"X-Goog-Signature":     {signature},
	}
	u := "https://storage.googleapis.com/lake/part-0.parquet?" + q.Encode()
	return plant{kind: "gcs url", text: u, secrets: []string{signature}}
}

// azure is a shared access signature of one blob.
func (s *source) azure(now time.Time) plant {
	signature := base64.StdEncoding.EncodeToString(s.bytes(32))
	q := url.Values{
		"sv":  {"2024-11-04"},
		"se":  {now.UTC().Add(time.Hour).Format(time.RFC3339)},
		"sr":  {"b"},
		"sp":  {"r"},
		"sig": {signature},
	}
	u := "https://lake.blob.core.windows.net/data/part-0.parquet?" + q.Encode()
	return plant{kind: "azure sas", text: u, secrets: []string{signature}}
}

// google has the form of an OAuth access token of Google. The prefix is put together so that it does
// not stand in the source.
func (s *source) google() plant {
	token := "ya" + "29." + s.text(96)
	return plant{kind: "google token", text: token, secrets: []string{token}}
}

// aws is a key pair as it stands in a credentials file. The id is no secret, the key is.
func (s *source) aws() plant {
	key := base64.StdEncoding.EncodeToString(s.bytes(30))
	text := "aws_access_key_id=" + s.accessKeyID() + "&aws_secret_access_key=" + key
	return plant{kind: "aws key", text: text, secrets: []string{key}}
}

// basic is an Authorization header of RFC 7617.
func (s *source) basic() plant {
	password := s.text(24)
	pair := base64.StdEncoding.EncodeToString([]byte("loader:" + password))
	return plant{kind: "basic auth", text: "Basic " + pair, secrets: []string{pair, password}}
}

// userinfo is a URL with a password in it.
func (s *source) userinfo() plant {
	password := s.text(24)
	return plant{kind: "url password", text: "https://loader:" + password + "@lake.example/x", secrets: []string{password}}
}

func (s *source) accessKeyID() string {
	return "AK" + "IA" + base32.StdEncoding.EncodeToString(s.bytes(10))
}

// plants is one of each kind.
func (s *source) plants(now time.Time) []plant {
	return []plant{s.s3(now), s.gcs(now), s.azure(now), s.google(), s.aws(), s.basic(), s.userinfo()}
}
