package main

import (
	"encoding/csv"
	"net/http"
	"net/http/httptest"
)

// rawCSV serves a table that lies in memory, written anew for each request.
func rawCSV(table [][]string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		_ = csv.NewWriter(w).WriteAll(table) // the reader has left
	}))
}
