#!/usr/bin/env bash
# Checks CITATION.cff against the schema of the Citation File Format, with cffconvert in an environment of its own: it
# needs a jsonschema that JupyterLab cannot work with.
set -euo pipefail
cd "$(dirname "$0")/.."

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q "cffconvert==2.0.0"
"$place/env/bin/cffconvert" --validate --infile CITATION.cff
