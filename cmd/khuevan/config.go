package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"khuevan/platform/clock"
	"khuevan/services/account"
	"khuevan/services/notification"
)

// Config is everything an operator may set, in a YAML file (--config) or by environment, which wins.
// Secrets are read from the environment or from files, never from the YAML file.
type Config struct {
	BaseURL         string   `yaml:"base_url" env:"KHUEVAN_BASE_URL"`       // what links in mails and QR codes begin with
	Issuer          string   `yaml:"issuer_name" env:"KHUEVAN_ISSUER_NAME"` // of certificates
	NATSURL         string   `yaml:"nats_url" env:"KHUEVAN_NATS_URL"`       // empty: embedded
	NATSToken       string   `yaml:"-" env:"KHUEVAN_NATS_TOKEN"`            // secret
	Replicas        int      `yaml:"journal_replicas" env:"KHUEVAN_JOURNAL_REPLICAS"`
	Partitions      int      `yaml:"partitions" env:"KHUEVAN_PARTITIONS"` // counts when the journal is made
	MongoURI        string   `yaml:"-" env:"KHUEVAN_MONGODB_URI"`         // secret; empty: SQLite files in the data directory
	MongoDatabase   string   `yaml:"mongodb_database" env:"KHUEVAN_MONGODB_DATABASE"`
	MongoBulk       int      `yaml:"mongodb_bulk" env:"KHUEVAN_MONGODB_BULK"`       // statements in one bulk write
	MasterKey       string   `yaml:"-" env:"KHUEVAN_MASTER_KEY"`                    // secret: 32 bytes, base64 or hex
	NewMasterKey    string   `yaml:"-" env:"KHUEVAN_NEW_MASTER_KEY"`                // secret: seals what is new, and everything once rotated
	MasterKeyFile   string   `yaml:"master_key_file" env:"KHUEVAN_MASTER_KEY_FILE"` // instead of it
	SMTPAddr        string   `yaml:"smtp_addr" env:"KHUEVAN_SMTP_ADDR"`             // host:port
	SMTPUser        string   `yaml:"smtp_user" env:"KHUEVAN_SMTP_USER"`
	SMTPPassword    string   `yaml:"-" env:"KHUEVAN_SMTP_PASSWORD"`                   // secret
	SMTPTLS         string   `yaml:"smtp_tls" env:"KHUEVAN_SMTP_TLS"`                 // starttls or none
	SMTPLines       int      `yaml:"smtp_connections" env:"KHUEVAN_SMTP_CONNECTIONS"` // at the same time
	SMTPPerSecond   int      `yaml:"smtp_per_second" env:"KHUEVAN_SMTP_PER_SECOND"`   // letters; 0: as many as the server takes
	MailFrom        string   `yaml:"mail_from" env:"KHUEVAN_MAIL_FROM"`
	QuietHours      string   `yaml:"quiet_hours" env:"KHUEVAN_QUIET_HOURS"` // letters wait: 19:00-07:00, or none
	DigestAt        string   `yaml:"digest_at" env:"KHUEVAN_DIGEST_AT"`     // when the letter of the day is sent
	MailReplyTo     string   `yaml:"mail_reply_to" env:"KHUEVAN_MAIL_REPLY_TO"`
	MailBounces     string   `yaml:"mail_bounces" env:"KHUEVAN_MAIL_BOUNCES"`       // envelope sender; empty: mail_from
	MailBounceDir   string   `yaml:"mail_bounce_dir" env:"KHUEVAN_MAIL_BOUNCE_DIR"` // Maildir into which what came back is delivered
	OIDCIssuer      string   `yaml:"oidc_issuer" env:"KHUEVAN_OIDC_ISSUER"`         // URL of an identity provider; empty: none
	OIDCClient      string   `yaml:"oidc_client_id" env:"KHUEVAN_OIDC_CLIENT_ID"`
	OIDCSecret      string   `yaml:"-" env:"KHUEVAN_OIDC_CLIENT_SECRET"`              // secret
	OIDCName        string   `yaml:"oidc_name" env:"KHUEVAN_OIDC_NAME"`               // on the button of the sign-in page
	OIDCScopes      []string `yaml:"oidc_scopes" env:"KHUEVAN_OIDC_SCOPES"`           // besides openid
	OIDCCode        string   `yaml:"oidc_code_claim" env:"KHUEVAN_OIDC_CODE_CLAIM"`   // claim that holds the personnel code
	OIDCEmail       string   `yaml:"oidc_email_claim" env:"KHUEVAN_OIDC_EMAIL_CLAIM"` // claim that holds an address, believed when verified
	WebhookNetworks []string `yaml:"webhook_networks" env:"KHUEVAN_WEBHOOK_NETWORKS"` // CIDR; inner networks in which endpoints may stand
	WebhookTLS      string   `yaml:"webhook_tls" env:"KHUEVAN_WEBHOOK_TLS"`           // required or optional
	LogFormat       string   `yaml:"log_format" env:"KHUEVAN_LOG_FORMAT"`             // text or json
	LogLevel        string   `yaml:"log_level" env:"KHUEVAN_LOG_LEVEL"`
	TrustedProxies  []string `yaml:"trusted_proxies" env:"KHUEVAN_TRUSTED_PROXIES"` // CIDR; whose X-Forwarded-For is believed
}

