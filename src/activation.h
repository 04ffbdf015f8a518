// The functions that stand behind a layer or a model. The numbers are part of the interface with js/abi.js.
#ifndef PR_ACTIVATION_H
#define PR_ACTIVATION_H

#include "math.h"

enum { PR_IDENTITY = 0, PR_RELU = 1, PR_SIGMOID = 2, PR_TANH = 3 };

// x (count, a multiple of 4) = activation(x) for the activations that no comparison can do: sigmoid and tanh.
// Identity and ReLU return at once: a dense layer does them on the way out of the registers.
void pr_activation_apply_all(int32_t activation, float *x, int32_t count);

// gradient (count, a multiple of 4) *= the derivative, written in the activation's own output y = act(x), which is
// what a forward pass keeps.
void pr_activation_backward(int32_t activation, const float *y, float *gradient, int32_t count);

#endif
