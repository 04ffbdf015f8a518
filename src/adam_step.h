// Adam (Kingma and Ba, ICLR 2015), with a step size that falls linearly to 0.
#ifndef PR_ADAM_STEP_H
#define PR_ADAM_STEP_H

#include <stdint.h>

typedef struct pr_adam {
    float *value; // (count) the parameters
    float *first, *second; // (count) moments of the gradient
    int32_t count;
    float first_power, second_power; // decay^step of each moment, 1 before the first step
} pr_adam;

// done: the steps before; 0: the moments are cleared.
void pr_adam_begin(pr_adam *adam, int32_t done);

// Step number `step` of `steps`: value -= rate * mean / (sqrt(mean square) + epsilon).
void pr_adam_step(pr_adam *adam, const float *gradient, int32_t step, int32_t steps, float rate);

#endif
