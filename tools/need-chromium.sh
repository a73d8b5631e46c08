#!/bin/sh
# The browser tests run a real Chromium; install Debian's where that is allowed, else say what is missing.
set -eu
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing Chromium for the browser tests ..." >&2
  apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends chromium >/dev/null
  exit 0
fi
echo "No Chromium found, so the browser tests cannot run. Debian: apt-get install chromium" >&2
[ -z "${CI:-}" ]
