#!/usr/bin/env bash
# Installs the software that only tests use: NeuroKit2, R with its packages for mixed models, PostgreSQL, nginx, Caddy,
# libfaketime.
set -euo pipefail
cd "$(dirname "$0")/.."

.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-signals.lock

if command -v dpkg-query >/dev/null; then
  exec scripts/packages.sh r-base-core r-cran-lme4 r-cran-lmertest r-cran-emmeans r-cran-pbkrtest \
    r-cran-jsonlite postgresql nginx caddy openssl libfaketime
fi
cat <<'TEXT'
This is not Debian or Ubuntu. Tests that need any of the following are skipped if it is missing, and counted in the
last line of the test run:
  R (Rscript on the PATH) with   install.packages(c("lme4", "lmerTest", "emmeans", "pbkrtest", "jsonlite"))
  PostgreSQL 13 or newer         initdb and postgres on the PATH
  nginx, Caddy 2, OpenSSL        nginx, caddy and openssl on the PATH
  libfaketime                    only on Linux, in /usr/lib/*/faketime
On macOS with Homebrew:  brew install r postgresql@16 nginx caddy openssl
TEXT
