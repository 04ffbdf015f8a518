// The vector operations that every kernel is written in: four floats at a time, three backends.
//
//   __wasm_relaxed_simd__   WebAssembly SIMD with fused multiply-add (chosen at run time where it
//   validates)
//   __wasm_simd128__        WebAssembly SIMD, the same bits on every engine and processor
//   otherwise               plain C, the reference: what runs natively under sanitizers and
//   debuggers
//
// Kernels know only the names below. Adding a backend means writing these functions once more.
#ifndef PR_SIMD_H
#define PR_SIMD_H

#include <stdint.h>

#define PR_INLINE static inline __attribute__((always_inline))

// What byte k of a table's row is turned over by: the highest bit of every other one, which adds
// 128.
PR_INLINE uint8_t pr_byte_shift(int32_t k) { return k % 2 ? 0 : 0x80; }

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
// a < b ? b : a and b < a ? b : a, lane by lane: a NaN in a stays. One instruction on x86, unlike
// f32x4.max.
PR_INLINE pr_f4 pr_f4_max(pr_f4 a, pr_f4 b) { return wasm_f32x4_pmax(a, b); }
PR_INLINE pr_f4 pr_f4_min(pr_f4 a, pr_f4 b) { return wasm_f32x4_pmin(a, b); }
PR_INLINE pr_f4 pr_f4_abs(pr_f4 a) { return wasm_f32x4_abs(a); }
PR_INLINE pr_f4 pr_f4_nearest(pr_f4 a) { return wasm_f32x4_nearest(a); }
// a < b ? yes : no, lane by lane.
PR_INLINE pr_f4 pr_f4_select_less(pr_f4 a, pr_f4 b, pr_f4 yes, pr_f4 no) {
    return wasm_v128_bitselect(yes, no, wasm_f32x4_lt(a, b));
}
// 2^n for whole n from -126 to 127.
PR_INLINE pr_f4 pr_f4_power2(pr_f4 n) {
    return wasm_i32x4_shl(wasm_i32x4_add(wasm_i32x4_trunc_sat_f32x4(n), wasm_i32x4_splat(127)), 23);
}
// The sums of the lanes of a, b, c and d, as one vector. Every lane adds in the same order: (0 + 1)
// + (2 + 3).
PR_INLINE pr_f4 pr_f4_sum4(pr_f4 a, pr_f4 b, pr_f4 c, pr_f4 d) {
    pr_f4 ab =
        wasm_f32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
    pr_f4 cd =
        wasm_f32x4_add(wasm_i32x4_shuffle(c, d, 0, 2, 4, 6), wasm_i32x4_shuffle(c, d, 1, 3, 5, 7));
    return wasm_f32x4_add(wasm_i32x4_shuffle(ab, cd, 0, 2, 4, 6),
                          wasm_i32x4_shuffle(ab, cd, 1, 3, 5, 7));
}
// Rows become columns: a[i] lane j and a[j] lane i change places.
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
// Four stored numbers as floats: IEEE halves (finite ones), bfloat16s, bytes as a table holds them.
// Of a half all bits move to their places in a float, the sign by its extension, and a
// multiplication moves the exponent, which puts subnormals right too.
PR_INLINE pr_f4 pr_f4_load_half(const void *p) {
    v128_t bits = wasm_v128_and(wasm_i32x4_shl(wasm_i32x4_load16x4(p), 13),
                                wasm_i32x4_splat((int32_t)0x8fffe000));
    return wasm_f32x4_mul(bits, wasm_f32x4_splat(0x1p112f));
}
PR_INLINE pr_f4 pr_f4_load_bfloat(const void *p) {
    return wasm_i32x4_shl(wasm_u32x4_load16x4(p), 16);
}
// A table holds every other byte, from the first, with 128 added (see pr_query_dot). All are moved
// to 0 .. 255 and become the last bits of a float of 2^23, which is then taken away: exact, and
// unlike a conversion of extended lanes it stays in vectors in the compilers of today.
PR_INLINE pr_f4 pr_f4_from_shifted_(v128_t lanes) {
    return wasm_f32x4_sub(wasm_v128_or(lanes, wasm_i32x4_splat(0x4b000000)),
                          wasm_f32x4_splat(8388608.0f + 128));
}
PR_INLINE pr_f4 pr_f4_load_byte(const void *p) {
    v128_t bytes = wasm_v128_xor(wasm_v128_load32_zero(p), wasm_i16x8_splat((int16_t)0x8000));
    return pr_f4_from_shifted_(wasm_u32x4_extend_low_u16x8(wasm_u16x8_extend_low_u8x16(bytes)));
}
// Sixteen of them at once.
PR_INLINE void pr_f4_load_bytes(const void *p, pr_f4 four[4]) {
    v128_t bytes = wasm_v128_xor(wasm_v128_load(p), wasm_i16x8_splat((int16_t)0x8000));
    v128_t low = wasm_u16x8_extend_low_u8x16(bytes), high = wasm_u16x8_extend_high_u8x16(bytes);
    four[0] = pr_f4_from_shifted_(wasm_u32x4_extend_low_u16x8(low));
    four[1] = pr_f4_from_shifted_(wasm_u32x4_extend_high_u16x8(low));
    four[2] = pr_f4_from_shifted_(wasm_u32x4_extend_low_u16x8(high));
    four[3] = pr_f4_from_shifted_(wasm_u32x4_extend_high_u16x8(high));
}

