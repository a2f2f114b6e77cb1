package eventsource

import (
	"crypto/sha256"
	"encoding/base64"
	"hash/fnv"
	"strings"
)

// Chain links a fact to its predecessor in the same stream: base64(SHA-256(previous · stream · type · body)),
// each part ended by a zero byte. An edited, dropped or inserted fact breaks every later link of its stream.
func Chain(previous, stream, eventType string, body []byte) string {
	all := make([]byte, 0, 256+len(body))
	for _, part := range []string{previous, stream, eventType} {
		all = append(append(all, part...), 0)
	}
	sum := sha256.Sum256(append(all, body...))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// Partition places a stream: FNV-1a of the owner of its id modulo n. The owner is the id up to the first "_".
func Partition(stream string, n int) int {
	if n <= 1 {
		return 0
	}
	id := stream[strings.LastIndexByte(stream, '.')+1:]
	owner, _, _ := strings.Cut(id, "_")
	h := fnv.New32a()
	h.Write([]byte(owner))
	return int(h.Sum32() % uint32(n)) //nolint:gosec // n is small and positive
}

// ValidStream reports whether a stream name is "service.noun.id" of characters that a subject token may have.
func ValidStream(stream string) bool {
	parts := strings.Split(stream, ".")
	if len(parts) != 3 {
		return false
	}
	for _, p := range parts {
		if p == "" || strings.ContainsAny(p, " \t\r\n*>") {
			return false
		}
	}
	return true
}
