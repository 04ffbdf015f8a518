// exp, log, sigmoid and tanh on four floats: short, branch-free, the same on every backend. Largest
// relative errors against float64, asserted in tests/native/simd_test.c: exp 2e-7, log1p 3e-7,
// sigmoid 4e-7, tanh 5e-7.
#ifndef PR_MATH_H
#define PR_MATH_H

#include "simd.h"

// e^x. x is clamped to [-87, 88], so the result is a normal float and never infinite; a NaN stays a
// NaN. Not inline: a dozen copies would be a part of the download.
pr_f4 pr_f4_exp(pr_f4 x);

PR_INLINE pr_f4 pr_f4_sigmoid(pr_f4 x) {
    pr_f4 one = pr_f4_set1(1.0f);
    return pr_f4_div(one, pr_f4_add(one, pr_f4_exp(pr_f4_sub(pr_f4_zero(), x))));
}

// 1 - 2 / (e^2x + 1) cancels near zero, where a polynomial in x^2 (Cephes tanhf) is used.
PR_INLINE pr_f4 pr_f4_tanh(pr_f4 x) {
    pr_f4 one = pr_f4_set1(1.0f), two = pr_f4_set1(2.0f);
    pr_f4 far = pr_f4_sub(one, pr_f4_div(two, pr_f4_add(pr_f4_exp(pr_f4_mul(two, x)), one)));
    pr_f4 square = pr_f4_mul(x, x);
    pr_f4 p = pr_f4_set1(-5.70498872745e-3f);
    p = pr_f4_fma(p, square, pr_f4_set1(2.06390887954e-2f));
    p = pr_f4_fma(p, square, pr_f4_set1(-5.37397155531e-2f));
    p = pr_f4_fma(p, square, pr_f4_set1(1.33314422036e-1f));
    p = pr_f4_fma(p, square, pr_f4_set1(-3.33332819422e-1f));
    pr_f4 near = pr_f4_fma(pr_f4_mul(p, square), x, x);
    return pr_f4_select_less(pr_f4_abs(x), pr_f4_set1(0.625f), near, far);
}

// log(1 + y) for y from 0 to 1: 2 atanh(t) with t = y / (2 + y), at most 1/3.
PR_INLINE pr_f4 pr_f4_log1p(pr_f4 y) {
    pr_f4 t = pr_f4_div(y, pr_f4_add(y, pr_f4_set1(2.0f)));
    pr_f4 square = pr_f4_mul(t, t);
    pr_f4 p = pr_f4_set1(2.0f / 13);
    p = pr_f4_fma(p, square, pr_f4_set1(2.0f / 11));
    p = pr_f4_fma(p, square, pr_f4_set1(2.0f / 9));
    p = pr_f4_fma(p, square, pr_f4_set1(2.0f / 7));
    p = pr_f4_fma(p, square, pr_f4_set1(2.0f / 5));
    p = pr_f4_fma(p, square, pr_f4_set1(2.0f / 3));
    p = pr_f4_fma(p, square, pr_f4_set1(2.0f));
    return pr_f4_mul(p, t);
}

// log(1 + e^x), the log loss of a logit x against 0, without overflow: max(x, 0) + log1p(e^-|x|).
PR_INLINE pr_f4 pr_f4_softplus(pr_f4 x) {
    pr_f4 tail = pr_f4_log1p(pr_f4_exp(pr_f4_sub(pr_f4_zero(), pr_f4_abs(x))));
    return pr_f4_add(pr_f4_max(x, pr_f4_zero()), tail);
}

#endif
