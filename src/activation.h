// Activations of layers and output functions of models. The numbers are part of the interface with
// js/runtime/abi.js.
#ifndef PR_ACTIVATION_H
#define PR_ACTIVATION_H

#include "math.h"

enum {
    PR_IDENTITY = 0,
    PR_RELU = 1,
    PR_SIGMOID = 2,
    PR_TANH = 3,
    PR_ELU = 4,
    PR_SELU = 5,
    PR_SWISH = 6,
    PR_EXP = 7,
    PR_GELU = 8
};

// x (count, a multiple of 4) = activation(x). ELU with alpha 1 (Clevert et al., 2016), SELU with
// the constants of Klambauer et al. (2017), swish x sigmoid(x), also called SiLU (Ramachandran et
// al., 2017), GELU x Phi(x) with the normal distribution function Phi (Hendrycks and Gimpel, 2016).
void pr_activation_apply(int32_t activation, float *x, int32_t count);

// A dense layer applies identity and ReLU itself, in one instruction before a sum is stored: max
// with this, 0 or -infinity.
PR_INLINE pr_f4 pr_activation_floor(int32_t activation) {
    return pr_f4_set1(activation == PR_RELU ? 0.0f : -__builtin_inff());
}

// The other activations, after a dense layer.
void pr_activation_apply_rest(int32_t activation, float *x, int32_t count);

// gradient (count, a multiple of 4) *= the derivative at x, computed from y = activation(x), which
// a forward pass keeps. Not for swish and GELU: below 0 two x have the same y.
void pr_activation_backward(int32_t activation, const float *y, float *gradient, int32_t count);

#endif
