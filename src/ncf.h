// Neural collaborative filtering: GMF, MLP and NeuMF (He, Liao, Zhang, Nie, Hu, Chua: Neural
// Collaborative Filtering, WWW 2017, sections 3.2 to 3.4).
//
//   logit(u, i) = sum_k output_k p_k q_ik + mlp_output . tower(u, i) + output_bias + item_bias_i
//   tower:        h_1 = act(W_user u + b + W_item i),  h_k = act(W_k h_(k-1) + b_k)
//
// p (g) and u (e) are the two blocks of a user vector, q_i (g) and i (d) the embeddings of an item.
// What depends on the user alone is computed once per user (pr_ncf_prepare), W_item i once per
// model: the table stores these rows in place of the embeddings. Scoring a candidate begins at h_1.
//
// Memory: one block of pr_ncf_size bytes from the caller, 16-aligned and zeroed, which it frees
// when the model is no longer used. It holds config, weights and scratch. Loading fills the
// weights; after that no function with a const model changes them. Such a function overwrites the
// scratch: one call per model at a time. Nothing allocates.
//
//   pr_ncf_config config = { .items = I, .gmf = g, .output = PR_SIGMOID };
//   pr_ncf *model = pr_ncf_init(address, &config);           // pr_ncf_size(&config) bytes
//   pr_ncf_set(model, PR_GMF_ITEM, 0, I, item_embeddings);   // (I, g)
//   pr_ncf_set(model, PR_OUTPUT_WEIGHT, 0, 1, output);       // (1, g)
//   pr_ncf_prepare(model, user_vector, prepared);
//   pr_status status = pr_ncf_score(model, prepared, 0, 0, I, raw); // raw (I rounded up to 8)
#ifndef PR_NCF_H
#define PR_NCF_H

#include "arena.h"
#include "dense.h"
#include "status.h"

enum {
    PR_LAYERS_MAX = 16,
    PR_TILE = 8, // blocks of PR_ROWS candidates that pass through the tower together
};

// JavaScript writes it as int32s, in this order.
typedef struct pr_ncf_config {
    int32_t items; // I
    int32_t gmf; // g, 0 for a pure MLP
    int32_t mlp_user; // e, 0 for a pure GMF
    int32_t mlp_item; // d of item embeddings to be folded, 0 where the table is folded in the file
    int32_t has_item_bias;
    int32_t output; // PR_SIGMOID or PR_IDENTITY
    int32_t is_fixed; // whether no user is ever fitted: no layers for the backward pass
    int32_t layers; // of the tower, the first included
    int32_t width[PR_LAYERS_MAX]; // d1, d2, ...
    int32_t activation[PR_LAYERS_MAX]; // behind each of these layers
} pr_ncf_config;

// The tensors of a weights file that pr_ncf_set takes: (rows, width) of each.
enum {
    PR_GMF_ITEM, // (I, g)
    PR_MLP_ITEM, // (I, d), folded while it is set: set the first layer before
    PR_MLP_ITEM_HIDDEN, // (I, d1)
    PR_ITEM_BIAS, // (I, 1)
    PR_OUTPUT_WEIGHT, // (1, g + last width)
    PR_OUTPUT_BIAS, // (1, 1)
    PR_GMF_USER_MEAN, // (1, g)
    PR_MLP_USER_MEAN, // (1, e)
    PR_GMF_COVARIANCE, // (g, g)
    PR_MLP_COVARIANCE, // (e, e)
    PR_LAYER_WEIGHT = 32, // + k: (d_(k+1), d_k); k = 0: (d1, e + d), or (d1, e) of a folded table
    PR_LAYER_BIAS = 64, // + k: (1, d_(k+1))
};

// The item side: the model's own, or that of a candidate pack.
typedef struct pr_ncf_items {
    int32_t count;
    float *gmf_item; // (count, gmf_stride)
    float *item_hidden; // (count, hidden): W_item i
    float *item_bias; // (count)
} pr_ncf_items;

// Filled by pr_ncf_set and pr_fold_in_ready, then read-only.
typedef struct pr_ncf_weights {
    pr_ncf_items items; // the model's own
    float output_bias;
    float *gmf_output; // (gmf_stride)
    float *mlp_output; // (last_width padded, zeros)
    float *user_mean; // (g + e)
    float *covariance[2]; // (g, g), (e, e); their Cholesky factors after pr_fold_in_ready
    pr_dense user_layer; // W_user (d1, e) and b
    pr_dense item_layer; // W_item (d1, d), no bias
    pr_dense layer[PR_LAYERS_MAX]; // [1] .. [layers - 1]; [0] is the two above
    pr_dense backward[PR_LAYERS_MAX]; // W' of each, [0] of user_layer: for gradients
} pr_ncf_weights;

