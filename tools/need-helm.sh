#!/bin/sh
# The tests of the chart render it by Helm. Debian has none, so where nothing may be skipped it is built from its Go
# module, whose checksum the Go toolchain proves; elsewhere say what is missing.
set -eu
bin=$(cd "$(dirname "$0")/.." && pwd)/.venv/bin
PATH="$bin:$PATH:/usr/local/go/bin"
command -v helm >/dev/null && exit 0
if [ -n "${CI:-}" ] && command -v go >/dev/null; then
  echo "Building Helm for the tests of the chart, some minutes ..." >&2
  GOBIN="$bin" go install helm.sh/helm/v3/cmd/helm@v3.16.4
  exit 0
fi
echo "No helm found, so the chart is not rendered. https://helm.sh, or with Go: CI=1 sh tools/need-helm.sh" >&2
[ -z "${CI:-}" ]
