package corpus

import (
	"slices"
	"strconv"
	"strings"
)

var builders = slices.Concat(urlBuilders, credentialBuilders, nameBuilders)

func (g *Gen) host() string {
	return "https://" + g.word() + "-" + g.word() + "." + g.of("example.com", "s3.amazonaws.com", "storage.googleapis.com", "blob.core.windows.net", "cdn.example.net")
}

func (g *Gen) path() string {
	return "/" + g.words(g.num(1, 3), "/") + "/part-" + g.chars(digits, 5) + "." + g.of("parquet", "avro", "json", "metadata.json")
}

var urlBuilders = []builder{
	{"aws-sigv4-url", func(g *Gen) (string, string) {
		sig := g.hex(64)
		u := g.host() + g.path() + "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + pct(g.akia()+"/20240101/us-east-1/s3/aws4_request") + "&X-Amz-Date=" + g.stamp() + "&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=" + sig
		return u, sig
	}},
	{"aws-sigv4-url-session", func(g *Gen) (string, string) {
		tok := g.b64(g.num(150, 600))
		u := g.host() + g.path() + "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + pct(g.akia()+"/20240101/eu-west-1/s3/aws4_request") + "&X-Amz-Date=" + g.stamp() + "&X-Amz-Expires=900&X-Amz-Security-Token=" + pct(tok) + "&X-Amz-SignedHeaders=host&X-Amz-Signature=" + g.hex(64)
		return u, pct(tok)
	}},
	{"aws-sigv4-minio", func(g *Gen) (string, string) {
		sig := g.hex(64)
		return g.host() + g.path() + "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + g.of(g.hex(32), g.chars(upperAlpha+digits, 20), "DO00"+g.chars(upperAlpha+digits, 16)) + "%2F20240101%2Fauto%2Fs3%2Faws4_request&X-Amz-Signature=" + sig, sig
	}},
	{"aws-sigv4a-url", func(g *Gen) (string, string) {
		sig := "3045" + g.hex(138)
		return g.host() + g.path() + "?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Region-Set=%2A&X-Amz-Signature=" + sig, sig
	}},
	{"aws-sigv4-header", func(g *Gen) (string, string) {
		sig := g.hex(64)
		return "AWS4-HMAC-SHA256 Credential=" + g.akia() + "/20240101/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=" + sig, sig
	}},
	{"aws-sigv2-url", func(g *Gen) (string, string) {
		sig := pct(g.b64(20))
		return g.host() + g.path() + "?AWSAccessKeyId=" + g.akia() + "&Signature=" + sig + "&Expires=1700000000", sig
	}},
	{"aws-sigv2-header", func(g *Gen) (string, string) {
		sig := g.b64(20)
		return "AWS " + g.akia() + ":" + sig, sig
	}},
	{"cloudfront-canned", func(g *Gen) (string, string) {
		sig := strings.NewReplacer("+", "-", "=", "_", "/", "~").Replace(g.b64(256))
		return g.host() + g.path() + "?Expires=1700000000&Signature=" + sig + "&Key-Pair-Id=K" + g.chars(upperAlpha+digits, 13), sig
	}},
	{"cloudfront-custom", func(g *Gen) (string, string) {
		sig := strings.NewReplacer("+", "-", "=", "_", "/", "~").Replace(g.b64(256))
		return g.host() + g.path() + "?Policy=" + segment(`{"Statement":[{"Resource":"*"}]}`) + "&Signature=" + sig + "&Key-Pair-Id=K" + g.chars(upperAlpha+digits, 13), sig
	}},
	{"cloudfront-cookie", func(g *Gen) (string, string) {
		sig := strings.NewReplacer("+", "-", "=", "_", "/", "~").Replace(g.b64(256))
		return "CloudFront-Signature=" + sig + "; CloudFront-Key-Pair-Id=K" + g.chars(upperAlpha+digits, 13), sig
	}},
	{"gcs-v4", func(g *Gen) (string, string) {
		sig := g.hex(512)
		return "https://storage.googleapis.com/" + g.word() + g.path() + "?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Credential=" + pct("svc@p.iam.gserviceaccount.com/20240101/auto/storage/goog4_request") + "&X-Goog-Date=" + g.stamp() + "&X-Goog-Expires=900&X-Goog-SignedHeaders=host&X-Goog-Signature=" + sig, sig
	}},
	{"gcs-v4-hmac", func(g *Gen) (string, string) {
		sig := g.hex(64)
		return "https://storage.googleapis.com/" + g.word() + g.path() + "?X-Goog-Algorithm=GOOG4-HMAC-SHA256&X-Goog-Credential=GOOG1E" + g.chars(upperAlpha+digits, 55) + "%2F20240101%2Fauto%2Fstorage%2Fgoog4_request&X-Goog-Signature=" + sig, sig
	}},
	{"gcs-v2", func(g *Gen) (string, string) {
		sig := pct(g.b64(256))
		return "https://storage.googleapis.com/" + g.word() + g.path() + "?GoogleAccessId=svc@p.iam.gserviceaccount.com&Expires=1700000000&Signature=" + sig, sig
	}},
	{"cloud-cdn", func(g *Gen) (string, string) {
		sig := strings.NewReplacer("+", "-", "/", "_").Replace(g.b64(20))
		return g.host() + g.path() + "?Expires=1700000000&KeyName=" + g.word() + "&Signature=" + sig, sig
	}},
	{"cloud-cdn-prefix", func(g *Gen) (string, string) {
		sig := strings.NewReplacer("+", "-", "/", "_").Replace(g.b64(20))
		return g.host() + g.path() + "?URLPrefix=" + segment("https://media.example.com/videos/") + "&Expires=1700000000&KeyName=k1&Signature=" + sig, sig
	}},
	{"cloud-cdn-cookie", func(g *Gen) (string, string) {
		sig := strings.NewReplacer("+", "-", "/", "_").Replace(g.b64(20))
		return "Cloud-CDN-Cookie=URLPrefix=" + segment("https://media.example.com/videos/") + ":Expires=1566268009:KeyName=mySigningKey:Signature=" + sig, sig
	}},
	{"media-cdn", func(g *Gen) (string, string) {
		sig := g.url64(64)
		return g.host() + g.path() + "?Expires=1700000000&KeyName=k1&Signature=" + sig, sig
	}},
	{"media-cdn-path", func(g *Gen) (string, string) {
		sig := g.url64(64)
		return g.host() + "/edge-cache-token=Expires=1700000000&KeyName=k1&Signature=" + sig + "/video/hls.m3u8", sig
	}},
	{"media-cdn-cookie", func(g *Gen) (string, string) {
		sig := g.url64(64)
		return "Edge-Cache-Cookie: URLPrefix=" + segment("https://media.example.com/videos/") + ":Expires=1566268009:KeyName=k:Signature=" + sig, sig
	}},
	{"akamai", func(g *Gen) (string, string) {
		sig := g.hex(64)
		return g.host() + g.path() + "?" + g.of("hdnts", "hdnea", "hdntl", "__token__") + "=st=1700000000~exp=1700003600~acl=/*~hmac=" + sig, sig
	}},
	{"azure-account-sas", func(g *Gen) (string, string) {
		sig := pct(g.b64(32))
		return g.host() + g.path() + "?sv=2022-11-02&ss=bfqt&srt=sco&sp=rwdlacupiytfx&se=2024-06-01T00:00:00Z&st=2024-05-01T00:00:00Z&spr=https&sig=" + sig, sig
	}},
	{"azure-service-sas", func(g *Gen) (string, string) {
		sig := pct(g.b64(32))
		return "https://acct.blob.core.windows.net/c" + g.path() + "?sp=r&st=2024-05-01T00%3A00%3A00Z&se=2024-06-01T00%3A00%3A00Z&sv=2022-11-02&sr=b&sig=" + sig, sig
	}},
	{"azure-user-delegation-sas", func(g *Gen) (string, string) {
		sig := pct(g.b64(32))
		return "https://acct.dfs.core.windows.net/c" + g.path() + "?skoid=" + g.uuid() + "&sktid=" + g.uuid() + "&skt=2024-05-01T00:00:00Z&ske=2024-06-01T00:00:00Z&sks=b&skv=2022-11-02&se=2024-06-01T00:00:00Z&sp=racwdl&sv=2022-11-02&sr=d&sdd=2&sig=" + sig, sig
	}},
	{"azure-logic-app", func(g *Gen) (string, string) {
		sig := g.url64(32)
		return "https://prod-01.westeurope.logic.azure.com:443/workflows/" + g.hex(32) + "/triggers/manual/paths/invoke?api-version=2016-10-01&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=" + sig, sig
	}},
	{"azure-service-bus-sas", func(g *Gen) (string, string) {
		sig := pct(g.b64(32))
		return "SharedAccessSignature sr=" + pct("https://ns.servicebus.windows.net/q") + "&sig=" + sig + "&se=1700000000&skn=RootManageSharedAccessKey", sig
	}},
	{"oss-v1", func(g *Gen) (string, string) {
		sig := pct(g.b64(20))
		return "https://b.oss-cn-hangzhou.aliyuncs.com" + g.path() + "?OSSAccessKeyId=LTAI" + g.chars(alnum, 20) + "&Expires=1700000000&Signature=" + sig, sig
	}},
	{"oss-v2", func(g *Gen) (string, string) {
		sig := pct(g.b64(32))
		return "https://b.oss-cn-hangzhou.aliyuncs.com" + g.path() + "?x-oss-signature-version=OSS2&x-oss-expires=1700000000&x-oss-access-key-id=LTAI" + g.chars(alnum, 20) + "&x-oss-signature=" + sig, sig
	}},
	{"oss-v4", func(g *Gen) (string, string) {
		sig := g.hex(64)
		return "https://b.oss-cn-hangzhou.aliyuncs.com" + g.path() + "?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-credential=LTAI" + g.chars(alnum, 20) + "%2F20240101%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-signature=" + sig, sig
	}},
	{"oracle-par-url", func(g *Gen) (string, string) {
		tok := g.chars(b64url, 64)
		return "https://objectstorage.us-ashburn-1.oraclecloud.com/p/" + tok + "/n/" + g.word() + "/b/" + g.word() + "/o" + g.path(), tok
	}},
	{"b2-download-url", func(g *Gen) (string, string) {
		tok := "3_" + g.chars(digits, 20) + g.hex(12) + "_" + g.chars(alnum, 12) + "_" + g.hex(40) + "_000_" + g.stamp()[:8] + "_0000_dnld"
		return "https://f000.backblazeb2.com/file/" + g.word() + g.path() + "?Authorization=" + tok, tok
	}},
	{"tencent-cos", func(g *Gen) (string, string) {
		sig := g.hex(40)
		return "https://b-125.cos.ap-guangzhou.myqcloud.com" + g.path() + "?q-sign-algorithm=sha1&q-ak=AKID" + g.chars(alnum, 32) + "&q-sign-time=1;2&q-key-time=1;2&q-header-list=host&q-url-param-list=&q-signature=" + sig, sig
	}},
	{"huawei-obs", func(g *Gen) (string, string) {
		sig := pct(g.b64(20))
		return "https://b.obs.cn-north-4.myhuaweicloud.com" + g.path() + "?AccessKeyId=" + g.chars(upperAlpha+digits, 20) + "&Expires=1700000000&Signature=" + sig, sig
	}},
	{"swift-temp-url", func(g *Gen) (string, string) {
		sig := g.hex([]int{40, 64, 128}[g.r.IntN(3)])
		return "https://swift.example.com/v1/AUTH_a/c" + g.path() + "?temp_url_sig=" + sig + "&temp_url_expires=1700000000", sig
	}},
	{"bunny-token", func(g *Gen) (string, string) {
		sig := g.url64(32)
		return g.host() + g.path() + "?token=" + sig + "&expires=1700000000", sig
	}},
	{"slack-webhook-url", func(g *Gen) (string, string) {
		tok := g.chars(alnum, 24)
		return "https://hooks.slack.com/services/T" + g.chars(upperAlpha+digits, 10) + "/B" + g.chars(upperAlpha+digits, 10) + "/" + tok, tok
	}},
	{"discord-webhook-url", func(g *Gen) (string, string) {
		tok := g.chars(b64url, 68)
		return "https://discord.com/api/webhooks/" + g.chars(digits, 18) + "/" + tok, tok
	}},
	{"teams-webhook-url", func(g *Gen) (string, string) {
		tok := g.hex(32)
		return "https://corp.webhook.office.com/webhookb2/" + g.uuid() + "@" + g.uuid() + "/IncomingWebhook/" + tok + "/" + g.uuid(), tok
	}},
	{"google-chat-webhook", func(g *Gen) (string, string) {
		tok := g.url64(32)
		return "https://chat.googleapis.com/v1/spaces/AAAA" + g.chars(alnum, 7) + "/messages?key=AIza" + g.chars(b64url, 35) + "&token=" + tok, tok
	}},
	{"telegram-url", func(g *Gen) (string, string) {
		tok := strconv.Itoa(g.num(100000000, 999999999)) + ":AA" + g.chars(b64url, 33)
		return "https://api.telegram.org/bot" + tok + "/getMe", tok
	}},
	{"url-userinfo", func(g *Gen) (string, string) {
		p := g.chars(alnum, g.num(4, 20))
		return g.of("https", "postgres", "postgresql", "mysql", "redis", "amqp", "mongodb", "mongodb+srv", "ftp", "nats", "kafka", "clickhouse") + "://" + g.word() + ":" + p + "@" + g.word() + ".internal:" + strconv.Itoa(g.num(1000, 9999)) + "/" + g.word(), p
	}},
	{"url-token-user", func(g *Gen) (string, string) {
		p := g.of(g.hex(40), g.chars(alnum, 36))
		return "https://" + p + "@git.example.com/org/" + g.word() + ".git", p
	}},
	{"url-password-only", func(g *Gen) (string, string) {
		p := g.chars(alnum, g.num(8, 20))
		return "redis://:" + p + "@cache.internal:6379/0", p
	}},
	{"mysql-dsn", func(g *Gen) (string, string) {
		p := g.chars(alnum, g.num(8, 20))
		return g.word() + ":" + p + "@tcp(10.0.0.5:3306)/" + g.word() + "?parseTime=true", p
	}},
	{"google-api-key-url", func(g *Gen) (string, string) {
		k := "AIza" + g.chars(b64url, 35)
		return "https://maps.googleapis.com/maps/api/geocode/json?address=x&key=" + k, k
	}},
	{"azure-function-url", func(g *Gen) (string, string) {
		k := g.chars(b64url, 44) + "AzFu" + g.chars(b64url, 8) + "=="
		return "https://fn.azurewebsites.net/api/run?code=" + k, k
	}},
	{"delta-sharing-file", func(g *Gen) (string, string) {
		sig := g.hex(64)
		return `{"file":{"url":"https://b.s3.amazonaws.com/p.parquet?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=` + sig + `","id":"` + g.hex(32) + `"}}`, sig
	}},
}
