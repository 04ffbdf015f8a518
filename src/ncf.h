// Neural collaborative filtering: GMF, MLP and NeuMF (He, Liao, Zhang, Nie, Hu, Chua, WWW 2017).
//
//   logit(u, i) = sum_k output_k p_k q_ik  +  mlp_output . tower(u, i)  +  output_bias +
//   item_bias_i tower: h_1 = act(W_user u + b + W_item i), h_2 = act(W_2 h_1 + b_2), ...
//
// What depends on the user alone is computed once a user (pr_ncf_prepare), W_item i once a model:
// the table holds these rows in place of the embeddings. Scoring a candidate starts at h_1.
#ifndef PR_NCF_H
#define PR_NCF_H

#include "arena.h"
#include "dense.h"

enum {
    PR_LAYERS_MAX = 16,
    PR_TILE = 8, // blocks of PR_ROWS candidates that pass through the tower together
};

// The numbers that define a model. JavaScript fills it in as int32s, in this order.
typedef struct pr_ncf_config {
    int32_t items; // I
    int32_t gmf; // g, 0 for a pure MLP
    int32_t mlp_user; // e, 0 for a pure GMF
    int32_t mlp_item; // d of the items to be folded, 0 where the table arrives folded
    int32_t has_item_bias;
    int32_t activation; // of the tower
    int32_t output; // PR_SIGMOID or PR_IDENTITY
    int32_t is_fixed; // whether no person is ever fitted: nothing goes back through the layers
    int32_t layers; // of the tower, the first included
    int32_t width[PR_LAYERS_MAX]; // d1, d2, ...
} pr_ncf_config;

// The tensors of a weights file, as pr_ncf_set takes them: (rows, width) of each.
enum {
    PR_GMF_ITEM, // (I, g)
    PR_MLP_ITEM, // (I, d), folded as it arrives: the first layer must be there before
    PR_MLP_ITEM_HIDDEN, // (I, d1)
    PR_ITEM_BIAS, // (I, 1)
    PR_OUTPUT_WEIGHT, // (1, g + last width)
    PR_OUTPUT_BIAS, // (1, 1)
    PR_GMF_USER_MEAN, // (1, g)
    PR_MLP_USER_MEAN, // (1, e)
    PR_GMF_COVARIANCE, // (g, g)
    PR_MLP_COVARIANCE, // (e, e)
    PR_LAYER_WEIGHT =
        32, // + K: (dK+1, dK); K = 0: (d1, e + d), or (d1, e) where the table arrives folded
    PR_LAYER_BIAS = 64, // + K: (1, dK+1)
};

// The item side: the model's own, or that of a candidate pack.
typedef struct pr_ncf_items {
    int32_t count;
    float *gmf_item; // (count, gmf_stride)
    float *item_hidden; // (count, hidden): W_item i
    float *item_bias; // (count)
} pr_ncf_items;

typedef struct pr_ncf {
    pr_ncf_config config;
    int32_t gmf_stride; // g rounded up to 4: a row of a table, padding zero
    int32_t hidden; // d1 rounded up to 4
    int32_t user_width; // g + e, a user vector
    int32_t last_width; // of the tower
    float output_bias;
    pr_ncf_items items; // in use: what is set, scored and fitted to
    pr_ncf_items own;
    float *gmf_output; // (gmf_stride)
    float *mlp_output; // (last_width padded, zeros)
    float *user_mean; // (g + e)
    float *covariance[2]; // (g, g), (e, e), as stored; their Cholesky factors once loading is done
    pr_dense user_layer; // W_user (d1, e) and b
    pr_dense item_layer; // W_item (d1, d), no bias
    pr_dense layer[PR_LAYERS_MAX]; // [1] .. [layers - 1]; [0] is the two above
    pr_dense backward[PR_LAYERS_MAX]; // W' of each, [0] of the user layer: gradients travel through
                                      // the same kernel
    float *tile[PR_LAYERS_MAX]; // what layer K gives for a tile: (PR_TILE, padded width, PR_ROWS)
    float *spare[2]; // (PR_TILE, widest, PR_ROWS): gradients on their way back
} pr_ncf;

// Bytes that a model takes, its own struct included; the layout of pr_ncf_init.
uint64_t pr_ncf_size(const pr_ncf_config *config);

// Lays a model out at `place` (16-aligned, zeroed, pr_ncf_size bytes). Weights follow by
// pr_ncf_set.
pr_ncf *pr_ncf_init(void *place, const pr_ncf_config *config);

// Puts rows `first` to `first + rows - 1` of a tensor in place, values (rows, width of the tensor)
// row-major.
void pr_ncf_set(pr_ncf *model, int32_t tensor, int32_t first, int32_t rows, const float *values);

// Bytes of a candidate pack's item side, and laying it out at `place` (16-aligned, zeroed).
uint64_t pr_ncf_items_size(const pr_ncf *model, int32_t count);
pr_ncf_items *pr_ncf_items_init(const pr_ncf *model, void *place, int32_t count);

// From now on these are the items, until the next call; NULL: the model's own.
void pr_ncf_use(pr_ncf *model, const pr_ncf_items *items);

// vectors (count, gmf_stride, or hidden where there is no GMF) = the items' rows, for what compares
// items.
void pr_ncf_vectors(const pr_ncf *model, const uint32_t *rows, int32_t count, float *vectors);

// Floats of a prepared user.
static inline int32_t pr_ncf_prepared_size(const pr_ncf *model) {
    return model->gmf_stride + model->hidden;
}

// The user half: prepared = [ output . p (gmf_stride) | W_user u + b (hidden) ] from vector = [ p
// (g) | u (e) ].
void pr_ncf_prepare(const pr_ncf *model, const float *vector, float *prepared);

// raw (count, room for a multiple of PR_ROWS) = the logits of items rows[0..count), or of first,
// first + 1, ... where rows is NULL. Gives the index of the first row that is out of range, having
// written nothing, or -1. Allocates nothing. An item's score does not depend on the items beside
// it.
int32_t pr_ncf_score(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                     uint32_t first, int32_t count, float *raw);

// One tile of it, for what goes back through the layers: raw and tile[0] .. tile[layers - 1] of
// items rows[0 .. blocks * PR_ROWS), at most PR_TILE blocks, every row in range.
void pr_ncf_tile_forward(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                         int32_t blocks, float *raw);

// The way back of a full tile that has just gone forward: residual (PR_TILE * PR_ROWS) weighs each
// row's raw score, and the result (PR_TILE, hidden, PR_ROWS) is its gradient by the sum that the
// user half enters. Until the next call.
const float *pr_ncf_tile_backward(const pr_ncf *model, const float *residual);

#endif
