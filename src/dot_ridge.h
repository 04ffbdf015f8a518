// A new user of a dot product by least squares, exactly: iALS (Hu, Koren and Volinsky:
// Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008; Rendle et al., 2021) and ridge
// regression on ratings (Koren, Bell and Volinsky, 2009).
//
//   minimise  sum over the history of w_i (x_i . v)^2 - 2 y_i (x_i . v)
//             + unobserved sum over the catalogue of (x_i . v)^2 + v . diag(penalty) v
//   that is   (sum w_i x_i x_i' + unobserved Gram + diag(penalty)) v = sum y_i x_i
//
// v is the user vector, x_i the item's vector, with a 1 for the user's bias. With the value r_i of
// an interaction, w_i = weight[0] + weight[1] r_i and y_i = load[0] + load[1] r_i - mean - item
// bias_i:
//
//   squared      sum (r_i - raw_i)^2: w_i = 1, y_i = r_i - mean - item bias_i, unobserved 0
//   confidence   sum c_i (p . q_i - target)^2 + unobserved sum over the others of (p . q_i)^2:
//                w_i = c_i - unobserved, y_i = c_i target; c_i = offset + scale r_i
//
// Sums run in double. config is pr_dot_ridge, weights the const model, scratch the caller's
// workspace (16-aligned).
//
//   pr_dot_ridge ridge = { .weight = { 1, 0 }, .load = { 0, 1 }, .penalty = 0.1 };
//   pr_status status = pr_dot_ridge_fit(model, &ridge, workspace, rows, ratings, count, fitted);
#ifndef PR_DOT_RIDGE_H
#define PR_DOT_RIDGE_H

#include "dot.h"

// JavaScript writes it as doubles, in this order.
typedef struct pr_dot_ridge {
    double unobserved; // not 0: of a model with a Gram
    double weight[2], load[2];
    double penalty, bias_penalty; // of p, and of the user's bias
    // The penalties of a history with one interaction less: of pr_dot_ridge_explain.
    double shorter_penalty, shorter_bias_penalty;
} pr_dot_ridge;

// Bytes of workspace.
uint64_t pr_dot_ridge_size(const pr_dot *model);

// vector (user width) = the minimum for rows and values (count). PR_ERR_NOT_POSITIVE_DEFINITE or
// PR_ERR_PRECISION where it is not determined.
pr_status pr_dot_ridge_fit(const pr_dot *model, const pr_dot_ridge *ridge, void *workspace,
                           const uint32_t *rows, const float *values, int32_t count, float *vector);

// effects (count): by how much the raw score of `item` falls without interaction i. Exact, in
// closed form. Fails as pr_dot_ridge_fit does.
pr_status pr_dot_ridge_explain(const pr_dot *model, const pr_dot_ridge *ridge, void *workspace,
                               const uint32_t *rows, const float *values, int32_t count,
                               uint32_t item, float *effects);

#endif
