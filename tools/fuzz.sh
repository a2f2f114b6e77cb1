#!/usr/bin/env bash
# Runs every fuzz test of the tree for the given time, one after the other: tools/fuzz.sh 20s
set -euo pipefail
cd "$(dirname "$0")/.."
span=${1:?how long each, such as 20s}

count=0
while IFS=: read -r file name; do
	go test "./$(dirname "$file")" -run='^$' -fuzz="^$name\$" -fuzztime="$span"
	count=$((count + 1))
done < <(git ls-files -co --exclude-standard '*_test.go' |
	xargs -r grep -oHE '^func Fuzz[A-Za-z0-9_]*' | sed 's/:func /:/')

if [ "$count" -eq 0 ]; then
	echo "There is no fuzz test in the tree." >&2
	exit 1
fi
echo "$count fuzz tests, $span each: nothing found."
