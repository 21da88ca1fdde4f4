package main

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"time"
)

// plant is a secret that this run made and hides in what it sends. None of it authenticates anything
// outside the process.
type plant struct {
	kind    string
	text    string   // what is sent, with the plain text around the secret
	secrets []string // at least 16 bytes each: what no sink may hold in any form
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return b
}

func randomText(n int) string { return base64.RawURLEncoding.EncodeToString(random(n)) }

// plantToken is a bearer token that was really issued.
func plantToken(token string) plant {
	return plant{kind: "jwt", text: token, secrets: []string{token}}
}

// plantS3 is a presigned URL in the form of Signature Version 4.
func plantS3(now time.Time) plant {
	signature := hex.EncodeToString(random(32))
	q := url.Values{
		"X-Amz-Algorithm":     {"AWS4-HMAC-SHA256"},
		"X-Amz-Credential":    {accessKeyID() + now.UTC().Format("/20060102/") + "eu-west-1/s3/aws4_request"},
		"X-Amz-Date":          {now.UTC().Format("20060102T150405Z")},
		"X-Amz-Expires":       {"900"},
		"X-Amz-SignedHeaders": {"host"},
		"X-Amz-Signature":     {signature},
	}
	u := "https://lake.s3.eu-west-1.amazonaws.com/part-0.parquet?" + q.Encode()
	return plant{kind: "s3 url", text: u, secrets: []string{signature}}
}

// plantGCS is a signed URL in the form of Cloud Storage V4 with an RSA key.
func plantGCS(now time.Time) plant {
	signature := hex.EncodeToString(random(256))
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

// plantAzure is a shared access signature of one blob.
func plantAzure(now time.Time) plant {
	signature := base64.StdEncoding.EncodeToString(random(32))
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

// plantGoogle has the form of an OAuth access token of Google. The prefix is put together so that it does
// not stand in the source.
func plantGoogle() plant {
	token := "ya" + "29." + randomText(96)
	return plant{kind: "google token", text: token, secrets: []string{token}}
}

// plantAWS is a key pair as it stands in a credentials file. The id is no secret, the key is.
func plantAWS() plant {
	key := base64.StdEncoding.EncodeToString(random(30))
	text := "aws_access_key_id=" + accessKeyID() + "&aws_secret_access_key=" + key
	return plant{kind: "aws key", text: text, secrets: []string{key}}
}

// plantBasic is an Authorization header of RFC 7617.
func plantBasic() plant {
	password := randomText(24)
	pair := base64.StdEncoding.EncodeToString([]byte("loader:" + password))
	return plant{kind: "basic auth", text: "Basic " + pair, secrets: []string{pair, password}}
}

// plantUserinfo is a URL with a password in it.
func plantUserinfo() plant {
	password := randomText(24)
	return plant{kind: "url password", text: "https://loader:" + password + "@lake.example/x", secrets: []string{password}}
}

func accessKeyID() string { return "AK" + "IA" + base32.StdEncoding.EncodeToString(random(10)) }
