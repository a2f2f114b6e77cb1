#!/bin/sh
# Sees to the programs the tests need and Go cannot fetch: a browser, Node.js with npm, a C compiler (race detector).
# Installs what is missing with apt-get where it may, and says plainly what to do where it may not.
set -eu

missing=
need() { # need <package> <command>…: any one of the commands will do
	package=$1
	shift
	for command in "$@"; do
		if command -v "$command" >/dev/null 2>&1; then return; fi
	done
	missing="$missing $package"
}

need chromium chromium chromium-browser google-chrome google-chrome-stable headless-shell
need nodejs node
need npm npm
need gcc gcc clang cc
need libc6-dev gcc clang cc # comes with a compiler that is already there
[ -n "$missing" ] || exit 0

refuse() {
	echo "The tests need these packages:$missing" >&2
	echo "$1" >&2
	exit 1
}

command -v apt-get >/dev/null 2>&1 || refuse "There is no apt-get here; please install them in this system's own way."
as_root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null 2>&1 || refuse "Please run as root: apt-get install$missing"
	as_root=sudo
fi

echo "Installing$missing" >&2
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of words on purpose
$as_root apt-get update -q >&2 && $as_root apt-get install -q -y --no-install-recommends $missing >&2 ||
	refuse "apt-get could not install them; see its message above."
