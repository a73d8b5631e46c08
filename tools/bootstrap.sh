#!/bin/sh
# Put uv (pinned) into .venv/uv. Needs Python 3.11 or newer and its venv module.
set -eu
version=$1
python=""
for candidate in "${PYTHON:-}" python3.11 python3.12 python3.13 python3; do
  [ -n "$candidate" ] || continue
  if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "Sealane needs Python 3.11 or newer. Install it (Debian: apt-get install python3 python3-venv) or set PYTHON." >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q && apt-get install -y -q python3-venv
  else
    echo "Python's venv module is missing. Debian: apt-get install python3-venv" >&2
    exit 1
  fi
fi
mkdir -p .venv
"$python" -m venv .venv/uv
.venv/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$version"
.venv/uv/bin/uv venv --quiet --allow-existing --python "$python" .venv
