# shellcheck shell=bash
# What the scripts share: where the checkout is, how many jobs fit, how to say something, how to build a preset quietly.
# Sourced, never run. Everything here writes to stderr, so that a script's stdout stays its own.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# What a build of the binary reads. Folders count too: a file added or removed changes its folder's time.
readonly sources=(CMakeLists.txt CMakePresets.json cmake proxy certs rules)

say() { printf '%s\n' "$*" >&2; }
die() { say "$1"; exit "${2:-1}"; }

# One job a core, but only one a GB of memory: a file that uses Asio takes the compiler several hundred MB.
job_count() {
  local cores gb
  cores=$(nproc)
  gb=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
  (( gb >= 1 )) || gb=1
  echo $(( cores < gb ? cores : gb ))
}

# quietly LOG COMMAND...: the output goes to LOG; its end is shown if the command fails. On a terminal the output of a
# build is worth watching, so there it is shown as it comes.
quietly() {
  local log=$1 status=0
  shift
  mkdir -p "$(dirname "$log")"
  if [[ -t 2 && ${TELLTALE_SHOW:-} == 1 ]]; then
    "$@" >&2
    return
  fi
  "$@" >"$log" 2>&1 || status=$?
  if (( status != 0 )); then
    say "failed ($status): $*"
    tail -n 40 "$log" >&2
    say "the whole output is in ${log#"$root"/}"
  fi
  return "$status"
}

# build PRESET [CONFIGURE_OPTION...] -- [TARGET...]: configures where that was not done yet (ninja does it again by
# itself when a CMakeLists.txt changes) and builds the targets, or everything.
build() {
  local preset=$1 options=() targets=()
  shift
  while (( $# > 0 )) && [[ $1 != -- ]]; do options+=("$1"); shift; done
  (( $# == 0 )) || shift
  (( $# == 0 )) || targets=(--target "$@")
  local folder=$root/build/$preset
  if [[ ! -f $folder/build.ninja ]]; then
    quietly "$folder/configure.log" cmake -S "$root" --preset "$preset" ${options[@]+"${options[@]}"} || return
  fi
  quietly "$folder/build.log" cmake --build "$folder" -j "$(job_count)" ${targets[@]+"${targets[@]}"}
}

# build_release: the binary people use, in build/release. A second call with nothing changed costs one `find`, because
# even a ninja that has nothing to do reads the whole build first. Warnings are not errors here: that is the suite's
# business, and another compiler has other warnings.
build_release() {
  local stamp=$root/build/release/.built binary=$root/build/release/proxy/app/telltale
  cd "$root"
  if [[ -x $binary && -f $stamp ]]; then
    local there=() source
    for source in "${sources[@]}"; do [[ ! -e $source ]] || there+=("$source"); done
    [[ -n $(find "${there[@]}" -newer "$stamp" -print -quit) ]] || return 0
  fi
  "$root/scripts/setup" build || return
  mkdir -p build/release
  # The stamp is as old as the start of the build: what is edited while it runs is built again next time.
  touch build/release/.building
  [[ -x $binary ]] || say "building telltale (release, $(job_count) jobs); this takes some minutes the first time"
  TELLTALE_SHOW=1 build release -DTELLTALE_TESTS=OFF -DTELLTALE_WERROR=OFF -- telltale || return
  mv build/release/.building "$stamp"
}
