#include "prior.h"

#include "solve.h"

// a (n) . b (n), in double
static double dot(const float *a, const float *b, int32_t n) {
    double sum = 0;
    for (int32_t k = 0; k < n; k++) sum += (double)a[k] * b[k];
    return sum;
}

uint64_t pr_prior_factor_size(int32_t width) {
    return sizeof(double) * (uint64_t)width * (uint64_t)pr_solve_stride(width);
}

static void set_identity(float *a, int32_t n) {
    for (int32_t i = 0; i < n; i++) a[i * n + i] = 1;
}

pr_status pr_prior_factor(float *covariance, int32_t width, double *scratch) {
    int32_t n = width, stride = pr_solve_stride(n), is_given = 0;
    pr_solve_begin(scratch, n, 0);
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++) {
            if (j <= i) scratch[j * stride + i] = covariance[i * n + j];
            is_given |= covariance[i * n + j] != 0;
        }
    if (!is_given) {
        set_identity(covariance, n);
        return PR_OK;
    }
    pr_solve_regularise(scratch, n);
    if (pr_solve_factor(scratch, n)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++)
            covariance[i * n + j] = j <= i ? (float)scratch[j * stride + i] : 0;
    return PR_OK;
}

void pr_prior_vector(const pr_prior *prior, const float *z, float *vector) {
    for (int32_t i = 0; i < prior->width; i++)
        vector[i] = (float)(prior->mean[i] + dot(prior->factor + i * prior->width, z, i + 1));
}

void pr_prior_whiten(const pr_prior *prior, const float *vector, float *z) {
    for (int32_t i = 0; i < prior->width; i++) {
        const float *row = prior->factor + i * prior->width;
        z[i] = (float)(((double)vector[i] - prior->mean[i] - dot(row, z, i)) / row[i]);
    }
}

void pr_prior_gradient(const pr_prior *prior, const float *by_vector, float *by_z) {
    for (int32_t k = 0; k < prior->width; k++) by_z[k] = 0;
    for (int32_t i = 0; i < prior->width; i++)
        for (int32_t k = 0; k <= i; k++)
            by_z[k] += prior->factor[i * prior->width + k] * by_vector[i];
}
