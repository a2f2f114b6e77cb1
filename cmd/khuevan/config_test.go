package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestConfigIsStrictAndNamesTheNearestKey(t *testing.T) {
	cases := map[string]struct{ file, env, want string }{
		"unknown key":           {"base_ulr: https://a.example", "", `line 1: unknown setting "base_ulr"; did you mean "base_url"?`},
		"unknown key below":     {"issuer_name: A\nsmpt_addr: b:25", "", `line 2: unknown setting "smpt_addr"; did you mean "smtp_addr"?`},
		"wrong type":            {"partitions: many", "", "wrong type"},
		"out of range":          {"partitions: 0", "", "partitions 0: expected 1 to 256"},
		"no mapping":            {"- a", "", "line 1: expected settings"},
		"slash at the end":      {"base_url: https://a.example/", "", "without a slash"},
		"secret in a file":      {"master_key: abc", "", `did you mean "master_key_file"?`},
		"unknown variable":      {"", "KHUEVAN_NATS_ULR=x", "did you mean KHUEVAN_NATS_URL?"},
		"number in environment": {"", "KHUEVAN_PARTITIONS=x", "KHUEVAN_PARTITIONS: expected a whole number"},
		"good":                  {"base_url: https://a.example\npartitions: 8", "KHUEVAN_TEST_MONGODB_URI=x", ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "khuevan.yaml")
			if err := os.WriteFile(file, []byte(tc.file), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := loadConfig(file, []string{"HOME=/", tc.env})
			if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}

func TestTheEnvironmentWinsOverTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "khuevan.yaml")
	if err := os.WriteFile(file, []byte("partitions: 8\nissuer_name: A"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(file, []string{"KHUEVAN_PARTITIONS=16", "KHUEVAN_TRUSTED_PROXIES=10.0.0.0/8,127.0.0.0/8"})
	if err != nil || c.Partitions != 16 || c.Issuer != "A" || len(c.TrustedProxies) != 2 {
		t.Errorf("got %+v, %v", c, err)
	}
}

func TestWhenLettersAreSentIsASetting(t *testing.T) {
	for _, c := range []struct {
		quiet, digest string
		demo          bool
		from, until   time.Duration
		wrong         bool
	}{
		{"", "07:30", false, 19 * time.Hour, 7 * time.Hour, false},
		{"", "07:30", true, 0, 0, false},
		{"21:30-06:00", "08:00", true, 21*time.Hour + 30*time.Minute, 6 * time.Hour, false},
		{"none", "07:30", false, 0, 0, false},
		{"19-7", "07:30", false, 0, 0, true},
		{"19:00", "07:30", false, 0, 0, true},
		{"", "25:00", false, 0, 0, true},
	} {
		set := Config{QuietHours: c.quiet, DigestAt: c.digest}
		h, err := set.hours(c.demo)
		if (err != nil) != c.wrong || !c.wrong && (h.From != c.from || h.Until != c.until || (h.DayOff == nil) != (c.from == c.until)) {
			t.Errorf("%+v: %+v, %v", c, h, err)
		}
	}
}
