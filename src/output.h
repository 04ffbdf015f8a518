// From a raw score to the model's own output: a probability, a rating.
#ifndef PR_OUTPUT_H
#define PR_OUTPUT_H

#include <stdint.h>

typedef struct pr_output {
    int32_t activation;
    float offset; // of a softmax, the log of the sum over the catalogue
    float scale, shift;
    float minimum, maximum;
} pr_output;

// values (count, a multiple of 4) = clamp(activation(values - offset) scale + shift, minimum,
// maximum)
void pr_output_apply(const pr_output *output, float *values, int32_t count);

// log(sum of e^raw) over a catalogue scored in pieces: begins as { -infinity, 0 }, and the result
// is max + log(sum).
typedef struct pr_log_sum {
    double max, sum;
} pr_log_sum;

// Adds raw scores (count).
void pr_log_sum_add(pr_log_sum *log_sum, const float *raw, int32_t count);

#endif
