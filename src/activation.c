#include "activation.h"

void pr_activation_apply_all(int32_t activation, float *x, int32_t count) {
    if (activation == PR_SIGMOID)
        for (int32_t i = 0; i < count; i += 4) pr_f4_store(x + i, pr_f4_sigmoid(pr_f4_load(x + i)));
    if (activation == PR_TANH)
        for (int32_t i = 0; i < count; i += 4) pr_f4_store(x + i, pr_f4_tanh(pr_f4_load(x + i)));
}

PR_INLINE pr_f4 slope(int32_t activation, pr_f4 y) {
    pr_f4 one = pr_f4_set1(1.0f);
    switch (activation) {
        case PR_RELU: return pr_f4_select_less(pr_f4_zero(), y, one, pr_f4_zero());
        case PR_SIGMOID: return pr_f4_mul(y, pr_f4_sub(one, y));
        case PR_TANH: return pr_f4_sub(one, pr_f4_mul(y, y));
        default: return one;
    }
}

void pr_activation_backward(int32_t activation, const float *y, float *gradient, int32_t count) {
    for (int32_t i = 0; i < count; i += 4)
        pr_f4_store(gradient + i, pr_f4_mul(pr_f4_load(gradient + i), slope(activation, pr_f4_load(y + i))));
}