// Overwritten by every call.
typedef struct pr_ncf_scratch {
    float *tile[PR_LAYERS_MAX]; // (PR_TILE, padded width, PR_ROWS): the output of layer k
    float *gradient[2]; // (PR_TILE, widest, PR_ROWS): gradients on the backward pass
} pr_ncf_scratch;

typedef struct pr_ncf {
    pr_ncf_config config;
    int32_t gmf_stride; // g rounded up to 4: a row of a table, padding zero
    int32_t hidden; // d1 rounded up to 4
    int32_t user_width; // g + e, a user vector
    int32_t last_width; // of the tower
    pr_ncf_weights weights;
    pr_ncf_items items; // in use: set, scored, and fitted to
    pr_ncf_scratch scratch;
} pr_ncf;

// ---- lifecycle

// Bytes of a model.
uint64_t pr_ncf_size(const pr_ncf_config *config);

// Lays a model out at an address; the config is copied.
pr_ncf *pr_ncf_init(void *address, const pr_ncf_config *config);

// Stores rows `first` to `first + rows - 1` of a tensor: values (rows, width of the tensor).
void pr_ncf_set(pr_ncf *model, int32_t tensor, int32_t first, int32_t rows, const float *values);

// The mean user vector (g + e), owned by the model.
const float *pr_ncf_user_mean(const pr_ncf *model);

// The item side of a candidate pack: bytes, and its layout at an address (16-aligned, zeroed).
uint64_t pr_ncf_items_size(const pr_ncf *model, int32_t count);
pr_ncf_items *pr_ncf_items_init(const pr_ncf *model, void *address, int32_t count);

// Makes these the items in use, until the next call; NULL: the model's own. The pack must outlive
// its use.
void pr_ncf_use(pr_ncf *model, const pr_ncf_items *items);

// ---- scoring

// Floats of a prepared user.
static inline int32_t pr_ncf_prepared_size(const pr_ncf *model) {
    return model->gmf_stride + model->hidden;
}

// prepared = [ output p (gmf_stride) | W_user u + b (hidden) ] from vector = [ p (g) | u (e) ]
void pr_ncf_prepare(const pr_ncf *model, const float *vector, float *prepared);

// raw (count rounded up to PR_ROWS) = logits of items rows (count); rows NULL: first, first + 1,
// ... Fails with PR_ERR_ROW, raw untouched, where a row is out of range. The score of an item does
// not depend on the items beside it.
pr_status pr_ncf_score(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                       uint32_t first, int32_t count, float *raw);

// vectors (count, gmf_stride; hidden where there is no GMF) = the table rows of items, for measures
// of similarity. rows (count) in range.
void pr_ncf_vectors(const pr_ncf *model, const uint32_t *rows, int32_t count, float *vectors);

// ---- a tile: at most PR_TILE blocks of candidates on their way through the tower

// tile (a multiple of PR_ROWS, at least count) = items rows (count), or first, first + 1, ...; the
// last block is filled up with the last item. Returns the blocks.
int32_t pr_ncf_tile_rows(const uint32_t *rows, uint32_t first, int32_t count, uint32_t *tile);

// scratch.tile[0] (blocks, hidden, PR_ROWS) = activation(user (hidden) + item_hidden (rows,
// hidden)), where there is a tower. Rows in range.
void pr_ncf_tile_first(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                       int32_t blocks);

// raw (blocks * PR_ROWS) = the logits, from scratch.tile[layers - 1].
void pr_ncf_tile_last(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                      int32_t blocks, float *raw);

// All of it: raw (blocks * PR_ROWS) and scratch.tile[0] .. [layers - 1] of items rows (blocks *
// PR_ROWS), at most PR_TILE blocks. Rows in range.
void pr_ncf_tile_forward(const pr_ncf *model, const float *prepared, const uint32_t *rows,
                         int32_t blocks, float *raw);

// The backward pass of a full tile after its forward pass: the gradient (PR_TILE, hidden, PR_ROWS)
// of sum_r residual_r raw_r by the first layer's sums, in the scratch. residual (PR_TILE *
// PR_ROWS).
const float *pr_ncf_tile_backward(const pr_ncf *model, const float *residual);

#endif
