// The double precision solver: u' u is the matrix, solutions solve the system, and a factor changed
// by one row equals a new one.
#include "../../src/solve.h"
#include "check.h"

enum { N_MAX = 23, ROWS_MAX = 40 };

static const double TOLERANCE_GRAM = 1e-13, TOLERANCE_FACTOR = 1e-12, TOLERANCE_SOLUTION = 1e-11,
                    TOLERANCE_CHANGES = 1e-10;

static double m[ROWS_MAX * (N_MAX + 1)], a[N_MAX * (N_MAX + 1)], u[N_MAX * (N_MAX + 1)],
    again[N_MAX * (N_MAX + 1)];
static double b[N_MAX + 1], x[N_MAX + 1];

static void fill(int32_t rows, int32_t n) {
    int32_t stride = pr_solve_stride(n);
    for (int32_t i = 0; i < pr_solve_rows(rows) * stride; i++)
        m[i] = i / stride < rows && i % stride < n ? (double)random_value() : 0;
}

static int check(int32_t n, int32_t rows) {
    int32_t stride = pr_solve_stride(n);
    fill(rows, n);
    pr_solve_begin(a, n, 0.5);
    pr_solve_gram(m, 0, rows, n, a);
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = i; j < n; j++) {
            double expected = i == j ? 0.5 : 0;
            for (int32_t r = 0; r < rows; r++) expected += m[r * stride + i] * m[r * stride + j];
            CHECK(is_close(a[i * stride + j], expected, TOLERANCE_GRAM));
        }
    for (int32_t i = 0; i < n * stride; i++) u[i] = a[i];
    CHECK(pr_solve_factor(u, n) == PR_OK);
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = i; j < n; j++) {
            double product = 0;
            for (int32_t k = 0; k <= i; k++) product += u[k * stride + i] * u[k * stride + j];
            CHECK(is_close(product, a[i * stride + j], TOLERANCE_FACTOR));
        }
    for (int32_t i = 0; i < n; i++) b[i] = x[i] = (double)random_value();
    pr_solve(u, n, x);
    for (int32_t i = 0; i < n; i++) {
        double sum = 0;
        for (int32_t j = 0; j < n; j++) sum += a[(i < j ? i * stride + j : j * stride + i)] * x[j];
        CHECK(is_close(sum, b[i], TOLERANCE_SOLUTION));
    }
    // b' A^-1 b = |u'^-1 b|^2
    double expected = pr_solve_dot(b, x, n);
    pr_solve_half(u, n, b);
    CHECK(is_close(pr_solve_dot(b, b, n), expected, TOLERANCE_SOLUTION));
    return 0;
}

static int check_change(int32_t n) {
    int32_t stride = pr_solve_stride(n), rows = 12;
    fill(rows, n);
    pr_solve_begin(again, n, 0.5);
    pr_solve_gram(m, 0, rows, n, again);
    CHECK(pr_solve_factor(again, n) == PR_OK);
    // Adds the twelfth row to eleven, withdraws and adds it again ten thousand times.
    double last[N_MAX + 1];
    for (int32_t k = 0; k < stride; k++)
        last[k] = m[(rows - 1) * stride + k], m[(rows - 1) * stride + k] = 0;
    pr_solve_begin(u, n, 0.5);
    pr_solve_gram(m, 0, rows, n, u);
    CHECK(pr_solve_factor(u, n) == PR_OK);
    for (int32_t turn = 0; turn < 10001; turn++) {
        for (int32_t k = 0; k < n; k++) x[k] = last[k];
        CHECK(pr_solve_change(u, n, x, turn % 2 ? -1 : 1) == PR_OK);
    }
    for (int32_t i = 0; i < n; i++)
        for (int32_t j = i; j < n; j++)
            CHECK(is_close(u[i * stride + j], again[i * stride + j], TOLERANCE_CHANGES));
    return 0;
}

int run(void) {
    for (int32_t n = 1; n <= N_MAX; n++)
        for (int32_t rows = 0; rows <= ROWS_MAX; rows += 9) PASS(check(n, rows));
    for (int32_t n = 1; n <= N_MAX; n += 4) PASS(check_change(n));
    // Not positive definite, and a row withdrawn that was never added.
    pr_solve_begin(u, 3, -1);
    CHECK(pr_solve_factor(u, 3) == PR_ERR_NOT_POSITIVE_DEFINITE);
    pr_solve_begin(u, 2, 1);
    CHECK(pr_solve_factor(u, 2) == PR_OK);
    x[0] = 3, x[1] = 0;
    CHECK(pr_solve_change(u, 2, x, -1) == PR_ERR_PRECISION);
    // A row whose withdrawal leaves 1e-8 of a squared pivot, and one that leaves 1e-4.
    for (int i = 0; i < 2; i++) {
        pr_solve_begin(u, 2, 1);
        x[0] = __builtin_sqrt(1 - (i ? 1e-4 : 1e-8)), x[1] = 0;
        CHECK(pr_solve_change(u, 2, x, -1) == (i ? PR_OK : PR_ERR_PRECISION));
    }
    return 0;
}
