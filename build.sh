#!/usr/bin/env bash
# C -> WebAssembly -> dist/
#
#   ./build.sh          dist/pocketrec.wasm, dist/pocketrec.relaxed.wasm, dist/modules.js and, once npm ci has run, bundles and types
#   ./build.sh tests    also build/NAME_test.wasm and .relaxed.wasm: the C tests
#   ./build.sh bench    also dist/bench.wasm and dist/bench.relaxed.wasm: the kernels with what bench/ measures
#
# Needs Emscripten (3.1.6 or later) and Node, and for the relaxed module clang and wasm-ld 17 or later. On Debian as
# root missing ones are installed.
set -euo pipefail
cd "$(dirname "$0")"

# -ffreestanding         no libc: the module imports nothing
# -ffp-contract=off      a * b + c stays two roundings unless simd.h says otherwise: the same bits everywhere
# -fno-*vectorize, -fno-unroll-loops
#                        kernels are written in vectors already; vectorised and unrolled housekeeping doubles the size.
#                        The level (-O2, -Os) must stand before them: it would undo them
FLAGS=(-std=c11 -Wall -Wextra -Werror -ffreestanding -ffp-contract=off -fno-math-errno -msimd128 -mbulk-memory
    -fno-vectorize -fno-slp-vectorize -fno-unroll-loops)
# Where the time goes: these files are compiled again for relaxed SIMD. Both modules share the object code of the rest,
# which a download that holds both does not pay for twice.
KERNELS=" dense ncf table query kernel simd_test dense_test table_test "
# Where some of it goes: compiled for speed, the rest for size.
FAST="$KERNELS autoencoder topk output convert newton adam ncf_backward prior solve activation candidates features "
STACK=32768

is_debian_root() { [ -f /etc/debian_version ] && [ "$(id -u)" = 0 ]; }

apt_install() {
    echo "build.sh: installing $*"
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

# The newest clang from 17 with a wasm-ld of its own: prints its suffix ("-19", or "" for plain names).
find_clang() {
    local suffix
    for suffix in -22 -21 -20 -19 -18 -17 ""; do
        command -v "clang$suffix" >/dev/null && command -v "wasm-ld$suffix" >/dev/null || continue
        [ "$("clang$suffix" -dumpversion | cut -d. -f1)" -ge 17 ] && echo "$suffix" && return
    done
    return 1
}

need_tools() {
    if ! command -v emcc >/dev/null; then
        is_debian_root && apt_install emscripten || {
            echo "build.sh: emcc is missing. Install Emscripten (Debian: apt-get install emscripten)." >&2
            exit 1
        }
    fi
    if ! find_clang >/dev/null && is_debian_root; then
        apt_install clang-19 lld-19 || echo "build.sh: clang-19 and lld-19 cannot be installed here" >&2
    fi
}

# compile FOLDER SOURCE COMPILER...: FOLDER/NAME.o, once a run
compile() {
    local base object source=$2 level=-Os
    base=$(basename "$source" .c)
    object="$1/$base.o"
    [[ $FAST == *" $base "* ]] && level=-O2
    mkdir -p "$1"
    shift 2
    [ -f "$object" ] || "$@" $level "${FLAGS[@]}" -c "$source" -o "$object"
}

# link NAME.wasm OBJECTS...: memory may grow to all that 32 bits address. Where it can be, both modules are linked by the
# same linker: Emscripten's last step would rewrite what they share, which would cost a download 2 kB.
link() {
    local output=$1 suffix
    shift
    if suffix=$(find_clang); then
        "wasm-ld$suffix" --no-entry --strip-all -O2 --stack-first -z stack-size=$STACK "$@" -o "$output"
    else
        emcc -O1 "$@" -o "$output" --no-entry -sSTANDALONE_WASM -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB \
            -sTOTAL_STACK=$STACK
    fi
}

# build_pair NAME SOURCES...: NAME.wasm and NAME.relaxed.wasm
build_pair() {
    local name=$1 source base suffix simd128=() relaxed=()
    shift
    rm -f "$name.wasm" "$name.relaxed.wasm"
    for source in "$@"; do
        compile build/simd128 "$source" emcc
        simd128+=("build/simd128/$(basename "$source" .c).o")
    done
    link "$name.wasm" "${simd128[@]}"
    suffix=$(find_clang) || return 0
    # Not by Emscripten: 3.1.6 knows only outdated opcodes for relaxed SIMD.
    for source in "$@"; do
        base=$(basename "$source" .c)
        if [[ $KERNELS == *" $base "* ]]; then
            compile build/relaxed "$source" "clang$suffix" --target=wasm32 -mrelaxed-simd
            relaxed+=("build/relaxed/$base.o")
        else
            relaxed+=("build/simd128/$base.o")
        fi
    done
    link "$name.relaxed.wasm" "${relaxed[@]}"
}

for more in "$@"; do
    case $more in
        bench | tests) ;;
        *) sed -n '2,/^$/s/^# \{0,1\}//p' build.sh && exit $([ "$more" = --help ] && echo 0 || echo 2) ;;
    esac
done

need_tools
rm -rf build
mkdir -p dist
echo "tools: $(emcc --version | head -n 1)"
if suffix=$(find_clang); then
    echo "tools: $("clang$suffix" --version | head -n 1)"
else
    echo "build.sh: no clang and wasm-ld of 17 or later: no relaxed SIMD module" >&2
fi
echo "tools: node $(node --version)"

build_pair dist/pocketrec src/*.c wasm/exports.c
for more in "$@"; do
    case $more in
        bench) build_pair dist/bench src/activation.c src/dense.c bench/kernel.c ;;
        tests) for source in tests/native/*_test.c; do build_pair "build/$(basename "$source" .c)" src/*.c "$source"; done ;;
    esac
done
node scripts/inline-modules.js
if [ -d node_modules/esbuild ]; then
    node scripts/bundle.js
    node_modules/.bin/tsc --project tsconfig.json
    # The command line is no module that anybody imports.
    rm -rf dist/types/cli dist/types/convert dist/types/evaluate
else
    echo "build.sh: run npm ci for the bundles and types of the npm package"
fi
node scripts/sizes.js
