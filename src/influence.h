// Explanations of GMF, MLP and NeuMF: the influence of each interaction of a history on the score
// of an item (influence functions: Cook, 1977; Koh and Liang, ICML 2017, section 2.1).
//
// At the minimum z of the fold-in's objective (fold_in.h), leaving interaction i out moves z by
// H^-1 times the change of the gradient: the item then counts as any other, and the others weigh
// less, since the history is shorter. H is the Gauss-Newton Hessian without i, exact for GMF. The
// effect on a score is of first order in the move of z.
//
// scratch is the caller's workspace (16-aligned). After pr_influence_start it may be copied and
// used at another address; it holds no pointers.
//
//   pr_influence_start(model, workspace, rows, targets, count, &options, vector);
//   pr_influence_item(model, workspace, count, item, effects);
#ifndef PR_INFLUENCE_H
#define PR_INFLUENCE_H

#include "fit.h"

// Bytes of workspace for a history of `count`.
uint64_t pr_influence_size(const pr_ncf *model, int32_t count);

// What all items share, once per user: vector (g + e) is fitted to rows and targets (count) with
// these options. A catalogue of more than 4,096 items is sampled.
void pr_influence_start(const pr_ncf *model, void *workspace, const uint32_t *rows,
                        const float *targets, int32_t count, const pr_fit_options *options,
                        const float *vector);

// effects (count): by how much the raw score of `item` falls without interaction i. All 0 where the
// Hessian is not positive definite.
void pr_influence_item(const pr_ncf *model, void *workspace, int32_t count, uint32_t item,
                       float *effects);

#endif
