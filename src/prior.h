// The Gaussian prior of a user vector, and the change of variables that makes it isotropic:
// p = mean + C z, where C C' is the covariance of the training users. A vector has up to two
// blocks, GMF and MLP, each with its own C.
#ifndef PR_PRIOR_H
#define PR_PRIOR_H

#include <stdint.h>

#include "status.h"

typedef struct pr_prior {
    int32_t width; // of the block
    const float *mean; // (width)
    const float *factor; // C (width, width), lower triangular, zeros above
} pr_prior;

// Bytes of scratch of pr_prior_factor.
uint64_t pr_prior_factor_size(int32_t width);

// A covariance (width, width) becomes C in place, regularised (solve.h). All zeros, a file without
// one, stand for the identity. PR_ERR_NOT_POSITIVE_DEFINITE: the covariance is lost.
pr_status pr_prior_factor(float *covariance, int32_t width, double *scratch);

void pr_prior_vector(const pr_prior *prior, const float *z, float *vector); // vector = mean + C z
void pr_prior_whiten(const pr_prior *prior, const float *vector, float *z); // the inverse
void pr_prior_gradient(const pr_prior *prior, const float *by_vector, float *by_z); // C' by_vector

#endif