// Whether a < b in every lane, and whether both a and b are below c; false where one is NaN.
PR_INLINE int pr_f4_all_less(pr_f4 a, pr_f4 b) {
    return wasm_i32x4_bitmask(wasm_f32x4_lt(a, b)) == 15;
}
PR_INLINE int pr_f4_both_less(pr_f4 a, pr_f4 b, pr_f4 c) {
    return wasm_i32x4_bitmask(wasm_v128_and(wasm_f32x4_lt(a, c), wasm_f32x4_lt(b, c))) == 15;
}

// Products of a table's bytes with a query of small whole numbers, 32 at a time, summed in four
// int32s. A query number is at most PR_QUERY_MOST; 32 of them take 64 bytes, in a form of the
// backend's own. Sums may lie below the true ones by a constant, which pr_query_put says for each
// number.
typedef v128_t pr_i4;

PR_INLINE pr_i4 pr_i4_first(int32_t x) { return wasm_i32x4_make(x, 0, 0, 0); }
PR_INLINE pr_f4 pr_i4_to_f4(pr_i4 a) { return wasm_f32x4_convert_i32x4(a); }
PR_INLINE pr_i4 pr_i4_sum4(pr_i4 a, pr_i4 b, pr_i4 c, pr_i4 d) {
    pr_i4 ab =
        wasm_i32x4_add(wasm_i32x4_shuffle(a, b, 0, 2, 4, 6), wasm_i32x4_shuffle(a, b, 1, 3, 5, 7));
    pr_i4 cd =
        wasm_i32x4_add(wasm_i32x4_shuffle(c, d, 0, 2, 4, 6), wasm_i32x4_shuffle(c, d, 1, 3, 5, 7));
    return wasm_i32x4_add(wasm_i32x4_shuffle(ab, cd, 0, 2, 4, 6),
                          wasm_i32x4_shuffle(ab, cd, 1, 3, 5, 7));
}
#ifdef __wasm_relaxed_simd__
// One instruction multiplies bytes with numbers from 0 to 127, the query's sizes, and adds pairs in
// 16 bits: at most 63, so that two such sums fit there too. Where a number is negative the byte's
// bits are turned over instead, which makes of b not -b but -b - 1.
enum { PR_QUERY_MOST = 63 };
typedef struct {
    v128_t size[2], flip[2];
} pr_query32;
PR_INLINE pr_query32 pr_query_load(const uint8_t *query) {
    return (pr_query32){ { wasm_v128_load(query), wasm_v128_load(query + 16) },
                         { wasm_v128_load(query + 32), wasm_v128_load(query + 48) } };
}
PR_INLINE pr_i4 pr_query_dot(pr_i4 sum, const uint8_t *bytes, pr_query32 query) {
    v128_t low = wasm_i16x8_relaxed_dot_i8x16_i7x16(
        wasm_v128_xor(wasm_v128_load(bytes), query.flip[0]), query.size[0]);
    v128_t high = wasm_i16x8_relaxed_dot_i8x16_i7x16(
        wasm_v128_xor(wasm_v128_load(bytes + 16), query.flip[1]), query.size[1]);
    return wasm_i32x4_add(sum,
                          wasm_i32x4_dot_i16x8(wasm_i16x8_add(low, high), wasm_i16x8_splat(1)));
}
PR_INLINE int32_t pr_query_put(uint8_t *query, int32_t k, int32_t number) {
    query[k / 32 * 64 + k % 32] = (uint8_t)(number < 0 ? -number : number);
    query[k / 32 * 64 + 32 + k % 32] = (uint8_t)((number < 0 ? 0xff : 0) ^ pr_byte_shift(k));
    return number < 0 ? -number : 0;
}
#else
// Two bytes are one number of 16 bits, low + 256 high, with 128 added to the low one so that it is
// not negative. Its product with the query's number for low has 256 high too much times that
// number: the one for high makes up for it.
enum { PR_QUERY_MOST = 127 };
typedef struct {
    v128_t low[2], high[2];
} pr_query32;
PR_INLINE pr_query32 pr_query_load(const uint8_t *query) {
    return (pr_query32){ { wasm_v128_load(query), wasm_v128_load(query + 32) },
                         { wasm_v128_load(query + 16), wasm_v128_load(query + 48) } };
}
PR_INLINE pr_i4 pr_query_dot(pr_i4 sum, const uint8_t *bytes, pr_query32 query) {
    v128_t first = wasm_v128_load(bytes), second = wasm_v128_load(bytes + 16);
    pr_i4 low = wasm_i32x4_add(wasm_i32x4_dot_i16x8(first, query.low[0]),
                               wasm_i32x4_dot_i16x8(second, query.low[1]));
    pr_i4 high = wasm_i32x4_add(wasm_i32x4_dot_i16x8(wasm_i16x8_shr(first, 8), query.high[0]),
                                wasm_i32x4_dot_i16x8(wasm_i16x8_shr(second, 8), query.high[1]));
    return wasm_i32x4_add(sum, wasm_i32x4_add(low, high));
}
// Numbers are put in ascending order.
PR_INLINE int32_t pr_query_put(uint8_t *query, int32_t k, int32_t number) {
    int16_t *low = (int16_t *)(void *)query + k / 16 * 16 + k % 16 / 2, *high = low + 8;
    if (k % 2) {
        *high = (int16_t)(*high + number);
        return 0;
    }
    *low = (int16_t)number;
    *high = (int16_t)(-256 * number);
    return -128 * number;
}
#endif

