// The two losses of a user's fit, as a phi(s) - b s. For a target t of weight v: a = v, b = v t.
#ifndef PR_LOSS_H
#define PR_LOSS_H

#include "activation.h"

// phi: log(1 + e^s) behind a sigmoid (log loss), s^2 / 2 behind an identity (squared error, without
// its constant).
PR_INLINE pr_f4 pr_loss_value(int32_t output, pr_f4 s) {
    return output == PR_SIGMOID ? pr_f4_softplus(s) : pr_f4_mul(pr_f4_set1(0.5f), pr_f4_mul(s, s));
}

// phi': the output function.
PR_INLINE pr_f4 pr_loss_slope(int32_t output, pr_f4 s) {
    return output == PR_SIGMOID ? pr_f4_sigmoid(s) : s;
}

// phi'', computed from slope = phi'.
PR_INLINE pr_f4 pr_loss_curvature(int32_t output, pr_f4 slope) {
    pr_f4 one = pr_f4_set1(1.0f);
    return output == PR_SIGMOID ? pr_f4_mul(slope, pr_f4_sub(one, slope)) : one;
}

#endif
