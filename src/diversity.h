// Maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998): a list that is relevant and
// does not repeat itself.
//
// One after the other the candidate with the largest  balance * relevance - (1 - balance) *
// similarity  is chosen, where similarity is the largest cosine between the candidate and any that
// was chosen before. The first is the most relevant. Each choice is one pass over the candidates,
// whose similarity to the chosen is kept: O(candidates * choices * width).
#ifndef PR_DIVERSITY_H
#define PR_DIVERSITY_H

#include <stdint.h>

// Chooses `most` of `count` candidates, most <= count: their positions in chosen (most). A tie goes
// to the smaller position. vectors (count rounded up to 4, stride): rows of length 1, or 0, which
// are similar to nothing; stride is a multiple of 4. What is padding is zero. relevance (count
// rounded up to 4) and nearest (the same) are used up.
void pr_diversity_choose(const float *vectors, int32_t count, int32_t stride, float balance,
                         int32_t most, float *relevance, float *nearest, uint32_t *chosen);

#endif