func defaults() Config {
	return Config{Replicas: 1, Partitions: 1, MongoDatabase: "khuevan", MongoBulk: 1000, SMTPTLS: "starttls", SMTPLines: 8, WebhookTLS: "required", LogFormat: "text", LogLevel: "info",
		Issuer: "Tỉnh Mây Ngàn (giả định)", MailFrom: "khuevan@localhost", DigestAt: "07:30"}
}

// loadConfig reads the file, if one is named, and the environment. An unknown key is refused with the nearest name.
func loadConfig(file string, environ []string) (Config, error) {
	c := defaults()
	if file != "" {
		f, err := os.Open(file) //nolint:gosec // the operator names the file
		if err != nil {
			return c, fmt.Errorf("open the configuration: %w", err)
		}
		defer f.Close() //nolint:errcheck // only read
		if err := c.readYAML(f); err != nil {
			return c, fmt.Errorf("%s: %w", file, err)
		}
	}
	if err := c.readEnv(environ); err != nil {
		return c, err
	}
	return c, c.check()
}

func (c *Config) readYAML(r io.Reader) error {
	var doc yaml.Node
	if err := yaml.NewDecoder(r).Decode(&doc); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		return fmt.Errorf("not a YAML mapping of settings: %w", err)
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return fmt.Errorf("line %d: expected settings as `name: value`", root.Line)
	}
	known := yamlKeys()
	for i := 0; i < len(root.Content); i += 2 {
		if key := root.Content[i]; !slices.Contains(known, key.Value) {
			return fmt.Errorf("line %d: unknown setting %q; did you mean %q?", key.Line, key.Value, nearest(key.Value, known))
		}
	}
	if err := root.Decode(c); err != nil {
		return fmt.Errorf("a setting has the wrong type: %w", err)
	}
	return nil
}

const envPrefix = "KHUEVAN_"

