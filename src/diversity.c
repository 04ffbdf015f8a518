#include "diversity.h"

#include "simd.h"

static const float BELOW_ANY_COSINE = -2;

// cosines (4) = four (4, stride) one (stride)
static pr_f4 similarity(const float *four, const float *one, int32_t stride) {
    const float *x1 = four + stride, *x2 = x1 + stride, *x3 = x2 + stride;
    pr_f4 s0 = pr_f4_zero(), s1 = s0, s2 = s0, s3 = s0;
    for (int32_t k = 0; k < stride; k += 4) {
        pr_f4 y = pr_f4_load(one + k);
        s0 = pr_f4_fma(pr_f4_load(four + k), y, s0);
        s1 = pr_f4_fma(pr_f4_load(x1 + k), y, s1);
        s2 = pr_f4_fma(pr_f4_load(x2 + k), y, s2);
        s3 = pr_f4_fma(pr_f4_load(x3 + k), y, s3);
    }
    return pr_f4_sum4(s0, s1, s2, s3);
}

// The position of the largest of four values. Positions are integers that floats represent exactly.
static uint32_t best_of_lanes(pr_f4 value, pr_f4 position) {
    float values[4], positions[4];
    pr_f4_store(values, value);
    pr_f4_store(positions, position);
    int32_t best = 0;
    for (int32_t k = 1; k < 4; k++)
        if (values[k] > values[best] ||
            (values[k] == values[best] && positions[k] < positions[best]))
            best = k;
    return (uint32_t)positions[best];
}

// nearest (padded) = max(nearest, cosine with the last choice); returns the position of the best
// candidate.
static uint32_t next(const float *vectors, int32_t padded, int32_t stride, const float *last,
                     float weight, const float *relevance, float *nearest) {
    static const float LANES[4] = { 0, 1, 2, 3 };
    pr_f4 best = pr_f4_set1(-__builtin_inff()), where = pr_f4_load(LANES), position = where;
    for (int32_t i = 0; i < padded; i += 4) {
        pr_f4 near = pr_f4_max(pr_f4_load(nearest + i),
                               similarity(vectors + (int64_t)i * stride, last, stride));
        pr_f4_store(nearest + i, near);
        pr_f4 value = pr_f4_sub(pr_f4_load(relevance + i), pr_f4_mul(pr_f4_set1(weight), near));
        where = pr_f4_select_less(best, value, position, where);
        best = pr_f4_max(best, value);
        position = pr_f4_add(position, pr_f4_set1(4));
    }
    return best_of_lanes(best, where);
}

void pr_diversity_choose(const float *vectors, int32_t count, int32_t stride, float balance,
                         int32_t choices, float *relevance, float *nearest, uint32_t *chosen) {
    int32_t padded = pr_round_up(count, 4);
    uint32_t at = 0;
    for (int32_t i = 1; i < count; i++)
        if (relevance[i] > relevance[at]) at = (uint32_t)i;
    for (int32_t i = 0; i < padded; i++) {
        // -inf is never chosen: the padding, and later those chosen already.
        relevance[i] = i < count ? balance * relevance[i] : -__builtin_inff();
        nearest[i] = BELOW_ANY_COSINE;
    }
    for (int32_t n = 0; n < choices; n++) {
        if (n)
            at = next(vectors, padded, stride, vectors + (int64_t)chosen[n - 1] * stride,
                      1 - balance, relevance, nearest);
        chosen[n] = at;
        relevance[at] = -__builtin_inff();
    }
}
