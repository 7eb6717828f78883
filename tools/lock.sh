#!/usr/bin/env bash
# Resolve the dependencies of pyproject.toml into the two lock files ('make lock').
#
# The extra "documents" is in both: who uses make can read whatever Rhetorica reads.
# Versions already locked are kept while they fit; UPGRADE=yes takes the newest that fit.
# The lock files hold hashes and no addresses: packages come from wherever pip is told to look.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1

find_uv() {
    if [[ -x build/uv/bin/uv ]]; then
        echo build/uv/bin/uv
    elif ! command -v uv; then
        echo "Installing uv, which resolves, into build/uv ..." >&2
        .venv/bin/python -m venv build/uv
        build/uv/bin/pip install --quiet 'uv>=0.13,<0.14' >&2
        echo build/uv/bin/uv
    fi
}

# The build backend is locked too, so that installing the project itself needs no download.
build_requirements() {
    .venv/bin/python -c \
        'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")'
}

# compile FILE WHAT OPTION...: write the lock file FILE, headed by WHAT it is.
compile() {
    local file=$1 what=$2 pins=build/$1
    shift 2
    if [[ -e $file && ${UPGRADE:-} != yes ]]; then cp "$file" "$pins"; else rm -f "$pins"; fi
    build_requirements | "$uv" pip compile pyproject.toml - --output-file "$pins" --quiet \
        --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
        --extra documents \
        --no-header --no-annotate --no-emit-index-url "$@"
    {
        printf '# %s\n# Written by "make lock" from pyproject.toml; not to be edited.\n' "$what"
        printf '# One version of each package for every system and every Python from 3.11.\n'
        cat "$pins"
    } >"$file.partial"
    # A file that would stay the same keeps its time, so that nothing is installed again.
    if cmp -s "$file.partial" "$file"; then rm "$file.partial"; else mv "$file.partial" "$file"; fi
    echo "  $file: $(grep -c '==' "$file") packages"
}

mkdir -p build
uv=$(find_uv)
echo "Resolving ..."
compile requirements.lock "What running Rhetorica needs, all it can read included, and building it."
compile requirements-dev.lock "All of requirements.lock, and what developing Rhetorica needs." \
    --extra dev --extra browser --constraint requirements.lock
