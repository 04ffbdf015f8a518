// The vector operations that every kernel is written in: four floats at a time, three backends.
//
//   __wasm_relaxed_simd__   WebAssembly SIMD with fused multiply-add, chosen where it validates
//   __wasm_simd128__        WebAssembly SIMD, the same bits on every engine and processor
//   otherwise               plain C: the reference, run natively under sanitizers and debuggers
//
// Kernels use only the names below. A new backend writes these functions once more, and those of
// stored.h and query_simd.h.
#ifndef PR_SIMD_H
#define PR_SIMD_H

#include <stdint.h>

#define PR_INLINE static inline __attribute__((always_inline))

#ifdef __wasm_simd128__

#include <wasm_simd128.h>

typedef v128_t pr_f4;

PR_INLINE pr_f4 pr_f4_set1(float x) { return wasm_f32x4_splat(x); }
PR_INLINE pr_f4 pr_f4_load(const float *p) { return wasm_v128_load(p); }
PR_INLINE pr_f4 pr_f4_load1(const float *p) { return wasm_v128_load32_splat(p); }
PR_INLINE void pr_f4_store(float *p, pr_f4 a) { wasm_v128_store(p, a); }
PR_INLINE pr_f4 pr_f4_add(pr_f4 a, pr_f4 b) { return wasm_f32x4_add(a, b); }
PR_INLINE pr_f4 pr_f4_sub(pr_f4 a, pr_f4 b) { return wasm_f32x4_sub(a, b); }
PR_INLINE pr_f4 pr_f4_mul(pr_f4 a, pr_f4 b) { return wasm_f32x4_mul(a, b); }
PR_INLINE pr_f4 pr_f4_div(pr_f4 a, pr_f4 b) { return wasm_f32x4_div(a, b); }
// a * b + c; one rounding where the backend has it, else two.
#ifdef __wasm_relaxed_simd__
PR_INLINE pr_f4 pr_f4_fma(pr_f4 a, pr_f4 b, pr_f4 c) { return wasm_f32x4_relaxed_madd(a, b, c); }
#else
PR_INLINE pr_f4 pr_f4_fma(pr_f4 a, pr_f4 b, pr_f4 c) {
    return wasm_f32x4_add(wasm_f32x4_mul(a, b), c);
}
#endif
// a < b ? b : a and b < a ? b : a, lane by lane: a NaN in a stays. One x86 instruction, unlike
// f32x4.max.
PR_INLINE pr_f4 pr_f4_max(pr_f4 a, pr_f4 b) { return wasm_f32x4_pmax(a, b); }
PR_INLINE pr_f4 pr_f4_min(pr_f4 a, pr_f4 b) { return wasm_f32x4_pmin(a, b); }
PR_INLINE pr_f4 pr_f4_abs(pr_f4 a) { return wasm_f32x4_abs(a); }
PR_INLINE pr_f4 pr_f4_nearest(pr_f4 a) { return wasm_f32x4_nearest(a); }
// a < b ? yes : no, lane by lane.
PR_INLINE pr_f4 pr_f4_select_less(pr_f4 a, pr_f4 b, pr_f4 yes, pr_f4 no) {
    return wasm_v128_bitselect(yes, no, wasm_f32x4_lt(a, b));
}
// 2^n for integers n from -126 to 127.
PR_INLINE pr_f4 pr_f4_power2(pr_f4 n) {
    return wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127)), 23);
}
// The sums of the lanes of a, b, c and d, each as (lane 0 + lane 1) + (lane 2 + lane 3).
PR_INLINE pr_f4 pr_f4_sum4(pr_f4 a, pr_f4 b, pr_f4 c, pr_f4 d) {
    pr_f4 ab =
        wasm_f32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
    pr_f4 cd =
        wasm_f32x4_add(wasm_i32x4_shuffle(c, d, 0, 2, 4, 6), wasm_i32x4_shuffle(c, d, 1, 3, 5, 7));
    return wasm_f32x4_add(wasm_i32x4_shuffle(ab, cd, 0, 2, 4, 6),
                          wasm_i32x4_shuffle(ab, cd, 1, 3, 5, 7));
}
// two = lanes 0 and 2 of a, then of b; lanes 1 and 3 of a, then of b.
PR_INLINE void pr_f4_split(pr_f4 a, pr_f4 b, pr_f4 two[2]) {
    two[0] = wasm_i32x4_shuffle(a, b, 0, 2, 4, 6);
    two[1] = wasm_i32x4_shuffle(a, b, 1, 3, 5, 7);
}
PR_INLINE pr_f4 pr_f4_fold_(pr_f4 a, pr_f4 b) {
    return wasm_f32x4_add(wasm_i64x2_shuffle(a, b, 0, 2), wasm_i64x2_shuffle(a, b, 1, 3));
}
// The lanes of pr_f4_sum4 of a + b, where pr_f4_split made two[r][0] and two[r][1] of a and b.
PR_INLINE pr_f4 pr_f4_sum4_split(pr_f4 two[4][2]) {
    pr_f4 ab = wasm_f32x4_add(pr_f4_fold_(two[0][0], two[1][0]), pr_f4_fold_(two[0][1], two[1][1]));
    pr_f4 cd = wasm_f32x4_add(pr_f4_fold_(two[2][0], two[3][0]), pr_f4_fold_(two[2][1], two[3][1]));
    return wasm_f32x4_add(wasm_i32x4_shuffle(ab, cd, 0, 2, 4, 6),
                          wasm_i32x4_shuffle(ab, cd, 1, 3, 5, 7));
}
// p[i * step] = lane i of a.
PR_INLINE void pr_f4_store_apart(float *p, int32_t step, pr_f4 a) {
    wasm_v128_store32_lane(p, a, 0);
    wasm_v128_store32_lane(p + step, a, 1);
    wasm_v128_store32_lane(p + 2 * step, a, 2);
    wasm_v128_store32_lane(p + 3 * step, a, 3);
}
// Transposes a, a 4 x 4 matrix: swaps lane j of a[i] with lane i of a[j].
PR_INLINE void pr_f4_transpose(pr_f4 a[4]) {
    pr_f4 low01 = wasm_i32x4_shuffle(a[0], a[1], 0, 4, 1, 5),
          high01 = wasm_i32x4_shuffle(a[0], a[1], 2, 6, 3, 7);
    pr_f4 low23 = wasm_i32x4_shuffle(a[2], a[3], 0, 4, 1, 5),
          high23 = wasm_i32x4_shuffle(a[2], a[3], 2, 6, 3, 7);
    a[0] = wasm_i64x2_shuffle(low01, low23, 0, 2);
    a[1] = wasm_i64x2_shuffle(low01, low23, 1, 3);
    a[2] = wasm_i64x2_shuffle(high01, high23, 0, 2);
    a[3] = wasm_i64x2_shuffle(high01, high23, 1, 3);
}
PR_INLINE float pr_f4_first(pr_f4 a) { return wasm_f32x4_extract_lane(a, 0); }
// Whether a < b in every lane; whether a < c and b < c in every lane. False where a lane is NaN.
PR_INLINE int pr_f4_all_less(pr_f4 a, pr_f4 b) {
    return wasm_i32x4_bitmask(wasm_f32x4_lt(a, b)) == 15;
}
PR_INLINE int pr_f4_both_less(pr_f4 a, pr_f4 b, pr_f4 c) {
    return wasm_i32x4_bitmask(wasm_v128_and(wasm_f32x4_lt(a, c), wasm_f32x4_lt(b, c))) == 15;
}

