// Vector operations on 16-bit integers: eight of them are two numbers of four rows side by side.
// One definition per backend, with the same results.
#ifndef PR_SIMD16_H
#define PR_SIMD16_H

#include "simd.h"

// 1.5 * 2^23: a float of at most 2^15 in size that is added to it is rounded, and its lowest 16
// bits are that integer.
#define PR_ROUNDER 12582912.0f

#ifdef __wasm_simd128__

typedef v128_t pr_q8; // (4 rows, 2)
typedef v128_t pr_s4; // four int32 sums

// The pair at p for all four rows.
PR_INLINE pr_q8 pr_q8_load_pair(const int16_t *p) { return wasm_v128_load32_splat(p); }
PR_INLINE pr_q8 pr_q8_load(const void *p) { return wasm_v128_load(p); }
PR_INLINE void pr_q8_store(int16_t *p, pr_q8 a) { wasm_v128_store(p, a); }
// The first numbers of four rows and the second ones, rounded.
PR_INLINE pr_q8 pr_q8_round(pr_f4 first, pr_f4 second) {
    v128_t rounder = wasm_f32x4_splat(PR_ROUNDER);
    v128_t low = wasm_f32x4_add(first, rounder),
           high = wasm_i32x4_shl(wasm_f32x4_add(second, rounder), 16);
    return wasm_i16x8_shuffle(low, high, 0, 9, 2, 11, 4, 13, 6, 15);
}
// The larger of |a| and size, lane by lane; infinity and NaN are the largest.
PR_INLINE pr_f4 pr_f4_max_size(pr_f4 a, pr_f4 size) { return wasm_i32x4_max(pr_f4_abs(a), size); }
// Of each number its high byte, signed.
PR_INLINE pr_q8 pr_q8_high(pr_q8 a) { return wasm_i16x8_shr(a, 8); }
PR_INLINE pr_s4 pr_s4_zero(void) { return wasm_i32x4_splat(0); }
// sum + the products of each row's pairs
PR_INLINE pr_s4 pr_s4_dot(pr_q8 a, pr_q8 b, pr_s4 sum) {
    return wasm_i32x4_add(sum, wasm_i32x4_dot_i16x8(a, b));
}
// The sums of the lanes of a[0] .. a[3], less a number.
PR_INLINE pr_s4 pr_s4_sum4(const pr_s4 a[4], int32_t less) {
    v128_t ab = wasm_i32x4_add(wasm_i32x4_shuffle(a[0], a[1], 0, 2, 4, 6),
                               wasm_i32x4_shuffle(a[0], a[1], 1, 3, 5, 7));
    v128_t cd = wasm_i32x4_add(wasm_i32x4_shuffle(a[2], a[3], 0, 2, 4, 6),
                               wasm_i32x4_shuffle(a[2], a[3], 1, 3, 5, 7));
    return wasm_i32x4_sub(wasm_i32x4_add(wasm_i32x4_shuffle(ab, cd, 0, 2, 4, 6),
                                         wasm_i32x4_shuffle(ab, cd, 1, 3, 5, 7)),
                          wasm_i32x4_splat(less));
}
PR_INLINE pr_f4 pr_s4_to_f4(pr_s4 a) { return wasm_f32x4_convert_i32x4(a); }

#else

typedef struct {
    int16_t lane[8];
} pr_q8;
typedef struct {
    int32_t lane[4];
} pr_s4;

PR_INLINE pr_q8 pr_q8_load(const void *p) {
    pr_q8 r;
    __builtin_memcpy(&r, p, sizeof r);
    return r;
}
PR_INLINE pr_q8 pr_q8_load_pair(const int16_t *p) {
    pr_q8 r;
    for (int i = 0; i < 8; i++) r.lane[i] = p[i % 2];
    return r;
}
PR_INLINE void pr_q8_store(int16_t *p, pr_q8 a) { __builtin_memcpy(p, &a, sizeof a); }
PR_INLINE int16_t pr_round_(float x) {
    float sum = x + PR_ROUNDER;
    uint32_t bits;
    __builtin_memcpy(&bits, &sum, sizeof bits);
    return (int16_t)(bits & 0xffff);
}
PR_INLINE pr_q8 pr_q8_round(pr_f4 first, pr_f4 second) {
    pr_q8 r;
    for (int i = 0; i < 8; i++)
        r.lane[i] = pr_round_(i % 2 ? second.lane[i / 2] : first.lane[i / 2]);
    return r;
}
PR_INLINE float pr_max_size_(float a, float size) { return size >= a || size != size ? size : a; }
PR_INLINE pr_f4 pr_f4_max_size(pr_f4 a, pr_f4 size) {
    PR_EACH_LANE(pr_max_size_(__builtin_fabsf(a.lane[i]), size.lane[i]));
}
PR_INLINE pr_q8 pr_q8_high(pr_q8 a) {
    for (int i = 0; i < 8; i++) a.lane[i] = (int16_t)(a.lane[i] >> 8);
    return a;
}
PR_INLINE pr_s4 pr_s4_zero(void) { return (pr_s4){ { 0 } }; }
PR_INLINE pr_s4 pr_s4_dot(pr_q8 a, pr_q8 b, pr_s4 sum) {
    // Unsigned: of a sum that ends within 32 bits, parts may be larger.
    for (int i = 0; i < 8; i++)
        sum.lane[i / 2] = (int32_t)((uint32_t)sum.lane[i / 2] + (uint32_t)(a.lane[i] * b.lane[i]));
    return sum;
}
PR_INLINE pr_s4 pr_s4_sum4(const pr_s4 a[4], int32_t less) {
    pr_s4 r;
    for (int i = 0; i < 4; i++) {
        uint32_t sum = 0;
        for (int j = 0; j < 4; j++) sum += (uint32_t)a[i].lane[j];
        r.lane[i] = (int32_t)(sum - (uint32_t)less);
    }
    return r;
}
PR_INLINE pr_f4 pr_s4_to_f4(pr_s4 a) { PR_EACH_LANE((float)a.lane[i]); }

#endif

#endif
