package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
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
