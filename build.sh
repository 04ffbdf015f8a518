#!/usr/bin/env bash
# C -> WebAssembly -> dist/
#
#   ./build.sh          both modules, modules.js and, after npm ci, bundles and types
#   ./build.sh tests    also build/NAME_test.wasm and build/NAME_test.relaxed.wasm: the C tests
#   ./build.sh bench    also dist/bench.wasm and dist/bench.relaxed.wasm: the kernels for bench/
#
# Needs Node 20, and clang and wasm-ld 17 or later. Emscripten 3.1.6 or later also builds, but not
# the relaxed SIMD module. On Debian as root, clang is installed if it is missing.
set -euo pipefail
cd "$(dirname "$0")"
for target in "$@"; do
    [[ $target =~ ^(tests|bench)$ ]] && continue
    sed -n '2,/^$/s/^# \{0,1\}//p' build.sh
    [ "$target" = --help ] && exit 0 || exit 2
done

# 0.2.0 becomes 2000.
VERSION=$(node -p '
    const [major, minor, patch] = require("./package.json").version.match(/\d+/g);
    1e6 * major + 1000 * minor + +patch')
FLAGS=(
    -std=c11 -Wall -Wextra -Werror -DPR_VERSION="$VERSION"
    -msimd128 -mbulk-memory # vectors of 128 bits; memory.copy and memory.fill
    -ffreestanding          # no libc: the module imports nothing
    -fno-math-errno         # sqrt is one instruction
    -ffp-contract=off       # only simd.h fuses multiply and add: the same bits everywhere
    # Kernels are written in vectors; vectorising and unrolling other code doubles the size. -O must
    # come before these: it resets them.
    -fno-vectorize -fno-slp-vectorize -fno-unroll-loops
)
# Compiled again for relaxed SIMD. The two modules share the other objects, so they compress well
# together.
KERNELS=" dense ncf table query kernel simd_test dense_test table_test "
# Compiled for speed (-O2); the rest for size (-Os).
FAST="$KERNELS activation adam autoencoder candidates ncf_backward newton output prior solve topk "

# Prints the newest clang from 17 on that has its wasm-ld: "clang-19", or "clang".
find_clang() {
    local clang
    for clang in clang-{22..17} clang; do
        command -v "$clang" "${clang/clang/wasm-ld}" | [ "$(wc -l)" = 2 ] || continue
        [ "$("$clang" -dumpversion | cut -d. -f1)" -ge 17 ] || continue
        echo "$clang" && return
    done
}
if [ -z "$(find_clang)" ] && [ -f /etc/debian_version ] && [ "$(id -u)" = 0 ]; then
    echo "build.sh: installing clang-19 and lld-19"
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends clang-19 lld-19 \
        >/dev/null || echo "build.sh: they cannot be installed" >&2
fi
clang=$(find_clang)
if [ "$clang" ]; then
    CC=("$clang" --target=wasm32)
    # --stack-first: the stack is below the data, so an overflow traps.
    LINK=("${clang/clang/wasm-ld}" --no-entry --strip-all -O2 --stack-first -z stack-size=32768)
    EXPORT=--export=
elif command -v emcc >/dev/null; then
    echo "build.sh: no clang and wasm-ld from 17 on, so no relaxed SIMD module" >&2
    CC=(emcc)
    # -O1: at higher levels Emscripten renames the exports.
    LINK=(emcc --no-entry -O1 -sSTANDALONE_WASM -sTOTAL_STACK=32768 -sALLOW_MEMORY_GROWTH
        -sMAXIMUM_MEMORY=4GB)
    EXPORT=-Wl,--export=
else
    echo "build.sh: install clang and lld, 17 or later (Debian: clang-19 lld-19)" >&2 && exit 1
fi
echo "tools: $("${CC[0]}" --version | sed -n 1p), node $(node --version)"

# compile FOLDER SOURCE FLAGS...: prints FOLDER/NAME.o, which it makes unless it exists
compile() {
    local name level=-Os
    name=$(basename "$2" .c)
    [[ $FAST == *" $name "* ]] && level=-O2
    mkdir -p "$1"
    echo "$1/$name.o"
    [ -f "$1/$name.o" ] || "${CC[@]}" $level "${FLAGS[@]}" "${@:3}" -c "$2" -o "$1/$name.o"
}

# build_pair NAME SOURCES...: NAME.wasm and, with clang, NAME.relaxed.wasm. They export what C marks
# with export_name and what $EXPORTS lists.
build_pair() {
    local source object simd128=() relaxed=()
    rm -f "$1.wasm" "$1.relaxed.wasm"
    for source in "${@:2}"; do
        object=$(compile build/simd128 "$source")
        simd128+=("$object")
        if [ "$clang" ] && [[ $KERNELS == *" $(basename "$source" .c) "* ]]; then
            object=$(compile build/relaxed "$source" -mrelaxed-simd)
        fi
        relaxed+=("$object")
    done
    "${LINK[@]}" ${EXPORTS:-} "${simd128[@]}" -o "$1.wasm"
    [ -z "$clang" ] || "${LINK[@]}" ${EXPORTS:-} "${relaxed[@]}" -o "$1.relaxed.wasm"
}

rm -rf build
mkdir -p dist
EXPORTS=$(node scripts/exported-functions.js | sed "s/^/$EXPORT/") \
    build_pair dist/pocketrec src/*.c wasm/exports.c
for target in "$@"; do
    case $target in
        bench) build_pair dist/bench src/activation.c src/dense.c bench/kernel.c ;;
        tests) for source in tests/native/*_test.c; do
            build_pair "build/$(basename "$source" .c)" src/*.c "$source"
        done ;;
    esac
done
node scripts/inline-modules.js
if [ -d node_modules/esbuild ]; then
    node scripts/bundle.js
    node_modules/.bin/tsc --project tsconfig.json
    rm -rf dist/types/{cli,convert,evaluate} # the command line is not importable
else
    echo "build.sh: run npm ci for the bundles and types of the npm package"
fi
node scripts/sizes.js
