#!/bin/sh
# Pins every package with hashes, for all platforms and Python 3.11 and later, with no address of any registry.
# Needs uv; run it from the top of the project after a change of dependencies in pyproject.toml.
set -eu
compile() {
  uv pip compile pyproject.toml --extra build "$@" --universal --python-version 3.11 --fork-strategy fewest \
    --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet
}
compile --output-file requirements.lock
compile --extra test --constraints requirements.lock --output-file requirements-test.lock
