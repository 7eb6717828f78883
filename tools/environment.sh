#!/usr/bin/env bash
# Make .venv hold what a lock file says, and the project itself, installed as editable.
#
#     bash tools/environment.sh requirements.lock
#
# The Makefile calls this when a lock file has changed. An installation that was interrupted
# leaves .venv/.unfinished behind; the next call then starts from an empty .venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1

readonly lock=$1
readonly log=.venv/install.log

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Whether the command is a Python 3.11 or later that can make environments. It is run to find
# out: a command of that name may exist and be too old, or only stand in for a missing one.
is_suitable() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' &>/dev/null
}

find_python() {
    local candidate
    if [[ -n ${PYTHON:-} ]]; then
        is_suitable "$PYTHON" ||
            fail "PYTHON=$PYTHON is not a Python 3.11 or later with the modules venv and ensurepip."
        printf '%s' "$PYTHON"
        return
    fi
    for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do
        if is_suitable "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    fail "Rhetorica needs Python 3.11 or later with the modules venv and ensurepip (on Debian" \
        "also the package python3-venv), and found none: install one, or name it, as in" \
        "'make figures PYTHON=/path/to/python3.12'."
}

# Whether .venv is complete, can run, and was made in this folder (its scripts name the folder).
is_usable() {
    [[ ! -e .venv/.unfinished && $(cat .venv/.folder 2>/dev/null) == "$PWD" ]] &&
        is_suitable .venv/bin/python && .venv/bin/python -c 'import pip' &>/dev/null
}

# Begin a new .venv with the Python $1.
make_empty() {
    rm -rf .venv
    mkdir .venv
    touch .venv/.unfinished
    "$1" -m venv .venv &>"$log" || fail_with_log "The environment .venv could not be made"
    printf '%s' "$PWD" >.venv/.folder
}

count_packages() {
    find .venv/lib -maxdepth 3 -name '*.dist-info' | wc -l
}

# While the process $1 lives, say every second how many of $2 packages have been added.
count_installed() {
    local before
    before=$(count_packages)
    while kill -0 "$1" 2>/dev/null; do
        printf '\r\033[K  installed %d of %d packages' $(($(count_packages) - before)) "$2"
        sleep 1
    done
}

# Turn what pip prints into one line that is updated, or, away from a terminal, a few lines.
show_progress() {
    local total=$1 seen=0 line commas ticker=
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        case $line in
        Collecting* | Processing* | Requirement\ already* | Ignoring*)
            seen=$((seen + 1))
            if [[ -t 1 ]]; then
                printf '\r\033[K  found %d of %d packages' "$seen" "$total"
            elif ((seen % 50 == 0)); then
                printf '  found %d of %d packages\n' "$seen" "$total"
            fi
            ;;
        Installing\ collected*)
            commas=${line//[^,]/}
            if [[ -t 1 ]]; then
                count_installed $$ $((${#commas} + 1)) &
                ticker=$!
            else
                printf '  installing %d packages\n' $((${#commas} + 1))
            fi
            ;;
        esac
    done
    if [[ -n $ticker ]]; then
        kill "$ticker" 2>/dev/null || true
    fi
    if [[ -t 1 ]]; then printf '\r\033[K'; fi
}

pip_install() {
    .venv/bin/python -m pip install --no-input --progress-bar off "$@" 2>&1
}

install_lock() {
    : >"$log"
    pip_install --require-hashes -r "$lock" | show_progress "$(grep -c '==' "$lock")" ||
        fail_with_log "The installation from $lock failed"
}

# The project itself; its dependencies and its build backend are among the packages installed.
install_project() {
    pip_install --no-deps --no-build-isolation --editable . >>"$log" ||
        fail_with_log "The packages are installed, but the project itself could not be"
}

fail_with_log() {
    grep -iE '^ *[a-z]*error:' "$log" | tail -n 5 >&2 || true
    fail "$1; $log has the details."
}

trap 'echo; fail "Interrupted; the next call begins anew."' INT
started=$SECONDS
if is_usable; then
    echo "Bringing .venv up to date with $lock ..."
else
    python=$(find_python)
    echo "Setting up .venv from $lock (the first time: about a minute) ..."
    make_empty "$python"
fi
touch .venv/.unfinished
install_lock
rm .venv/.unfinished
install_project
echo "  .venv is ready ($((SECONDS - started)) s)."
