// CDAE's new person with a node of their own (Wu et al., WSDM 2016): the rest of the model is
// frozen, the node v is fitted.
//
//   L(v) = sum over the history of loss(s_i without i in the input, 1)  +  sum over draws of
//   loss(s_j, 0)  +  prior/2 |v - mean|^2
//
// An interaction is predicted from the others alone, or the model would only copy its input. Loss:
// log loss behind a sigmoid, else squared error. For models of one hidden layer whose input is not
// normalised.
#ifndef PR_NODE_H
#define PR_NODE_H

#include "autoencoder.h"
#include "fit_options.h"

uint64_t pr_node_size(const pr_autoencoder *model);

// node (width[0], padded) is fitted from where it stands to the interactions rows, weights (count)
// that `sums` holds; those of weight 0 count as not there. output: the model's output function.
// Deterministic for a seed.
void pr_node_fit(const pr_autoencoder *model, void *workspace, const float *sums,
                 const uint32_t *rows, const float *weights, int32_t count, int32_t output,
                 const pr_fit_options *options, float *node);

#endif
