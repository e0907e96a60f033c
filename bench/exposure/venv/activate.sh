#!/bin/bash
set -euo pipefail
# shellcheck disable=SC1091
. /venv/bin/activate
cd "$(dirname "$0")"
if [ "$#" -eq 0 ]; then
  set -- uvicorn store.main:app --host 127.0.0.1 --port "${PORT:-8000}"
fi
exec "$@"
