// The Gaussian prior of a user vector, and the change of variables that makes it round: p = mean +
// C z with C the Cholesky factor of the training users' covariance. A vector has up to two blocks,
// GMF and MLP, each with its own C.
#ifndef PR_PRIOR_H
#define PR_PRIOR_H

#include <stdint.h>

typedef struct pr_prior {
    int32_t width; // of the block
    const float *mean; // (width)
    const float *factor; // C (width, width) row-major, lower triangular
} pr_prior;

// a (n, n) row-major becomes its Cholesky factor in place: lower triangle, zeros above. Sums run in
// double. A millionth of the mean diagonal is added first, since the covariance of few people is
// often singular. 0, or -1 where a is not positive definite.
int32_t pr_cholesky(float *a, int32_t n);

// Solves a x = b by a's factor, x in place of b.
void pr_cholesky_solve(const float *factor, int32_t n, float *b);

void pr_prior_vector(const pr_prior *prior, const float *z, float *vector); // vector = mean + C z
void pr_prior_whiten(const pr_prior *prior, const float *vector, float *z); // the inverse
void pr_prior_gradient(const pr_prior *prior, const float *by_vector,
                       float *by_z); // by_z = C' by_vector

#endif
