package webhook

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// A receiver in Go, as docs/webhooks.md shows it.
func Example() {
	hook, err := standardwebhooks.NewWebhook(secretOne)
	if err != nil {
		panic(err)
	}
	receive := func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			http.Error(w, "body", http.StatusBadRequest)
			return
		}
		if err := hook.Verify(body, r.Header); err != nil {
			http.Error(w, "signature", http.StatusUnauthorized)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}
	for _, secret := range []string{secretOne, secretTwo} {
		req, err := wrap("https://hoc.example", "1-x", typeTest, "w1", time.Now(), &Test{"w1"}).request("https://nhan.example", []string{secret}, time.Now())
		if err != nil {
			panic(err)
		}
		answer := httptest.NewRecorder()
		receive(answer, req)
		fmt.Println(answer.Code)
	}
	// Output:
	// 204
	// 401
}
