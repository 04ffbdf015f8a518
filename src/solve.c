#include "solve.h"

#include "simd.h"

// What a change must leave of a squared pivot: of less, the remaining digits are rounding.
static const double PIVOT_MIN = 1e-6;

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

double *pr_solve_take(pr_arena *arena, int32_t rows, int32_t n) {
    return pr_arena_take(arena, sizeof(double) * (uint64_t)rows * (uint64_t)pr_solve_stride(n));
}

void pr_solve_begin(double *a, int32_t n, double diagonal) {
    int64_t stride = pr_solve_stride(n);
    __builtin_memset(a, 0, (uint32_t)(n * stride) * sizeof(double));
    for (int64_t i = 0; i < n; i++) a[i * stride + i] = diagonal;
}

void pr_solve_gram(const double *m, const double *weights, int32_t rows, int32_t n, double *a) {
    static const double ones[4] = { 1, 1, 1, 1 };
    int32_t stride = pr_solve_stride(n);
    for (int32_t start = 0; start < rows; start += 4, m += 4 * stride) {
        const double *const four[4] = { m, m + stride, m + 2 * stride, m + 3 * stride },
                            *const w = weights ? weights + start : ones;
        for (int32_t i = 0; i < n; i++) {
            const double weight[4] = { w[0] * four[0][i], w[1] * four[1][i], w[2] * four[2][i],
                                       w[3] * four[3][i] };
            add_four(a + (int64_t)i * stride, i, stride, four, weight);
        }
    }
}

void pr_solve_regularise(double *a, int32_t n) {
    int64_t step = pr_solve_stride(n) + 1;
    double trace = 0;
    for (int64_t i = 0; i < n; i++) trace += a[i * step];
    for (int64_t i = 0; i < n; i++) a[i * step] += 1e-6 * trace / n;
}

// Row p of a becomes row p of u, and its outer product is subtracted from the rows up to `end`.
static pr_status factor_row(double *a, int32_t stride, int32_t p, int32_t end) {
    double *row = a + (int64_t)p * stride;
    if (!(row[p] > 0)) return PR_ERR_NOT_POSITIVE_DEFINITE;
    double root = __builtin_sqrt(row[p]);
    row[p] = root;
    for (int32_t j = p + 1; j < stride; j++) row[j] /= root;
    for (int32_t q = p + 1; q < end; q++) add_one(a + (int64_t)q * stride, q, stride, row, -row[q]);
    return PR_OK;
}

// Four rows at a time are factored and subtracted from all rows below.
pr_status pr_solve_factor(double *a, int32_t n) {
    int32_t stride = pr_solve_stride(n);
    for (int32_t start = 0; start < n; start += 4) {
        int32_t end = start + 4 < n ? start + 4 : n;
        for (int32_t p = start; p < end; p++)
            if (factor_row(a, stride, p, end)) return PR_ERR_NOT_POSITIVE_DEFINITE;
        const double *row = a + (int64_t)start * stride;
        const double *const four[4] = { row, row + stride, row + 2 * stride, row + 3 * stride };
        for (int32_t i = end; i < n; i++) {
            const double weight[4] = { -four[0][i], -four[1][i], -four[2][i], -four[3][i] };
            add_four(a + (int64_t)i * stride, i, stride, four, weight);
        }
    }
    return PR_OK;
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

// Gill, Golub, Murray and Saunders (1974), method C1.
pr_status pr_solve_change(double *u, int32_t n, double *x, double sign) {
    int32_t stride = pr_solve_stride(n);
    for (int32_t k = 0; k < n; k++, u += stride) {
        double square = u[k] * u[k] + sign * x[k] * x[k];
        if (!(square > PIVOT_MIN * u[k] * u[k])) return PR_ERR_PRECISION;
        double root = __builtin_sqrt(square), c = root / u[k], s = x[k] / u[k];
        u[k] = root;
        for (int32_t i = k + 1; i < n; i++) {
            u[i] = (u[i] + sign * s * x[i]) / c;
            x[i] = c * x[i] - s * u[i];
        }
    }
    return PR_OK;
}

int32_t pr_solve_is_precise(const double *u, int32_t n, double ratio) {
    int64_t step = pr_solve_stride(n) + 1;
    double min = u[0], max = u[0];
    for (int64_t k = 0; k < n; k++) {
        min = u[k * step] < min ? u[k * step] : min;
        max = u[k * step] > max ? u[k * step] : max;
    }
    return min * min > ratio * max * max;
}

double pr_solve_leave_out(const double *u, int32_t n, const double *x, double weight, double load,
                          const double *solution, const double *by_item, double *half) {
    double along = pr_solve_dot(x, by_item, n),
           error = load - weight * pr_solve_dot(x, solution, n);
    __builtin_memcpy(half, x, (uint32_t)n * sizeof(double));
    pr_solve_half(u, n, half);
    return along * error / (1 - weight * pr_solve_dot(half, half, n));
}
