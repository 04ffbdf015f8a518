#include "prior.h"

// a . b, in double
static double dot(const float *a, const float *b, int32_t n) {
    double sum = 0;
    for (int32_t k = 0; k < n; k++) sum += (double)a[k] * b[k];
    return sum;
}

int32_t pr_cholesky(float *a, int32_t n) {
    double trace = 0;
    for (int32_t i = 0; i < n; i++) trace += a[i * n + i];
    for (int32_t i = 0; i < n; i++) {
        float *row = a + i * n;
        for (int32_t j = 0; j < i; j++)
            row[j] = (float)((row[j] - dot(row, a + j * n, j)) / a[j * n + j]);
        double pivot = row[i] + 1e-6 * trace / n - dot(row, row, i);
        if (!(pivot > 0)) return -1;
        row[i] = (float)__builtin_sqrt(pivot);
        for (int32_t j = i + 1; j < n; j++) row[j] = 0;
    }
    return 0;
}

void pr_cholesky_solve(const float *factor, int32_t n, float *b) {
    for (int32_t i = 0; i < n; i++)
        b[i] = (float)((b[i] - dot(factor + i * n, b, i)) / factor[i * n + i]);
    for (int32_t i = n - 1; i >= 0; i--) {
        double sum = b[i];
        for (int32_t k = i + 1; k < n; k++) sum -= (double)factor[k * n + i] * b[k];
        b[i] = (float)(sum / factor[i * n + i]);
    }
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
