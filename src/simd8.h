// Vector operations on 8-bit integers: sixteen of them are four numbers of four rows side by side.
// Relaxed SIMD, and plain C with the same results, have them.
#ifndef PR_SIMD8_H
#define PR_SIMD8_H

#include "simd16.h"

#ifdef __wasm_relaxed_simd__
#define PR_HAS_DOT8

typedef v128_t pr_b16; // (4 rows, 4)

PR_INLINE pr_b16 pr_b16_load(const uint8_t *p) { return wasm_v128_load(p); }
// The four bytes at p for all four rows.
PR_INLINE pr_b16 pr_b16_load_four(const int8_t *p) { return wasm_v128_load32_splat(p); }
PR_INLINE void pr_b16_store(uint8_t *p, pr_b16 a) { wasm_v128_store(p, a); }
// The four numbers of each row, 0 to 255, rounded. The bits of a sum with PR_ROUNDER are those of
// PR_ROUNDER and the number: the former are subtracted again.
PR_INLINE pr_b16 pr_b16_round(const pr_f4 four[4]) {
    v128_t rounder = wasm_f32x4_splat(PR_ROUNDER), bits[4];
    for (int j = 0; j < 4; j++) bits[j] = wasm_f32x4_add(four[j], rounder);
    v128_t low = wasm_i32x4_add(bits[0], wasm_i32x4_shl(bits[1], 8)),
           high = wasm_i32x4_add(bits[2], wasm_i32x4_shl(bits[3], 8));
    // 0x4b400000 (1 + 2^8 + 2^16 + 2^24) modulo 2^32
    return wasm_i32x4_sub(wasm_i32x4_add(low, wasm_i32x4_shl(high, 16)),
                          wasm_i32x4_splat((int32_t)0x8b400000));
}
// sum + the products of each row's eight numbers, four of x (0 to 63) and of w (-127 to 127) at a
// time: the sums of four products fit in 16 bits.
PR_INLINE pr_s4 pr_s4_dot8(const pr_b16 x[2], const pr_b16 w[2], pr_s4 sum) {
    v128_t four = wasm_i16x8_add(wasm_i16x8_relaxed_dot_i8x16_i7x16(w[0], x[0]),
                                 wasm_i16x8_relaxed_dot_i8x16_i7x16(w[1], x[1]));
    return wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(four, wasm_i16x8_splat(1)));
}

#elif !defined(__wasm_simd128__)
#define PR_HAS_DOT8

typedef struct {
    uint8_t lane[16];
} pr_b16;

PR_INLINE pr_b16 pr_b16_load(const uint8_t *p) {
    pr_b16 r;
    __builtin_memcpy(&r, p, sizeof r);
    return r;
}
PR_INLINE pr_b16 pr_b16_load_four(const int8_t *p) {
    pr_b16 r;
    for (int i = 0; i < 16; i++) r.lane[i] = (uint8_t)p[i % 4];
    return r;
}
PR_INLINE void pr_b16_store(uint8_t *p, pr_b16 a) { __builtin_memcpy(p, &a, sizeof a); }
PR_INLINE pr_b16 pr_b16_round(const pr_f4 four[4]) {
    pr_b16 r;
    for (int i = 0; i < 16; i++) r.lane[i] = (uint8_t)pr_round_(four[i % 4].lane[i / 4]);
    return r;
}
PR_INLINE pr_s4 pr_s4_dot8(const pr_b16 x[2], const pr_b16 w[2], pr_s4 sum) {
    for (int half = 0; half < 2; half++)
        for (int i = 0; i < 16; i++) sum.lane[i / 4] += x[half].lane[i] * (int8_t)w[half].lane[i];
    return sum;
}

#endif

#endif
