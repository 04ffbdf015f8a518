// Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): re-ranks for diversity.
//
// Each choice is the candidate with the largest
//
//   balance * relevance - (1 - balance) * similarity
//
// where similarity is the largest cosine between the candidate and any chosen before. The first
// choice is the most relevant candidate. A choice is one pass over the candidates, whose similarity
// to the chosen is kept: O(candidates * choices * width).
#ifndef PR_DIVERSITY_H
#define PR_DIVERSITY_H

#include <stdint.h>

// chosen (choices) = positions of the chosen among `count` candidates, choices <= count. A tie goes
// to the smaller position. vectors (count rounded up to 4, stride): rows of length 1, or 0, which
// are similar to none; stride is a multiple of 4; padding is zero. relevance and nearest (count
// rounded up to 4 each) are overwritten.
void pr_diversity_choose(const float *vectors, int32_t count, int32_t stride, float balance,
                         int32_t choices, float *relevance, float *nearest, uint32_t *chosen);

#endif
