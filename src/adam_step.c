#include "adam_step.h"

static const float FIRST_DECAY = 0.9f, SECOND_DECAY = 0.999f, EPSILON = 1e-8f;

void pr_adam_begin(pr_adam *adam, int32_t done) {
    for (int32_t k = 0; k < adam->count && !done; k++) adam->first[k] = adam->second[k] = 0;
    adam->first_power = adam->second_power = 1;
    for (; done; done--) {
        adam->first_power *= FIRST_DECAY;
        adam->second_power *= SECOND_DECAY;
    }
}

void pr_adam_step(pr_adam *adam, const float *gradient, int32_t step, int32_t steps, float rate) {
    adam->first_power *= FIRST_DECAY;
    adam->second_power *= SECOND_DECAY;
    rate *= 1 - (float)step / (float)steps;
    for (int32_t k = 0; k < adam->count; k++) {
        adam->first[k] = FIRST_DECAY * adam->first[k] + (1 - FIRST_DECAY) * gradient[k];
        adam->second[k] =
            SECOND_DECAY * adam->second[k] + (1 - SECOND_DECAY) * gradient[k] * gradient[k];
        float mean = adam->first[k] / (1 - adam->first_power),
              square = adam->second[k] / (1 - adam->second_power);
        adam->value[k] -= rate * mean / (__builtin_sqrtf(square) + EPSILON);
    }
}
