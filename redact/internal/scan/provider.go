package scan

import (
	"encoding/binary"
	"strings"
)

// providers are services whose name before "key" makes it the key of an
// account there.
var providers = strings.Fields(`abuseipdb acquia adafruit adobe adyen airtable alchemy algolia alienvault alphavantage amplitude anthropic apify apisix appdynamics appveyor
	artifactory asana assemblyai atlassian auth0 avalara avaza azure beamer binance bitbucket bitfinex bittrex bitwarden braintree
	brevo browserstack bugsnag buildkite calendly censys chargebee circleci clearbit clerk clickhouse clickup cloudflare cloudinary cloudsmith
	codacy codeclimate codecov cohere coinbase coinmarketcap configcat confluent contentful convertkit cosmos coveralls craftmypdf cryptocompare
	currencylayer databricks datadog datarobot deepai deepgram deepl deepseek digitalocean discord doppler droneci dropbox dwolla
	dynatrace easypost elastic elevenlabs etherscan eventhub etsy facebook fastly figma finicity finnhub firebase fivetran flickr flutterwave
	foursquare freshbooks freshdesk fullstory gemini geocodify geocodio giphy github gitlab gitter gocardless godaddy google grafana
	greynoise groq gumroad hashicorp hellosign heroku hetzner honeycomb hotjar hubspot huggingface imgur infura instana intercom
	ipgeolocation ipinfo ipstack jfrog jira jotform jumpcloud klarna klaviyo kraken kucoin lambdatest langfuse langsmith launchdarkly lemlist linear
	linkedin linode locationiq logdna loggly logrocket logzio looker mailboxlayer mailchimp mailerlite mailersend mailgun mailjet
	mapbox mapquest marketstack mattermost meraki mergify messagebird mistral mixpanel mollie moralis netlify newrelic newscatcher nexmo
	ngrok notion nozbe nytimes okta omnisend onelogin onesignal openai opencage opensea openuv openweather opsgenie packagecloud
	pagerduty pandadoc papertrail pastebin paypal paystack pepipost perplexity pexels pinecone pingdom pipedream pipedrive pixabay plaid plivo
	posthog postman postmark privateai pushbullet pusher pushover quicknode rapidapi raygun razorpay recurly replicate
	rollbar salesforce salesloft saucelabs scaleway scraperapi scrapingbee securitytrails segment sendbird sendgrid
	sendinblue sentry serpapi servicebus shippo shodan shopify signalwire signoz slack smartsheet snyk sonar sonarcloud sonarqube sourcegraph
	sparkpost splunk spoonacular spotify square squarespace statuscake statuspage stormglass stripe stytch sumo sumologic supabase
	surveymonkey tailscale tavily taxjar teamcity telegram telnyx tencent testrail tiingo todoist tomtom travis trello twilio twitch
	twitter typeform unsplash uploadcare upstash uptrace uptimerobot urlscan userstack vercel vimeo virustotal vonage vultr wakatime
	walkscore weatherapi weatherbit webflow wistia worldpay wrike yandex zapier zendesk zenrows zoho zoom`)

// leastProvider is the length of the shortest name of a provider.
const leastProvider = 4

// providersByHead holds them by a hash of their first letters.
var providersByHead = indexProviders()

func indexProviders() (lists [256][]string) {
	for _, p := range providers {
		h := headHash([]byte(p))
		lists[h] = append(lists[h], p)
	}
	return lists
}

func headHash(text []byte) byte {
	return byte(binary.LittleEndian.Uint32(text) * golden >> 24)
}

// ofProvider reports whether a provider's name stands in the text.
func ofProvider(text []byte) bool {
	for ; len(text) >= leastProvider; text = text[1:] {
		for _, p := range providersByHead[headHash(text)] {
			if hasBytes(text, p) {
				return true
			}
		}
	}
	return false
}
