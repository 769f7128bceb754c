#!/usr/bin/env bash
# Checks datapackage.json and ro-crate-metadata.json of folders of outputs (outputs/ where none is named) with the tools
# of both standards, in an environment of their own. Needs a package index and no other network: the validator's copy of
# the RO-Crate context is the one that rocrate 0.13 carries, which is that of RO-Crate 1.1.
set -euo pipefail

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python3 -m venv "$place/env"
"$place/env/bin/pip" install -q "frictionless==5.21.0" "roc-validator==0.13.0" "rocrate==0.13.0"

"$place/env/bin/python" - "$place/contexts" <<'PYTHON'
import sys
from importlib import resources

import requests
import urllib3
from requests_cache import CachedSession

CONTEXT = "https://w3id.org/ro/crate/1.1/context"


class Bundled(requests.adapters.HTTPAdapter):
    def send(self, request, **options):
        body = (resources.files("rocrate") / "data" / "ro-crate.jsonld").open("rb")
        kind = {"Content-Type": "application/ld+json"}
        return self.build_response(request, urllib3.HTTPResponse(body, kind, status=200, preload_content=False))


session = CachedSession(sys.argv[1], backend="sqlite", expire_after=-1)
session.mount(CONTEXT, Bundled())
assert session.get(CONTEXT).json()["@id"] == CONTEXT, "rocrate carries the context of another version"
PYTHON

for folder in "${@:-outputs}"; do
  echo "## $folder: Data Package"
  (cd "$folder" && "$place/env/bin/frictionless" validate datapackage.json)
  "$place/env/bin/python" - "$folder" <<'PYTHON'
import sys
from pathlib import Path

from frictionless import Package

folder = Path(sys.argv[1])
package = Package(folder / "datapackage.json")
described = {resource.path for resource in package.resources}
# A table without columns is a lone line end.
there = {path.relative_to(folder).as_posix() for path in folder.glob("*/*.csv") if path.stat().st_size > 1}
assert described == there, f"described or there, but not both: {sorted(described ^ there)}"
rows = sum(len(resource.read_rows()) for resource in package.resources)
print(f"{len(described)} tables with {rows:,} rows read")
PYTHON
  echo "## $folder: RO-Crate"
  "$place/env/bin/rocrate-validator" -y validate --offline --cache-path "$place/contexts" --no-paging -v \
    --profile-identifier process-run-crate --requirement-severity required "$folder"
  "$place/env/bin/python" -W error -c 'import sys; from rocrate.rocrate import ROCrate as read
crate = read(sys.argv[1])
print(f"{len(crate.data_entities)} files and {len(crate.contextual_entities)} other entities read")' "$folder"
done
