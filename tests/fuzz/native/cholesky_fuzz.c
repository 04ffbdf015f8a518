// The Cholesky solver against Gaussian elimination in double, and changes of its factor.
#include "../../../src/solve.h"
#include "fuzz.h"

enum { N_MAX = 10, ROWS_MAX = 12 };

static double *doubles(int32_t count) { return fuzz_zeros((uint64_t)count * sizeof(double)); }

static int32_t n, rows, stride;
static double *m, *a;
static double diagonal;

static void fill(void) {
    m = doubles(pr_solve_rows(rows) * stride);
    for (int32_t i = 0; i < rows * stride; i++)
        if (i % stride < n) m[i] = (double)fuzz_number(1);
    a = doubles(n * stride);
    pr_solve_begin(a, n, diagonal);
    pr_solve_gram(m, 0, rows, n, a);
}

static void check_solution(const double *u) {
    double full[N_MAX * N_MAX], expected[N_MAX], *x = doubles(n), *half = doubles(n),
                                                 *b = doubles(n);
    for (int32_t i = 0; i < n; i++) x[i] = half[i] = expected[i] = b[i] = (double)fuzz_uniform();
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = 0; j < n; j++)
            full[i * n + j] = a[i < j ? i * stride + j : j * stride + i];
    REQUIRE(fuzz_solve(full, expected, n));
    pr_solve(u, n, x);
    for (int32_t i = 0; i < n; i++)
        REQUIRE(absolute(x[i] - expected[i]) <= 1e-6 * (1 + absolute(expected[i])));
    pr_solve_half(u, n, half);
    REQUIRE(is_close(pr_solve_dot(half, half, n), pr_solve_dot(b, expected, n), 1e-6));
}

// A row added to the factor and withdrawn again leaves it as it was.
static void check_change(double *u) {
    double *x = doubles(n), *row = doubles(n), *before = doubles(n * stride);
    for (int32_t k = 0; k < n; k++) x[k] = row[k] = (double)fuzz_number(1);
    memcpy(before, u, sizeof(double) * (size_t)(n * stride));
    if (pr_solve_change(u, n, x, 1)) {
        REQUIRE(fuzz_is_wild);
        return;
    }
    memcpy(x, row, sizeof(double) * (size_t)n);
    pr_status status = pr_solve_change(u, n, x, -1);
    REQUIRE(status == PR_OK || status == PR_ERR_PRECISION);
    for (int32_t i = 0; i < n && !fuzz_is_wild && status == PR_OK; i++)
        for (int32_t j = i; j < n; j++)
            REQUIRE(is_close(u[i * stride + j], before[i * stride + j], 1e-6));
}

void fuzz_cholesky(void) {
    n = fuzz_from(1, N_MAX), rows = fuzz_below(ROWS_MAX), stride = pr_solve_stride(n);
    diagonal = fuzz_flag() ? 0.5 : fuzz_flag() ? 0.01 : (double)fuzz_number(1);
    fill();
    if (fuzz_flag()) pr_solve_regularise(a, n);
    double *u = doubles(n * stride);
    memcpy(u, a, sizeof(double) * (size_t)(n * stride));
    pr_status status = pr_solve_factor(u, n);
    REQUIRE(status == PR_OK || status == PR_ERR_NOT_POSITIVE_DEFINITE);
    if (status) REQUIRE(fuzz_is_wild || diagonal < 0.01);
    if (status) return;
    for (int32_t k = 0; k < n; k++) REQUIRE(u[k * stride + k] > 0);
    if (!fuzz_is_wild && diagonal >= 0.01) check_solution(u);
    check_change(u);
}
