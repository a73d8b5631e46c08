#!/bin/sh
# The Spark tests run a real local cluster, which needs Java; install Debian's where that is allowed, else say so.
set -eu
command -v java >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Java for the Spark tests ..." >&2
  apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends default-jre-headless >/dev/null
  exit 0
fi
echo "No Java found, so the Spark tests cannot run. Debian: apt-get install default-jre-headless" >&2
[ -z "${CI:-}" ]
