// Which interactions of a history made GMF, MLP or NeuMF say what it says of an item: the influence
// of each on the fit (influence functions: Cook 1977; Koh and Liang, ICML 2017).
//
// At the minimum z of the fold-in's objective (fold_in.h), leaving interaction i out moves z by
// H^-1 times what the gradient changes by: the item counts as any other, and the others weigh less
// since the history is shorter. H is the Gauss-Newton Hessian, exact for GMF, with i taken out of
// it. So the effect on a score is first order in the move of z.
#ifndef PR_INFLUENCE_H
#define PR_INFLUENCE_H

#include "fit.h"

// Bytes of workspace for a history of `count`; it may be kept, and put back at the same or another
// address.
uint64_t pr_influence_size(const pr_ncf *model, int32_t count);

// What is the same for every item: done once for a vector (g + e) fitted to rows and targets
// (count) with these options. Of a catalogue of more than 4,096 items, so many stand for all.
void pr_influence_start(const pr_ncf *model, void *workspace, const uint32_t *rows,
                        const float *targets, int32_t count, const pr_fit_options *options,
                        const float *vector);

// effects[i] = how much the raw score of `item` would fall without interaction i. All 0 where the
// Hessian was not positive definite.
void pr_influence_item(const pr_ncf *model, void *workspace, int32_t count, uint32_t item,
                       float *effects);

#endif
