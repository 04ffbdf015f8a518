// A new user of CDAE with a node of their own (Wu et al., WSDM 2016, section 3.2): fits the node v,
// with the rest of the model frozen.
//
//   L(v) = sum over the history of loss(s_i without i in the input, 1)
//          + sum over negatives of loss(s_j, 0)  +  prior / 2 |v - mean|^2
//
// An interaction is predicted from the others alone, or the model would only copy its input. The
// loss is the log loss behind a sigmoid, else the squared error. For models of one hidden layer
// whose input is not normalised. Adam, with fresh negatives at each step.
//
// config is pr_fit_options, weights the const model, scratch the caller's workspace.
//
//   for (int32_t k = 0; k < padded; k++) node[k] = pr_autoencoder_user_mean(model)[k];
//   pr_node_fit(model, workspace, sums, rows, weights, count, PR_SIGMOID, &options, node);
//   pr_autoencoder_encode(model, sums, square, node, vector);
#ifndef PR_NODE_H
#define PR_NODE_H

#include "autoencoder.h"
#include "fit_options.h"

// Bytes of workspace (16-aligned).
uint64_t pr_node_size(const pr_autoencoder *model);

// node (width[0], padded) = the minimum of L, searched from the node given. sums holds the
// interactions rows, weights (count); those of weight 0 do not count. output: the model's output
// function. The same bits for the same seed. Takes at most PR_FIT_WORK (fit_batch.h): of a long
// history each step takes a part.
void pr_node_fit(const pr_autoencoder *model, void *workspace, const float *sums,
                 const uint32_t *rows, const float *weights, int32_t count, int32_t output,
                 const pr_fit_options *options, float *node);

#endif
