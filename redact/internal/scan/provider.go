package scan

import (
	"encoding/binary"
	"strings"
)

// providers are services whose name before "key" makes it the key of an
// account there.
var providers = strings.Fields(`abuseipdb abyssale accuweather acquia adafruit adobe adyen adzuna aeroworkflow airbrake airtable airvisual aiven alchemy alconost alegra aletheia
	algolia alibabacloud alienvault alphavantage amadeus ambee amplitude anthropic anypoint apacta api2cart apideck apiflash apifonica apify apilayer
	apimatic apimetrics apisix apitemplate appcues appdynamics appfollow appointedd appsynergy apptivo appveyor artifactory asana assemblyai atlassian
	auth0 autoklose avalara avaza aviationstack axonaut aylien ayrshare azure bannerbear baremetrics beamer besttime betterstack billomat binance bitbar
	bitbucket bitcoinaverage bitfinex bitmex bittrex bitwarden blazemeter blocknative bombbomb boostnote braintree braintrust brandfetch brevo
	browserstack browshot bscscan buddyns bugherd bugsnag buildkite bulksms buttercms caflou calendarific calendly calorieninja campayn capsulecrm
	captaindata carboninterface caspio censys centralstationcrm chargebee chartmogul chatfule checklyhq checkvist circleci clarifai clearbit clerk
	clickhelp clickhouse clicksend clickup cliengo clinchpad clockify clockworksms closecrm cloudconvert cloudelements cloudflare cloudimage cloudinary
	cloudmersive cloudplan cloudsmith codacy codeclimate codecov codemagic codequiry cohere coinbase coinlayer coinlib coinmarketcap commercejs companyhub
	configcat confluent contentful conversiontools convertkit cosmos countrylayer coveralls craftmypdf cryptocompare currencycloud currencyfreaks
	currencylayer currencyscoop customerguru customerio dareboost databricks datadog datarobot deepai deepgram deepl deepseek detectify detectlanguage
	diffbot diggernaut digitalocean discord disqus dockerhub docparser documo docusign doppler dotdigital dronahq droneci dropbox duffel dwolla dynalist
	dynatrace dyspatch easyinsight easypost edamam edenai elastic elevenlabs enablex endorlabs etherscan ethplorer etsy eventbrite eventhub everhour
	facebook faceplusplus fastforex fastly fetchrss figma financialmodelingprep finicity finnhub firebase fivetran fleetbase flexport flickr flightlabs
	flightstats flowflu flutterwave formbucket formsite foursquare frameio freshbooks freshdesk fullstory fxmarket geckoboard gemini geoapify geocodify
	geocodio giphy github gitlab gitter gocardless godaddy google grafana graphhopper greynoise groq gtmetrix gumroad happyscribe hashicorp hasura
	hellosign helpcrunch helpscout heroku hetzner hiveage honeycomb hotjar hubspot huggingface hybiscus hypertrack iconfinder iexapis iexcloud imagekit
	imagga imgur infura instabot instamojo instana intercom interseller intrinio invoiceocean ip2location ipgeolocation ipinfo ipquality ipstack jfrog
	jira jotform jumpcloud jupiterone kanbantool karmacrm keenio kickbox klarna klaviyo klipfolio knapsackpro kraken kucoin lambdatest langfuse langsmith
	languagelayer larksuite launchdarkly leadfeeder lemlist lemonsqueezy lessannoyingcrm lexigram linear linkedin linkpreview linode liveagent livestorm
	loadmill locationiq logdna loggly loginradius logrocket logzio lokalise looker loyverse lunchmoney madkudu magicbell mailboxlayer mailchimp mailerlite
	mailersend mailgun mailjet mailmodo mailsac mapbox mapquest marketstack mattermost mavenlink maxmind meaningcloud mediastack meistertask meraki
	mergify mesibo messagebird metabase mindmeister mistral mixmax mixpanel mockaroo mollie monkeylearn moonclerk moosend moralis nasdaqdatalink nethunt
	netlify netsuite newrelic newscatcher nexmo nftport ngrok nicereply notion nozbe numverify nutritionix nylas nytimes octopusdeploy okta omnisend
	onedesk onelogin onepagecrm onesignal onfleet oopspam openai opencage openrouter opensea openuv openweather opsgenie owlbot packagecloud pagarme
	pagerduty pandadoc pandascore paperform papertrail paralleldots parsehub parseur partnerstack pastebin paymongo paypal paystack pdflayer pdfshift
	peopledatalabs pepipost perplexity pexels pganalyze photoroom pinecone pingdom pipedream pipedrive pivotaltracker pixabay plaid planetscale
	planviewleankit plivo poloniex portainer posthog postman postmark powrbot privateai prodpad prospectcrm proxycrawl pubnub purestake pushbullet pusher
	pushover qualaroo qubole quicknode rapidapi raygun razorpay rebrandly rechargepayments recurly redhatpyxis repairshopr replicate requestfinance
	restpack revampcrm ringcentral ritekit rocketreach rollbar rownd runrunit salesblink salescookie salesflare salesforce salesloft salesmate satismeter
	saucelabs scaleway scalr scrapeowl scraperapi scraperbox scrapestack scrapfly scrapingant scrapingbee screenshotlayer securitytrails segment selectpdf
	sendbird sendgrid sendinblue sentry serpapi serphouse serpstack servicebus shippo shodan shopify shotstack shutterstock signalwire signaturit signoz
	signupgenius simfin simplesat simvoly sinchmessage siteleaf skrappio skybiometry slack smartsheet smartystreets snipcart snyk softlayer solarwinds
	sonar sonarcloud sonarqube sourcegraph sparkpost spectralops speechtextai splunk spoonacular sportsmonk spotify square squarespace statuscake
	statuspage statuspal storecove stormboard stormglass storyblok storychief stripe stytch sugester sumo sumologic supabase supernotes surveyanyplace
	surveybot surveymonkey surveysparrow survicate swiftype tailscale tavily taxjar teamcity teamgate tefter telegram telnyx tencent testingbot testrail
	textmagic thinkific thousandeyes ticketmaster tickettailor tiingo tmetric todoist toggl tomtom tradier transferwise travelpayouts travis trello
	twelvedata twilio twitch twitter typeform typetalk ubidots uclassify unplugg unsplash upcdatabase uplead uploadcare upstash uptimerobot uptrace upwave
	urlscan userflow userstack vatlayer vbout vercel verimail veriphone versioneye vimeo virustotal visualcrossing voiceflow voicegain vonage voodoosms
	vouchery vultr wakatime walkscore weatherapi weatherbit weatherstack webflow webscraping websitepulse wepay whoxy wistia worksnaps worldcoinindex
	worldpay worldweather wrike yandex zapier zendesk zenkit zenrows zenscrape zenserp zeplin zerobounce zerotier zipbooks zipcodebase zoho zonkafeedback
	zoom zulip`)

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