func (c *Config) readEnv(environ []string) error {
	fields := envFields(c)
	names := make([]string, 0, len(fields))
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(name, envPrefix) || strings.HasPrefix(name, envPrefix+"TEST_") || value == "" {
			continue
		}
		set, ok := fields[name]
		if !ok {
			return fmt.Errorf("unknown environment variable %s; did you mean %s?", name, nearest(name, names))
		}
		if err := set(value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

func (c *Config) check() error {
	var all error
	bad := func(format string, args ...any) { all = errors.Join(all, fmt.Errorf(format, args...)) }
	if c.BaseURL != "" {
		if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || strings.HasSuffix(c.BaseURL, "/") {
			bad("base_url %q: expected something like https://hoc.example.gov.vn, without a slash at the end", c.BaseURL)
		}
	}
	if c.Replicas < 1 || c.Replicas > 5 {
		bad("journal_replicas %d: expected 1 to 5", c.Replicas)
	}
	if c.Partitions < 1 || c.Partitions > 256 {
		bad("partitions %d: expected 1 to 256", c.Partitions)
	}
	if c.MongoBulk < 1 || c.MongoBulk > 10000 {
		bad("mongodb_bulk %d: expected 1 to 10000", c.MongoBulk)
	}
	c.checkMail(bad)
	c.checkProvider(bad)
	if c.WebhookTLS != "required" && c.WebhookTLS != "optional" {
		bad("webhook_tls %q: expected required or optional", c.WebhookTLS)
	}
	for _, p := range c.WebhookNetworks {
		if _, _, err := net.ParseCIDR(p); err != nil {
			bad("webhook_networks %q: expected a network such as 10.1.0.0/16", p)
		}
	}
	for _, p := range c.TrustedProxies {
		if _, _, err := net.ParseCIDR(p); err != nil {
			bad("trusted_proxies %q: expected a network such as 10.0.0.0/8", p)
		}
	}
	return all
}

func (c *Config) checkProvider(bad func(format string, args ...any)) {
	if c.OIDCIssuer == "" {
		return
	}
	if u, err := url.Parse(c.OIDCIssuer); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		bad("oidc_issuer %q: expected a URL such as https://sso.example.gov.vn", c.OIDCIssuer)
	}
	if c.OIDCClient == "" {
		bad("oidc_client_id: expected the id under which the provider knows the platform")
	}
	if c.OIDCCode == "" && c.OIDCEmail == "" {
		bad("oidc_code_claim: name the claim that holds the personnel code, or set oidc_email_claim")
	}
}

func (c *Config) provider() account.ProviderConfig {
	return account.ProviderConfig{Issuer: c.OIDCIssuer, ClientID: c.OIDCClient, ClientSecret: c.OIDCSecret, Name: c.OIDCName, Scopes: c.OIDCScopes,
		CodeClaim: c.OIDCCode, EmailClaim: c.OIDCEmail}
}

func (c *Config) checkMail(bad func(format string, args ...any)) {
	if _, err := c.hours(false); err != nil {
		bad("%w", err)
	}
	if c.SMTPTLS != "starttls" && c.SMTPTLS != "none" {
		bad("smtp_tls %q: expected starttls or none", c.SMTPTLS)
	}
	if c.SMTPAddr != "" {
		if _, port, err := net.SplitHostPort(c.SMTPAddr); err != nil || !isPort(port) {
			bad("smtp_addr %q: expected host:port", c.SMTPAddr)
		}
	}
	if c.SMTPLines < 1 || c.SMTPLines > 64 {
		bad("smtp_connections %d: expected 1 to 64", c.SMTPLines)
	}
	if c.SMTPPerSecond < 0 || c.SMTPPerSecond > 10000 {
		bad("smtp_per_second %d: expected 1 to 10000, or 0 for no limit", c.SMTPPerSecond)
	}
	for key, address := range map[string]string{"mail_from": c.MailFrom, "mail_reply_to": c.MailReplyTo, "mail_bounces": c.MailBounces} {
		if _, err := mail.ParseAddress(address); address != "" && err != nil {
			bad("%s %q: expected an address such as Khuê Văn <khuevan@tinh.example>", key, address)
		}
	}
	if c.MailBounceDir != "" {
		if at, err := os.Stat(filepath.Join(c.MailBounceDir, "new")); err != nil || !at.IsDir() {
			bad("mail_bounce_dir %q: expected a Maildir, with the directories new, cur and tmp", c.MailBounceDir)
		}
	}
}

// hours is when letters are sent. In the demo they are sent at any hour unless it is said otherwise: whoever tries something at night
// wants to see the letter.
func (c *Config) hours(demo bool) (h notification.Hours, err error) {
	quiet := c.QuietHours
	switch {
	case quiet == "" && demo:
		quiet = "none"
	case quiet == "":
		quiet = "19:00-07:00"
	}
	if h.Digest, err = sinceMidnight(c.DigestAt); err != nil {
		return h, fmt.Errorf("digest_at %q: expected a time such as 07:30", c.DigestAt)
	}
	h.Collect = collect
	if demo {
		h.Collect = collectDemo
	}
	if quiet == "none" {
		return h, nil
	}
	from, until, _ := strings.Cut(quiet, "-")
	var wrong error
	h.From, err = sinceMidnight(from)
	h.Until, wrong = sinceMidnight(until)
	if errors.Join(err, wrong) != nil {
		return h, fmt.Errorf("quiet_hours %q: expected something like 19:00-07:00, or none", quiet)
	}
	h.DayOff = clock.Weekend
	return h, nil
}

// How long a reminder waits for others of the day.
const (
	collect     = 10 * time.Minute
	collectDemo = time.Minute
)

func sinceMidnight(text string) (time.Duration, error) {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, err
}

func isPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n > 0 && n < 65536
}
