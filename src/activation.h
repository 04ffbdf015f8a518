// The functions that stand behind a layer or a model. The numbers are part of the interface with
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
    PR_EXP = 7
};

// x (count, a multiple of 4) = activation(x). ELU with alpha 1 (Clevert et al. 2016), SELU with the
// constants of Klambauer et al. 2017, swish x sigmoid(x), also called SiLU (Ramachandran et al.
// 2017).
void pr_activation_apply(int32_t activation, float *x, int32_t count);

// The same where a dense layer has done identity and ReLU already, on the way out of the registers.
void pr_activation_apply_rest(int32_t activation, float *x, int32_t count);

// gradient (count, a multiple of 4) *= the derivative, written in the activation's own output y =
// act(x), which is what a forward pass keeps. Not of swish: below 0 two x give the same y.
void pr_activation_backward(int32_t activation, const float *y, float *gradient, int32_t count);

#endif
