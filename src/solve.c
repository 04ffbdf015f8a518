#include "solve.h"

#include "simd.h"

// row[j] += sum_r weight[r] four[r][j] for j from `from` (rounded down to even) to stride
static void add_four(double *row, int32_t from, int32_t stride, const double *const four[4],
                     const double weight[4]) {
    pr_d2 w[4];
#pragma GCC unroll 4
    for (int r = 0; r < 4; r++) w[r] = pr_d2_set1(weight[r]);
    for (int32_t j = from / 2 * 2; j < stride; j += 2) {
        pr_d2 sum = pr_d2_load(row + j);
#pragma GCC unroll 4
        for (int r = 0; r < 4; r++) sum = pr_d2_add(sum, pr_d2_mul(w[r], pr_d2_load(four[r] + j)));
        pr_d2_store(row + j, sum);
    }
}

// y[j] += weight x[j] for j from `from` (rounded down to even) to stride
static void add_one(double *y, int32_t from, int32_t stride, const double *x, double weight) {
    pr_d2 w = pr_d2_set1(weight);
    for (int32_t j = from / 2 * 2; j < stride; j += 2)
        pr_d2_store(y + j, pr_d2_add(pr_d2_load(y + j), pr_d2_mul(w, pr_d2_load(x + j))));
}

double pr_solve_dot(const double *a, const double *b, int32_t n) {
    double sum = 0;
    for (int32_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

void pr_solve_begin(double *a, int32_t n, double diagonal) {
    int64_t stride = pr_solve_stride(n);
    for (int64_t i = 0; i < n * stride; i++) a[i] = 0;
    for (int64_t i = 0; i < n; i++) a[i * stride + i] = diagonal;
}

void pr_solve_gram(const double *m, int32_t rows, int32_t n, double *a) {
    int32_t stride = pr_solve_stride(n);
    for (int32_t start = 0; start < rows; start += 4, m += 4 * stride) {
        const double *const four[4] = { m, m + stride, m + 2 * stride, m + 3 * stride };
        for (int32_t i = 0; i < n; i++) {
            const double weight[4] = { four[0][i], four[1][i], four[2][i], four[3][i] };
            add_four(a + (int64_t)i * stride, i, stride, four, weight);
        }
    }
}

// Row p of a becomes row p of u, and is taken out of the rows up to `end`.
static int32_t factor_row(double *a, int32_t stride, int32_t p, int32_t end) {
    double *row = a + (int64_t)p * stride;
    if (!(row[p] > 0)) return -1;
    double root = __builtin_sqrt(row[p]);
    row[p] = root;
    for (int32_t j = p + 1; j < stride; j++) row[j] /= root;
    for (int32_t q = p + 1; q < end; q++) add_one(a + (int64_t)q * stride, q, stride, row, -row[q]);
    return 0;
}

// Four rows at a time are finished and taken out of all the rest.
int32_t pr_solve_factor(double *a, int32_t n) {
    int32_t stride = pr_solve_stride(n);
    for (int32_t start = 0; start < n; start += 4) {
        int32_t end = start + 4 < n ? start + 4 : n;
        for (int32_t p = start; p < end; p++)
            if (factor_row(a, stride, p, end)) return -1;
        const double *row = a + (int64_t)start * stride;
        const double *const four[4] = { row, row + stride, row + 2 * stride, row + 3 * stride };
        for (int32_t i = end; i < n; i++) {
            const double weight[4] = { -four[0][i], -four[1][i], -four[2][i], -four[3][i] };
            add_four(a + (int64_t)i * stride, i, stride, four, weight);
        }
    }
    return 0;
}

void pr_solve_half(const double *u, int32_t n, double *b) {
    int32_t stride = pr_solve_stride(n);
    for (int32_t k = 0; k < n; k++, u += stride) {
        b[k] /= u[k];
        // A unit vector begins with zeros.
        for (int32_t i = k + 1; b[k] != 0 && i < n; i++) b[i] -= u[i] * b[k];
    }
}

void pr_solve(const double *u, int32_t n, double *b) {
    int32_t stride = pr_solve_stride(n);
    pr_solve_half(u, n, b);
    for (int32_t k = n - 1; k >= 0; k--) {
        const double *row = u + (int64_t)k * stride;
        b[k] = (b[k] - pr_solve_dot(row + k + 1, b + k + 1, n - k - 1)) / row[k];
    }
}

// Gill, Golub, Murray and Saunders 1974, method C1.
int32_t pr_solve_change(double *u, int32_t n, double *x, double sign) {
    int32_t stride = pr_solve_stride(n);
    for (int32_t k = 0; k < n; k++, u += stride) {
        double square = u[k] * u[k] + sign * x[k] * x[k];
        // Where a withdrawal leaves next to nothing of a pivot, what is left of its digits is
        // rounding.
        if (!(square > 1e-6 * u[k] * u[k])) return -1;
        double root = __builtin_sqrt(square), c = root / u[k], s = x[k] / u[k];
        u[k] = root;
        for (int32_t i = k + 1; i < n; i++) {
            u[i] = (u[i] + sign * s * x[i]) / c;
            x[i] = c * x[i] - s * u[i];
        }
    }
    return 0;
}