typedef v128_t pr_d2; // two doubles, where floats would lose too much

PR_INLINE pr_d2 pr_d2_set1(double x) { return wasm_f64x2_splat(x); }
PR_INLINE pr_d2 pr_d2_load(const double *p) { return wasm_v128_load(p); }
PR_INLINE void pr_d2_store(double *p, pr_d2 a) { wasm_v128_store(p, a); }
PR_INLINE pr_d2 pr_d2_add(pr_d2 a, pr_d2 b) { return wasm_f64x2_add(a, b); }
PR_INLINE pr_d2 pr_d2_mul(pr_d2 a, pr_d2 b) { return wasm_f64x2_mul(a, b); }

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
PR_INLINE pr_f4 pr_f4_power2(pr_f4 n) {
    PR_EACH_LANE(((union {
                     uint32_t bits;
                     float value;
                 }){ (uint32_t)((int32_t)n.lane[i] + 127) << 23 })
                     .value);
}
PR_INLINE float pr_f4_sum_(pr_f4 a) { return (a.lane[0] + a.lane[1]) + (a.lane[2] + a.lane[3]); }
PR_INLINE pr_f4 pr_f4_sum4(pr_f4 a, pr_f4 b, pr_f4 c, pr_f4 d) {
    return (pr_f4){ { pr_f4_sum_(a), pr_f4_sum_(b), pr_f4_sum_(c), pr_f4_sum_(d) } };
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
PR_INLINE float pr_bits_(uint32_t bits) {
    return ((union {
               uint32_t bits;
               float value;
           }){ bits })
        .value;
}
PR_INLINE pr_f4 pr_f4_load_half(const void *p) {
    const uint16_t *half = p;
    PR_EACH_LANE(pr_bits_((uint32_t)(half[i] & 0x7fff) << 13) * 0x1p112f *
                 (half[i] & 0x8000 ? -1.0f : 1.0f));
}
PR_INLINE pr_f4 pr_f4_load_bfloat(const void *p) {
    PR_EACH_LANE(pr_bits_((uint32_t)((const uint16_t *)p)[i] << 16));
}
PR_INLINE int32_t pr_byte_(const void *p, int32_t k) {
    return (int8_t)(((const uint8_t *)p)[k] ^ pr_byte_shift(k));
}
PR_INLINE pr_f4 pr_f4_load_byte(const void *p) { PR_EACH_LANE((float)pr_byte_(p, i)); }
PR_INLINE void pr_f4_load_bytes(const void *p, pr_f4 four[4]) {
    for (int i = 0; i < 4; i++) four[i] = pr_f4_load_byte((const int8_t *)p + 4 * i);
}
PR_INLINE int pr_f4_all_less(pr_f4 a, pr_f4 b) {
    int less = 1;
    for (int i = 0; i < 4; i++) less &= a.lane[i] < b.lane[i];
    return less;
}
PR_INLINE int pr_f4_both_less(pr_f4 a, pr_f4 b, pr_f4 c) {
    return pr_f4_all_less(a, c) & pr_f4_all_less(b, c);
}

typedef struct {
    int32_t lane[4];
} pr_i4;
typedef struct {
    const int16_t *number;
} pr_query32;
enum { PR_QUERY_MOST = 127 };

PR_INLINE pr_i4 pr_i4_first(int32_t x) { return (pr_i4){ { x } }; }
PR_INLINE pr_f4 pr_i4_to_f4(pr_i4 a) { PR_EACH_LANE((float)a.lane[i]); }
PR_INLINE int32_t pr_i4_sum_(pr_i4 a) { return a.lane[0] + a.lane[1] + (a.lane[2] + a.lane[3]); }
PR_INLINE pr_i4 pr_i4_sum4(pr_i4 a, pr_i4 b, pr_i4 c, pr_i4 d) {
    return (pr_i4){ { pr_i4_sum_(a), pr_i4_sum_(b), pr_i4_sum_(c), pr_i4_sum_(d) } };
}
PR_INLINE pr_query32 pr_query_load(const uint8_t *query) {
    return (pr_query32){ (const int16_t *)(const void *)query };
}
PR_INLINE pr_i4 pr_query_dot(pr_i4 sum, const uint8_t *bytes, pr_query32 query) {
    for (int i = 0; i < 32; i++) sum.lane[i / 2 % 4] += pr_byte_(bytes, i) * query.number[i];
    return sum;
}
PR_INLINE int32_t pr_query_put(uint8_t *query, int32_t k, int32_t number) {
    ((int16_t *)(void *)query)[k] = (int16_t)number;
    return 0;
}

PR_INLINE pr_d2 pr_d2_set1(double x) { return (pr_d2){ { x, x } }; }
PR_INLINE pr_d2 pr_d2_load(const double *p) { return (pr_d2){ { p[0], p[1] } }; }
PR_INLINE void pr_d2_store(double *p, pr_d2 a) { p[0] = a.lane[0], p[1] = a.lane[1]; }
PR_INLINE pr_d2 pr_d2_add(pr_d2 a, pr_d2 b) {
    return (pr_d2){ { a.lane[0] + b.lane[0], a.lane[1] + b.lane[1] } };
}
PR_INLINE pr_d2 pr_d2_mul(pr_d2 a, pr_d2 b) {
    return (pr_d2){ { a.lane[0] * b.lane[0], a.lane[1] * b.lane[1] } };
}

#undef PR_EACH_LANE

#endif

// What follows is the same for every backend.

PR_INLINE pr_f4 pr_f4_zero(void) { return pr_f4_set1(0.0f); }
PR_INLINE float pr_f4_sum(pr_f4 a) { return pr_f4_first(pr_f4_sum4(a, a, a, a)); }
PR_INLINE int32_t pr_round_up(int32_t n, int32_t multiple) {
    return (n + multiple - 1) / multiple * multiple;
}

#endif
