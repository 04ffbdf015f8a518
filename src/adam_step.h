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

static inline void pr_adam_begin(pr_adam *adam) {
    for (int32_t k = 0; k < adam->count; k++) adam->first[k] = adam->second[k] = 0;
    adam->first_power = adam->second_power = 1;
}

// Step number `step` of `steps`: value -= rate * mean / (sqrt(mean square) + epsilon).
static inline void pr_adam_step(pr_adam *adam, const float *gradient, int32_t step, int32_t steps,
                                float rate) {
    const float first_decay = 0.9f, second_decay = 0.999f, epsilon = 1e-8f;
    adam->first_power *= first_decay;
    adam->second_power *= second_decay;
    rate *= 1 - (float)step / (float)steps;
    for (int32_t k = 0; k < adam->count; k++) {
        adam->first[k] = first_decay * adam->first[k] + (1 - first_decay) * gradient[k];
        adam->second[k] =
            second_decay * adam->second[k] + (1 - second_decay) * gradient[k] * gradient[k];
        float mean = adam->first[k] / (1 - adam->first_power),
              square = adam->second[k] / (1 - adam->second_power);
        adam->value[k] -= rate * mean / (__builtin_sqrtf(square) + epsilon);
    }
}

#endif
