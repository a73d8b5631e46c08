#!/bin/sh
# The PKCS#11 tests run a real token, SoftHSM; install Debian's where that is allowed, else say what is missing.
set -eu
command -v softhsm2-util >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "Installing SoftHSM for the tests of PKCS#11 ..." >&2
  apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends softhsm2 >/dev/null
  exit 0
fi
echo "No softhsm2-util found, so the tests of PKCS#11 are skipped. Debian: apt-get install softhsm2" >&2
[ -z "${CI:-}" ]