// Two doubles, for sums where floats would lose too much.
typedef v128_t pr_d2;

PR_INLINE pr_d2 pr_d2_set1(double x) { return wasm_f64x2_splat(x); }
PR_INLINE pr_d2 pr_d2_load(const double *p) { return wasm_v128_load(p); }
PR_INLINE pr_d2 pr_d2_load1(const double *p) { return wasm_v128_load64_splat(p); }
PR_INLINE void pr_d2_store(double *p, pr_d2 a) { wasm_v128_store(p, a); }
PR_INLINE pr_d2 pr_d2_add(pr_d2 a, pr_d2 b) { return wasm_f64x2_add(a, b); }
PR_INLINE pr_d2 pr_d2_sub(pr_d2 a, pr_d2 b) { return wasm_f64x2_sub(a, b); }
PR_INLINE pr_d2 pr_d2_mul(pr_d2 a, pr_d2 b) { return wasm_f64x2_mul(a, b); }
// a * b + c, as pr_f4_fma.
#ifdef __wasm_relaxed_simd__
PR_INLINE pr_d2 pr_d2_fma(pr_d2 a, pr_d2 b, pr_d2 c) { return wasm_f64x2_relaxed_madd(a, b, c); }
#else
PR_INLINE pr_d2 pr_d2_fma(pr_d2 a, pr_d2 b, pr_d2 c) {
    return wasm_f64x2_add(wasm_f64x2_mul(a, b), c);
}
#endif

