// Symmetric positive definite systems in double precision, by Cholesky's factorisation a = u' u
// with u upper triangular, so that every inner loop runs along a row. The only Cholesky of the
// core.
//
// Matrices are (n, stride) row-major with stride = pr_solve_stride(n); padding is zero. Entries
// below the diagonal are not read. Buffers are the caller's.
//
//   pr_solve_begin(a, n, 0.1);         // a = 0.1 I
//   pr_solve_gram(m, 0, rows, n, a);   // a += m' m
//   if (pr_solve_factor(a, n)) return PR_ERR_NOT_POSITIVE_DEFINITE;
//   pr_solve(a, n, b);                 // b = a^-1 b
#ifndef PR_SOLVE_H
#define PR_SOLVE_H

#include "arena.h"
#include "status.h"

// The stride of n columns, and the rows of a matrix m of n rows for pr_solve_gram.
static inline int32_t pr_solve_stride(int32_t n) { return (n + 1) / 2 * 2; }
static inline int32_t pr_solve_rows(int32_t n) { return (n + 3) / 4 * 4; }

// The address of the next matrix (rows, stride) of n columns.
double *pr_solve_take(pr_arena *arena, int32_t rows, int32_t n);

// a (n, n) = diagonal I
void pr_solve_begin(double *a, int32_t n, double diagonal);

// a (n, n) += m' (n, rows) diag(weights) m (rows, n). m and weights (NULL: ones) have
// pr_solve_rows(rows) rows, those past `rows` zero.
void pr_solve_gram(const double *m, const double *weights, int32_t rows, int32_t n, double *a);

// a += 1e-6 mean(diagonal of a) I: covariances of few samples are often singular.
void pr_solve_regularise(double *a, int32_t n);

// a becomes u in place; PR_ERR_NOT_POSITIVE_DEFINITE, a then lost.
pr_status pr_solve_factor(double *a, int32_t n);

// b (n) = u'^-1 b
void pr_solve_half(const double *u, int32_t n, double *b);

// b (n) = (u' u)^-1 b
void pr_solve(const double *u, int32_t n, double *b);

// u becomes the factor of u' u + sign x x' in O(n^2); x (n) is lost. PR_ERR_PRECISION, u then lost,
// where the result is not positive definite or nearly not.
pr_status pr_solve_change(double *u, int32_t n, double *x, double sign);

// Whether the pivots' squares are within this ratio: further apart, they leave too few digits.
int32_t pr_solve_is_precise(const double *u, int32_t n, double ratio);

// Leaving one out of a least squares problem: item (n) . the move of its solution (n), where the
// system of factor u has weight x x' and the load x of the one (n); by_item = the system's inverse
// times item. half (n) is scratch. (Sherman and Morrison; Allen, 1974.)
double pr_solve_leave_out(const double *u, int32_t n, const double *x, double weight, double load,
                          const double *solution, const double *by_item, double *half);

// a (n) . b (n)
double pr_solve_dot(const double *a, const double *b, int32_t n);

#endif
