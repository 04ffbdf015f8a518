#include "activation.h"

static const float SELU_SCALE = 1.0507009873554805f, SELU_ALPHA = 1.6732632423543772f;

PR_INLINE pr_f4 relu(pr_f4 x) { return pr_f4_max(x, pr_f4_zero()); }

// scale (x where x is positive, else alpha (e^x - 1))
PR_INLINE pr_f4 elu(pr_f4 x, float scale, float alpha) {
    pr_f4 below = pr_f4_mul(pr_f4_set1(alpha), pr_f4_sub(pr_f4_exp(x), pr_f4_set1(1.0f)));
    return pr_f4_mul(pr_f4_set1(scale), pr_f4_select_less(x, pr_f4_zero(), below, x));
}

// Clamped, so that the result far below 0 is 0: pr_f4_sigmoid stops at e^-88.
PR_INLINE pr_f4 swish(pr_f4 x) {
    return pr_f4_mul(pr_f4_max(x, pr_f4_set1(-88.0f)), pr_f4_sigmoid(x));
}

// Phi(-|x|) is half the complementary error function of |x| / sqrt(2), by Abramowitz and Stegun
// 7.1.26: an error below 1e-7.
PR_INLINE pr_f4 gelu(pr_f4 x) {
    static const float factor[] = { 1.061405429f, -1.453152027f, 1.421413741f, -0.284496736f,
                                    0.254829592f };
    pr_f4 one = pr_f4_set1(1.0f), size = pr_f4_abs(x), p = pr_f4_zero();
    pr_f4 t = pr_f4_div(one, pr_f4_fma(pr_f4_set1(0.3275911f * 0.70710678f), size, one));
    for (int i = 0; i < 5; i++) p = pr_f4_mul(pr_f4_add(p, pr_f4_set1(factor[i])), t);
    pr_f4 e = pr_f4_exp(pr_f4_mul(pr_f4_mul(size, size), pr_f4_set1(-0.5f)));
    pr_f4 below = pr_f4_mul(pr_f4_mul(p, e), pr_f4_set1(0.5f));
    pr_f4 phi = pr_f4_select_less(x, pr_f4_zero(), below, pr_f4_sub(one, below));
    return pr_f4_mul(x, phi);
}

#define PR_EACH_FOUR(function)               \
    for (int32_t i = 0; i < count; i += 4) { \
        pr_f4 four = pr_f4_load(x + i);      \
        pr_f4_store(x + i, function);        \
    }                                        \
    break

void pr_activation_apply(int32_t activation, float *x, int32_t count) {
    switch (activation) {
        case PR_RELU: PR_EACH_FOUR(relu(four));
        case PR_SIGMOID: PR_EACH_FOUR(pr_f4_sigmoid(four));
        case PR_TANH: PR_EACH_FOUR(pr_f4_tanh(four));
        case PR_ELU: PR_EACH_FOUR(elu(four, 1, 1));
        case PR_SELU: PR_EACH_FOUR(elu(four, SELU_SCALE, SELU_ALPHA));
        case PR_SWISH: PR_EACH_FOUR(swish(four));
        case PR_EXP: PR_EACH_FOUR(pr_f4_exp(four));
        case PR_GELU: PR_EACH_FOUR(gelu(four));
    }
}

#undef PR_EACH_FOUR

void pr_activation_apply_rest(int32_t activation, float *x, int32_t count) {
    if (activation != PR_RELU) pr_activation_apply(activation, x, count);
}

PR_INLINE pr_f4 slope(int32_t activation, pr_f4 y) {
    pr_f4 one = pr_f4_set1(1.0f);
    switch (activation) {
        case PR_RELU: return pr_f4_select_less(pr_f4_zero(), y, one, pr_f4_zero());
        case PR_SIGMOID: return pr_f4_mul(y, pr_f4_sub(one, y));
        case PR_TANH: return pr_f4_sub(one, pr_f4_mul(y, y));
        case PR_ELU: return pr_f4_select_less(y, pr_f4_zero(), pr_f4_add(y, one), one);
        case PR_SELU: {
            pr_f4 below = pr_f4_add(y, pr_f4_set1(SELU_SCALE * SELU_ALPHA));
            return pr_f4_select_less(y, pr_f4_zero(), below, pr_f4_set1(SELU_SCALE));
        }
        default: return one;
    }
}

void pr_activation_backward(int32_t activation, const float *y, float *gradient, int32_t count) {
    for (int32_t i = 0; i < count; i += 4)
        pr_f4_store(gradient + i,
                    pr_f4_mul(pr_f4_load(gradient + i), slope(activation, pr_f4_load(y + i))));
}
