// Numbers as a weights file or a table stores them, four at a time as floats: IEEE halves, bfloat16
// and the bytes of an int8 table. The only decoding of halves in the core.
#ifndef PR_STORED_H
#define PR_STORED_H

#include "simd.h"

// A table of bytes stores byte k of a row XOR pr_byte_shift(k): every other byte, from the first,
// with 128 added (query_simd.h needs it).
PR_INLINE uint8_t pr_byte_shift(int32_t k) { return k % 2 ? 0 : 0x80; }

#ifdef __wasm_simd128__

// Halves must be finite. All bits of a half move to their positions in a float, the sign by sign
// extension; the multiplication then corrects the exponent, also of subnormals.
PR_INLINE pr_f4 pr_f4_load_half(const void *p) {
    v128_t bits = wasm_v128_and(wasm_i32x4_shl(wasm_i32x4_load16x4(p), 13),
                                wasm_i32x4_splat((int32_t)0x8fffe000));
    return wasm_f32x4_mul(bits, wasm_f32x4_splat(0x1p112f));
}
PR_INLINE pr_f4 pr_f4_load_bfloat(const void *p) {
    return wasm_i32x4_shl(wasm_u32x4_load16x4(p), 16);
}

// Eight halves, and what widening them takes from locals: engines make a constant anew in each
// round of a loop.
typedef v128_t pr_h8;
typedef struct {
    v128_t shift, mask;
} pr_h8_constants;

PR_INLINE pr_h8_constants pr_h8_ready(void) {
    int32_t shift = 1 << 13, mask = (int32_t)0x8fffe000;
    __asm__("" : "+r"(shift), "+r"(mask)); // so that the compiler knows no constant
    return (pr_h8_constants){ wasm_i32x4_splat(shift), wasm_i32x4_splat(mask) };
}
PR_INLINE pr_h8 pr_h8_load(const void *p) { return wasm_v128_load(p); }
// Four halves, then zeros.
PR_INLINE pr_h8 pr_h8_load_four(const void *p) { return wasm_v128_load64_zero(p); }
// two = 2^-112 times the halves at even places, and at odd ones. A multiplication brings the lower
// half of a lane to its position and extends its sign: the other half is multiplied with 0.
PR_INLINE void pr_h8_widen(pr_h8 h, pr_h8_constants with, pr_f4 two[2]) {
    two[0] = wasm_v128_and(wasm_i32x4_dot_i16x8(h, with.shift), with.mask);
    two[1] = wasm_v128_and(wasm_i32x4_shr(h, 3), with.mask);
}
// two = the bfloats at even places, and at odd ones.
PR_INLINE void pr_h8_widen_bfloat(pr_h8 h, pr_f4 two[2]) {
    two[0] = wasm_i32x4_shl(h, 16);
    two[1] = wasm_v128_and(h, wasm_i32x4_splat((int32_t)0xffff0000));
}

// Bytes are brought to 0 .. 255 and become the low bits of a float of 2^23, which is subtracted
// again: exact, and unlike a conversion of extended lanes it stays in vectors in today's compilers.
PR_INLINE pr_f4 pr_f4_from_shifted_(v128_t lanes) {
    return wasm_f32x4_sub(wasm_v128_or(lanes, wasm_i32x4_splat(0x4b000000)),
                          wasm_f32x4_splat(8388608.0f + 128));
}
PR_INLINE pr_f4 pr_f4_load_byte(const void *p) {
    v128_t bytes = wasm_v128_xor(wasm_v128_load32_zero(p), wasm_i16x8_splat((int16_t)0x8000));
    return pr_f4_from_shifted_(wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(bytes)));
}
// Sixteen bytes at once.
PR_INLINE void pr_f4_load_bytes(const void *p, pr_f4 four[4]) {
    v128_t bytes = wasm_v128_xor(wasm_v128_load(p), wasm_i16x8_splat((int16_t)0x8000));
    v128_t low = wasm_u16x8_extend_low_u8x16(bytes), high = wasm_u16x8_extend_high_u8x16(bytes);
    four[0] = pr_f4_from_shifted_(wasm_u32x4_extend_low_u16x8(low));
    four[1] = pr_f4_from_shifted_(wasm_u32x4_extend_high_u16x8(low));
    four[2] = pr_f4_from_shifted_(wasm_u32x4_extend_low_u16x8(high));
    four[3] = pr_f4_from_shifted_(wasm_u32x4_extend_high_u16x8(high));
}

#else

PR_INLINE pr_f4 pr_f4_load_half(const void *p) {
    const uint16_t *half = p;
    PR_EACH_LANE(pr_float_of_bits((uint32_t)(half[i] & 0x7fff) << 13) * 0x1p112f *
                 (half[i] & 0x8000 ? -1.0f : 1.0f));
}
PR_INLINE pr_f4 pr_f4_load_bfloat(const void *p) {
    PR_EACH_LANE(pr_float_of_bits((uint32_t)((const uint16_t *)p)[i] << 16));
}

typedef struct {
    uint16_t half[8];
} pr_h8;
typedef struct {
    char none;
} pr_h8_constants;

PR_INLINE pr_h8_constants pr_h8_ready(void) { return (pr_h8_constants){ 0 }; }
PR_INLINE pr_h8 pr_h8_load(const void *p) {
    pr_h8 h;
    __builtin_memcpy(&h, p, sizeof h);
    return h;
}
PR_INLINE pr_h8 pr_h8_load_four(const void *p) {
    pr_h8 h = { { 0 } };
    __builtin_memcpy(&h, p, sizeof h / 2);
    return h;
}
PR_INLINE void pr_h8_widen(pr_h8 h, pr_h8_constants with, pr_f4 two[2]) {
    (void)with;
    for (int i = 0; i < 8; i++)
        two[i % 2].lane[i / 2] = pr_float_of_bits((uint32_t)(h.half[i] & 0x8000) << 16 |
                                                  (uint32_t)(h.half[i] & 0x7fff) << 13);
}
PR_INLINE void pr_h8_widen_bfloat(pr_h8 h, pr_f4 two[2]) {
    for (int i = 0; i < 8; i++)
        two[i % 2].lane[i / 2] = pr_float_of_bits((uint32_t)h.half[i] << 16);
}

PR_INLINE int32_t pr_byte_(const void *p, int32_t k) {
    return (int8_t)(((const uint8_t *)p)[k] ^ pr_byte_shift(k));
}
PR_INLINE pr_f4 pr_f4_load_byte(const void *p) { PR_EACH_LANE((float)pr_byte_(p, i)); }
PR_INLINE void pr_f4_load_bytes(const void *p, pr_f4 four[4]) {
    for (int i = 0; i < 4; i++) four[i] = pr_f4_load_byte((const int8_t *)p + 4 * i);
}
#endif

#endif
