#!/usr/bin/env bash
# C -> WebAssembly -> dist/
#
#   ./build.sh          the modules, modules.js and, after npm ci, bundles and types
#   ./build.sh tests    also build/NAME_test.wasm and build/NAME_test.relaxed.wasm: the C tests
#   ./build.sh bench    also dist/bench.wasm and dist/bench.relaxed.wasm: the kernels for bench/
#
# Needs Node 20 and Emscripten 3.1.6 or later; the relaxed module also needs clang and wasm-ld 17
# or later. On Debian as root, missing compilers are installed.
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
    -std=c11 -Wall -Wextra -Werror
    -ffreestanding    # no libc: the module imports nothing
    -fno-math-errno   # sqrt is one instruction
    -ffp-contract=off # only simd.h fuses a multiplication and an addition: reproducible bits
    -msimd128 -mbulk-memory
    -DPR_VERSION="$VERSION"
    # Kernels are written in vectors; vectorising and unrolling other code doubles the size. -O must
    # come before these: it resets them.
    -fno-vectorize -fno-slp-vectorize -fno-unroll-loops
)
STACK=32768
# Compiled twice, without and with relaxed SIMD, by the same compiler, and linked last. The two
# modules share the other objects, so they compress well together. In this order: functions that one
# module alone has come last, and all others have the same numbers in both, which calls hold.
KERNELS=" dense ncf query table kernel simd_test dense_test dense8_test table_test "
KERNELS+="table_many ncf_estimate dense8 "
# Compiled for speed (-O2); the rest for size (-Os), also where loops are written in vectors: those
# stay the same.
FAST="$KERNELS candidates inverse output prior dense16 topk "
# Kernels that are as fast when compiled for size.
SMALL=" ncf_estimate dense "
# Functions are copied into their callers only where C marks them so: all that matter for speed are.
APART=" ncf table_many prior "
# Compiled for the least size: it runs once.
LEAST=" unpack "

# apt_install PACKAGES...: on Debian as root, else fails
apt_install() {
    command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
    echo "build.sh: installing $*"
    apt-get update -q >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

# Prints the newest clang from 17 on that has its wasm-ld: "clang-19", or "clang".
find_clang() {
    local clang
    for clang in clang-{22..17} clang; do
        command -v "$clang" "${clang/clang/wasm-ld}" | [ "$(wc -l)" = 2 ] || continue
        [ "$("$clang" -dumpversion | cut -d. -f1)" -ge 17 ] && echo "$clang" && return
    done
}

# compile FOLDER SOURCE COMPILER...: FOLDER/NAME.o, unless it exists
compile() {
    local name level=-Os
    name=$(basename "$2" .c)
    [[ $FAST == *" $name "* && $SMALL != *" $name "* ]] && level=-O2
    [[ $APART != *" $name "* ]] || level+=" -mllvm -inline-threshold=0"
    [[ $LEAST != *" $name "* ]] || level=-Oz
    mkdir -p "$1"
    [ -f "$1/$name.o" ] || "${@:3}" $level "${FLAGS[@]}" -c "$2" -o "$1/$name.o"
}

# link NAME.wasm OBJECTS...: exports the functions of $EXPORTS and those that C marks with
# export_name. wasm-ld is preferred: Emscripten's last step rewrites the code that the modules
# share, and a download grows by 2 kB.
link() {
    if [ "$clang" ]; then
        # --stack-first: the stack is below the data, so an overflow traps.
        "${clang/clang/wasm-ld}" --no-entry --strip-all -O2 --compress-relocations --stack-first \
            -z stack-size=$STACK ${EXPORTS:+${EXPORTS//pr_/--export=pr_}} "${@:2}" -o "$1"
    else
        # -O1: at higher levels Emscripten renames the exports.
        emcc --no-entry -O1 -sSTANDALONE_WASM -sTOTAL_STACK=$STACK -sINITIAL_MEMORY=131072 \
            -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=4GB \
            ${EXPORTS:+${EXPORTS//pr_/-Wl,--export=pr_}} "${@:2}" -o "$1"
    fi
}

# build_pair NAME SOURCES...: NAME.wasm and, with clang, NAME.relaxed.wasm
build_pair() {
    local source name shared=() simd128=() relaxed=()
    rm -f "$1.wasm" "$1.relaxed.wasm"
    for source in "${@:2}"; do
        name=$(basename "$source" .c)
        if [ "$clang" ] && [[ $KERNELS == *" $name "* ]]; then
            # By clang: Emscripten 3.1.6 has outdated opcodes for relaxed SIMD.
            compile build/kernels "$source" "$clang" --target=wasm32
            compile build/relaxed "$source" "$clang" --target=wasm32 -mrelaxed-simd
        else
            compile build/shared "$source" emcc
            shared+=("build/shared/$name.o")
        fi
    done
    for name in ${clang:+$KERNELS}; do
        [[ " ${*:2} " == *"/$name.c "* ]] || continue
        simd128+=("build/kernels/$name.o")
        relaxed+=("build/relaxed/$name.o")
    done
    link "$1.wasm" "${shared[@]}" ${simd128[*]-}
    [ -z "$clang" ] || link "$1.relaxed.wasm" "${shared[@]}" "${relaxed[@]}"
}

command -v emcc >/dev/null || apt_install emscripten ||
    { echo "build.sh: install Emscripten (Debian: apt-get install emscripten)" >&2 && exit 1; }
[ "$(find_clang)" ] || apt_install clang-19 lld-19 ||
    echo "build.sh: no clang and wasm-ld from 17 on, so no relaxed SIMD module" >&2
clang=$(find_clang)
echo "tools: $(emcc --version | sed -n 1p)"
[ -z "$clang" ] || echo "tools: $("$clang" --version | sed -n 1p)"
echo "tools: node $(node --version)"

rm -rf build
mkdir -p dist
EXPORTS=$(node scripts/exported-functions.js) build_pair dist/pocketrec src/*.c wasm/exports.c
# What `npx pocketrec-cli train` computes with: inlined into the command line, not part of the core.
EXPORTS="pr_inverse_begin pr_inverse_add pr_inverse_pivot pr_inverse_update pr_inverse_diagonal
    pr_inverse_add_rows" build_pair build/train src/train/*.c wasm/train.c
# What unpacks modules from their text: inlined into the core.
EXPORTS="" build_pair build/unpack wasm/unpack.c
for target in "$@"; do
    case $target in
        bench) build_pair dist/bench src/{activation,arena,dense,dense8,dense16,math,rounding}.c \
            bench/kernel.c ;;
        tests) for source in tests/native/*_test.c; do
            build_pair "build/$(basename "$source" .c)" src/*.c src/train/*.c "$source"
        done ;;
    esac
done
node scripts/inline-modules.js
if [ -d node_modules/esbuild ]; then
    node scripts/bundle.js
    node scripts/bundle-cli.js
    node_modules/.bin/tsc --project tsconfig.json
    node scripts/types.js
    node_modules/.bin/tsc --project cli/tsconfig.json # checks alone: nothing of it is imported
else
    echo "build.sh: run npm ci for the bundles and types of the npm package"
fi
node scripts/sizes.js
