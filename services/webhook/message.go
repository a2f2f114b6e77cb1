package webhook

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"khuevan/platform/eventsource"
)

// contentType is that of a CloudEvent in structured mode.
const contentType = "application/cloudevents+json"

// cloudEvent is the envelope of an event (CloudEvents 1.0.2, JSON format).
type cloudEvent struct {
	SpecVersion string    `json:"specversion"`
	ID          string    `json:"id"`
	Source      string    `json:"source"`
	Type        string    `json:"type"`
	Subject     string    `json:"subject"`
	Time        time.Time `json:"time"`
	DataType    string    `json:"datacontenttype"`
	Data        any       `json:"data"`
}

// eventID names an event: where its fact stands in the journal, and a piece of the chain over its stream, so that two
// journals that parted, as after a restore from an old backup, never give two facts one name.
func eventID(r eventsource.Recorded) string {
	return strconv.FormatUint(r.Seq, 10) + "-" + r.Chain[:min(8, len(r.Chain))]
}

// wrap puts data into an envelope.
func wrap(source, id, kind, subject string, at time.Time, data any) cloudEvent {
	return cloudEvent{SpecVersion: "1.0", ID: id, Source: source, Type: kind, Subject: subject, Time: at.UTC(), DataType: "application/json", Data: data}
}

// request signs an event for an endpoint, as Standard Webhooks says: HMAC-SHA256 over id, time and body, once per secret.
func (e cloudEvent) request(to string, secrets []string, now time.Time) (*http.Request, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", e.ID, err)
	}
	var signatures []string
	for _, s := range secrets {
		hook, err := standardwebhooks.NewWebhook(s)
		if err != nil {
			return nil, fmt.Errorf("event %s: %w", e.ID, err)
		}
		signature, err := hook.Sign(e.ID, now, body)
		if err != nil {
			return nil, fmt.Errorf("event %s: %w", e.ID, err)
		}
		signatures = append(signatures, signature)
	}
	req, err := http.NewRequest(http.MethodPost, to, strings.NewReader(string(body))) //nolint:noctx // whoever sends it brings one
	if err != nil {
		return nil, fmt.Errorf("event %s: %w", e.ID, err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("User-Agent", "KhueVan-Webhook/1")
	req.Header.Set(standardwebhooks.HeaderWebhookID, e.ID)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return req, nil
}
