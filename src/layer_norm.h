// Layer normalisation (Ba, Kiros, Hinton, 2016).
//
//   pr_layer_norm(x, width, weight, bias, 1e-5f, y);
#ifndef PR_LAYER_NORM_H
#define PR_LAYER_NORM_H

#include <stdint.h>

// y = (x - mean of x) / sqrt(variance of x + epsilon) * weight + bias, all (width), padded with
// zeros to a multiple of four numbers. x and y may be the same.
void pr_layer_norm(const float *x, int32_t width, const float *weight, const float *bias,
                   float epsilon, float *y);

#endif