#else

typedef struct {
    float lane[4];
} pr_f4;
typedef struct {
    double lane[2];
} pr_d2;

#define PR_EACH_LANE(expression)                          \
    pr_f4 r;                                              \
    for (int i = 0; i < 4; i++) r.lane[i] = (expression); \
    return r

PR_INLINE float pr_float_of_bits(uint32_t bits) {
    float value;
    __builtin_memcpy(&value, &bits, sizeof value);
    return value;
}

PR_INLINE pr_f4 pr_f4_set1(float x) { PR_EACH_LANE(x); }
PR_INLINE pr_f4 pr_f4_load(const float *p) { PR_EACH_LANE(p[i]); }
PR_INLINE pr_f4 pr_f4_load1(const float *p) { PR_EACH_LANE(*p); }
PR_INLINE void pr_f4_store(float *p, pr_f4 a) {
    for (int i = 0; i < 4; i++) p[i] = a.lane[i];
}
PR_INLINE pr_f4 pr_f4_add(pr_f4 a, pr_f4 b) { PR_EACH_LANE(a.lane[i] + b.lane[i]); }
PR_INLINE pr_f4 pr_f4_sub(pr_f4 a, pr_f4 b) { PR_EACH_LANE(a.lane[i] - b.lane[i]); }
PR_INLINE pr_f4 pr_f4_mul(pr_f4 a, pr_f4 b) { PR_EACH_LANE(a.lane[i] * b.lane[i]); }
PR_INLINE pr_f4 pr_f4_div(pr_f4 a, pr_f4 b) { PR_EACH_LANE(a.lane[i] / b.lane[i]); }
PR_INLINE pr_f4 pr_f4_fma(pr_f4 a, pr_f4 b, pr_f4 c) {
    PR_EACH_LANE(a.lane[i] * b.lane[i] + c.lane[i]);
}
PR_INLINE pr_f4 pr_f4_max(pr_f4 a, pr_f4 b) {
    PR_EACH_LANE(a.lane[i] < b.lane[i] ? b.lane[i] : a.lane[i]);
}
PR_INLINE pr_f4 pr_f4_min(pr_f4 a, pr_f4 b) {
    PR_EACH_LANE(b.lane[i] < a.lane[i] ? b.lane[i] : a.lane[i]);
}
PR_INLINE pr_f4 pr_f4_abs(pr_f4 a) { PR_EACH_LANE(__builtin_fabsf(a.lane[i])); }
PR_INLINE pr_f4 pr_f4_nearest(pr_f4 a) { PR_EACH_LANE(__builtin_rintf(a.lane[i])); }
PR_INLINE pr_f4 pr_f4_select_less(pr_f4 a, pr_f4 b, pr_f4 yes, pr_f4 no) {
    PR_EACH_LANE(a.lane[i] < b.lane[i] ? yes.lane[i] : no.lane[i]);
}
// A NaN becomes 0, as WebAssembly has it; in C its conversion is undefined.
PR_INLINE int32_t pr_truncate_(float x) { return x == x ? (int32_t)x : 0; }
PR_INLINE pr_f4 pr_f4_power2(pr_f4 n) {
    PR_EACH_LANE(pr_float_of_bits((uint32_t)(pr_truncate_(n.lane[i]) + 127) << 23));
}
PR_INLINE float pr_f4_sum_(pr_f4 a) { return (a.lane[0] + a.lane[1]) + (a.lane[2] + a.lane[3]); }
PR_INLINE pr_f4 pr_f4_sum4(pr_f4 a, pr_f4 b, pr_f4 c, pr_f4 d) {
    return (pr_f4){ { pr_f4_sum_(a), pr_f4_sum_(b), pr_f4_sum_(c), pr_f4_sum_(d) } };
}
PR_INLINE void pr_f4_split(pr_f4 a, pr_f4 b, pr_f4 two[2]) {
    for (int i = 0; i < 4; i++)
        two[i % 2].lane[i / 2] = a.lane[i], two[i % 2].lane[2 + i / 2] = b.lane[i];
}
PR_INLINE pr_f4 pr_f4_sum4_split(pr_f4 two[4][2]) {
    pr_f4 sum[4], r;
    for (int k = 0; k < 4; k++) {
        for (int i = 0; i < 4; i++)
            sum[k].lane[i] = two[k][i % 2].lane[i / 2] + two[k][i % 2].lane[2 + i / 2];
        r.lane[k] = pr_f4_sum_(sum[k]);
    }
    return r;
}
PR_INLINE void pr_f4_store_apart(float *p, int32_t step, pr_f4 a) {
    for (int i = 0; i < 4; i++) p[i * step] = a.lane[i];
}
PR_INLINE void pr_f4_transpose(pr_f4 a[4]) {
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++) {
            float kept = a[i].lane[j];
            a[i].lane[j] = a[j].lane[i];
            a[j].lane[i] = kept;
        }
}
PR_INLINE float pr_f4_first(pr_f4 a) { return a.lane[0]; }
PR_INLINE int pr_f4_all_less(pr_f4 a, pr_f4 b) {
    int less = 1;
    for (int i = 0; i < 4; i++) less &= a.lane[i] < b.lane[i];
    return less;
}
PR_INLINE int pr_f4_both_less(pr_f4 a, pr_f4 b, pr_f4 c) {
    return pr_f4_all_less(a, c) & pr_f4_all_less(b, c);
}

