// Scores by inner products: matrix factorisations (BPR, ALS, SVD), LightGCN, two-tower models.
//
//   raw(u, i) = mean + user bias + item bias_i + p . q_i
//
// p (width) is the vector of a user, q_i that of an item; a user vector is p, or [ p | user bias ].
// The items' vectors stay in the precision in which they are stored. dot_ridge.h and dot_fit.h
// compute the vector of a new user from a history. candidates.h scores by a dot product too.
//
// Memory: one block of pr_dot_size bytes from the caller, 16-aligned and zeroed, which it frees. It
// holds config, weights and scratch. Loading fills the weights; after that no function with a const
// model changes them. Such a function overwrites the scratch: one call per model at a time. Nothing
// allocates.
//
//   pr_dot_config config = { .items = I, .width = width, .dtype = PR_F32 };
//   pr_dot *model = pr_dot_init(address, &config);           // pr_dot_size(&config) bytes
//   pr_table_set(pr_dot_table(model), 0, I, 0, width, item_vectors); // (I, width)
//   pr_dot_items_ready(model);
//   pr_dot_prepare(model, vector, prepared);
//   pr_topk_init(top, 10);
//   pr_dot_scan(model, prepared, 0, I, 0, top);
//   pr_topk_sort(top);
#ifndef PR_DOT_H
#define PR_DOT_H

#include "prior.h"
#include "table.h"
#include "topk.h"

// JavaScript writes it as int32s, in this order.
typedef struct pr_dot_config {
    int32_t items;
    int32_t width; // of p and of an item's vector
    int32_t dtype; // of the items' vectors
    int32_t is_normalized; // whether the items' vectors have length 1
    int32_t has_item_bias;
    int32_t has_user_bias; // whether a user vector ends with the user's bias
    int32_t has_gram; // whether a fit needs the sum of q_i q_i' over the catalogue
    int32_t has_prior; // whether a fit needs the mean and covariance of users
} pr_dot_config;

// The tensors that pr_dot_set takes.
enum { PR_DOT_ITEM_BIAS, PR_DOT_MEAN, PR_DOT_USER_MEAN, PR_DOT_USER_COVARIANCE };

// The item side: the model's own, or that of a candidate pack.
typedef struct pr_dot_items {
    pr_table table; // (count, width)
    float *norm; // (count) 1 / length of each row where normalized, 0 for a row of zeros
    float *bias; // (count) where items have one
    int32_t *has_bounds; // (1) whether the numbers of an int8 table allow bounds (query.h)
} pr_dot_items;

// Filled while loading, then read-only.
typedef struct pr_dot_weights {
    pr_dot_items items; // the model's own
    float *mean; // (1)
    float *user_mean; // (user width) where there is a prior
    float *covariance; // (user width, user width) where there is a prior
    double *gram; // (width, pr_solve_stride(width)) sum of q_i q_i', the upper triangle
} pr_dot_weights;

// Overwritten by every call.
typedef struct pr_dot_scratch {
    uint8_t *query; // a vector in integers (query.h)
    float *scores; // of a piece of the table
    float *table; // (PR_TABLE_SCRATCH, stride of the table)
    double *tile; // (PR_DOT_TILE, pr_solve_stride(width)) rows in double, where there is a Gram
} pr_dot_scratch;

enum { PR_DOT_TILE = 32 };

typedef struct pr_dot {
    pr_dot_config config;
    pr_dot_weights weights;
    pr_dot_items items; // in use
    pr_dot_scratch scratch;
} pr_dot;

// ---- lifecycle

// Bytes of a model.
uint64_t pr_dot_size(const pr_dot_config *config);

// Lays a model out at an address; the config is copied.
pr_dot *pr_dot_init(void *address, const pr_dot_config *config);

// The same as a part of a larger model, whose config is set.
void pr_dot_plan(pr_dot *model, pr_arena *arena);

// The table (items, width) of the items in use: to be filled.
pr_table *pr_dot_table(pr_dot *model);

// Stores numbers `first` to `first + count - 1` of a small tensor. Biases are those of the items in
// use.
void pr_dot_set(pr_dot *model, int32_t tensor, int32_t first, int32_t count, const float *values);

// Computes what scoring needs of the items in use. Call it once they are filled.
void pr_dot_items_ready(pr_dot *model);

// Adds rows `first` to `first + count - 1` of the table to the sum of q_i q_i'.
void pr_dot_add_gram(pr_dot *model, int32_t first, int32_t count);

// The item side of a candidate pack: bytes, and its layout at an address (16-aligned, zeroed).
uint64_t pr_dot_items_size(const pr_dot *model, int32_t count, int32_t dtype);
pr_dot_items *pr_dot_items_init(const pr_dot *model, void *address, int32_t count, int32_t dtype);

// Makes these the items in use, until the next call; NULL: the model's own. The pack must outlive
// its use.
void pr_dot_use(pr_dot *model, const pr_dot_items *items);

// Numbers of a user vector.
static inline int32_t pr_dot_user_width(const pr_dot *model) {
    return model->config.width + model->config.has_user_bias;
}

// ---- scoring

// 1 / the length of x (width), 0 for zeros and where a float cannot hold it (lengths below 3e-39).
float pr_dot_inverse_length(const float *x, int32_t width);

// prepared (prepared_size floats) = [ p, padded with zeros | mean + user bias ] of a user vector.
int32_t pr_dot_prepared_size(const pr_dot *model);
void pr_dot_prepare(const pr_dot *model, const float *vector, float *prepared);

// raw (users, count) = the raw scores of items rows (count) for users prepared (users,
// prepared_size); rows NULL: first, first + 1, ... Each row is read once. The scores of a user do
// not depend on the others, to the bit. Fails with PR_ERR_ROW, raw untouched, where a row is out of
// range.
pr_status pr_dot_score_many(const pr_dot *model, const float *prepared, const uint32_t *rows,
                            uint32_t first, int32_t count, float *raw, int32_t users);

// The same for one user.
static inline pr_status pr_dot_score(const pr_dot *model, const float *prepared,
                                     const uint32_t *rows, uint32_t first, int32_t count,
                                     float *raw) {
    return pr_dot_score_many(model, prepared, rows, first, count, raw, 1);
}

// Pushes rows first .. first + count - 1 to `top`, except those excluded (a bit per row, or NULL).
// The entries of `top` are those that pr_dot_score and pr_topk_push would leave, to the bit; int8
// tables are scanned three times as fast (query.h). PR_ERR_NOT_FINITE where a score that was
// computed is NaN or infinite.
pr_status pr_dot_scan(const pr_dot *model, const float *prepared, uint32_t first, int32_t count,
                      const uint8_t *excluded, pr_topk *top);

// vectors (count, width) = the vectors of items, of length 1 where normalized. rows (count) in
// range.
void pr_dot_vectors(const pr_dot *model, const uint32_t *rows, int32_t count, float *vectors);

#endif
