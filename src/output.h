// From a raw score to the model's own output: a probability, a rating.
#ifndef PR_OUTPUT_H
#define PR_OUTPUT_H

#include <stdint.h>

typedef struct pr_output {
    int32_t activation;
    float offset; // taken from the raw score first: of a softmax, the log of the sum over the
                  // catalogue
    float scale, shift; // then activation(raw - offset) * scale + shift,
    float minimum, maximum; // held between these
} pr_output;

// values (count, a multiple of 4): raw scores become outputs.
void pr_output_apply(const pr_output *output, float *values, int32_t count);

// Follows log(sum of e^raw) over a catalogue that comes in pieces: most and sum begin as {
// -infinity, 0 }, and the result is most + log(sum).
typedef struct pr_log_sum {
    double most, sum;
} pr_log_sum;

void pr_log_sum_add(pr_log_sum *log_sum, const float *raw, int32_t count);

#endif