PR_INLINE pr_d2 pr_d2_set1(double x) { return (pr_d2){ { x, x } }; }
PR_INLINE pr_d2 pr_d2_load(const double *p) { return (pr_d2){ { p[0], p[1] } }; }
PR_INLINE pr_d2 pr_d2_load1(const double *p) { return pr_d2_set1(*p); }
PR_INLINE void pr_d2_store(double *p, pr_d2 a) { p[0] = a.lane[0], p[1] = a.lane[1]; }
PR_INLINE pr_d2 pr_d2_add(pr_d2 a, pr_d2 b) {
    return (pr_d2){ { a.lane[0] + b.lane[0], a.lane[1] + b.lane[1] } };
}
PR_INLINE pr_d2 pr_d2_sub(pr_d2 a, pr_d2 b) {
    return (pr_d2){ { a.lane[0] - b.lane[0], a.lane[1] - b.lane[1] } };
}
PR_INLINE pr_d2 pr_d2_mul(pr_d2 a, pr_d2 b) {
    return (pr_d2){ { a.lane[0] * b.lane[0], a.lane[1] * b.lane[1] } };
}
PR_INLINE pr_d2 pr_d2_fma(pr_d2 a, pr_d2 b, pr_d2 c) { return pr_d2_add(pr_d2_mul(a, b), c); }

#endif

// The rest is the same for every backend.

PR_INLINE pr_f4 pr_f4_zero(void) { return pr_f4_set1(0.0f); }
PR_INLINE float pr_f4_sum(pr_f4 a) { return pr_f4_first(pr_f4_sum4(a, a, a, a)); }
PR_INLINE int32_t pr_round_up(int32_t n, int32_t multiple) {
    return (n + multiple - 1) / multiple * multiple;
}

#endif
