package scan

import "strings"

// providers are services whose name before "key" makes it the key of an
// account there.
var providers = strings.Fields(`adafruit airtable algolia alphavantage amplitude anthropic asana atlassian azure beamer bitbucket
	bittrex bugsnag clerk cloudflare codecov cohere coinbase confluent contentful datadog deepgram deepseek discord dropbox elastic
	etsy facebook fastly figma finnhub firebase flickr freshdesk gemini github gitlab giphy google grafana heroku honeycomb hubspot
	huggingface imgur intercom jira klaviyo kraken kucoin launchdarkly linear linkedin looker mailchimp mailgun mailjet mapbox
	mattermost messagebird mistral mixpanel netlify newrelic notion nytimes okta openai openweather opsgenie pagerduty paypal
	pinecone plaid postmark pusher rapidapi razorpay rollbar segment sendbird sendgrid sentry shodan shopify slack snyk sonar
	spotify splunk square stripe sumo supabase telegram tencent travis trello twilio twitch twitter typeform vercel virustotal
	wakatime yandex zendesk zoom`)

// providersByLetter holds them by their first letters.
var providersByLetter = indexProviders()

func indexProviders() (lists [256][]string) {
	for _, p := range providers {
		lists[p[0]] = append(lists[p[0]], p)
	}
	return lists
}

// ofProvider reports whether a provider's name stands in the text.
func ofProvider(text []byte) bool {
	for i := range text {
		for _, p := range providersByLetter[text[i]] {
			if hasBytes(text[i:], p) {
				return true
			}
		}
	}
	return false
}
