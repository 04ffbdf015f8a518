// Integer products of an int8 table's rows with a quantised query vector: what query.c bounds
// scores by. One definition per backend.
//
// A query number is at most PR_QUERY_MAX in size. 32 of them take 64 bytes, in a layout of the
// backend. pr_query_dot multiplies 32 bytes of a row with 32 query numbers and adds the products to
// four int32 sums. These lie below the true sums by a constant, which pr_query_put returns for each
// query number.
#ifndef PR_QUERY_SIMD_H
#define PR_QUERY_SIMD_H

#include "stored.h"

#ifdef __wasm_simd128__

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
// One instruction multiplies int8 bytes with 7-bit numbers and adds pairs in 16 bits. With sizes of
// at most 63, two such sums fit into 16 bits too. For a negative query number the bits of the byte
// are inverted, which turns b into -b - 1: the constant is the number's size.
enum { PR_QUERY_MAX = 63 };
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
// Two bytes are one 16-bit number, low + 256 high, where 128 was added to low so that it is not
// negative. Its product with the query number for low contains 256 high times that number too much;
// the query number for high subtracts it.
enum { PR_QUERY_MAX = 127 };
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
// Call it for ascending k.
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

#else

typedef struct {
    int32_t lane[4];
} pr_i4;
typedef struct {
    const int16_t *number;
} pr_query32;
enum { PR_QUERY_MAX = 127 };

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

#endif

#endif
