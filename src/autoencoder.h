// Autoencoders: AE and DAE, AutoRec by user and by item (Sedhain et al., WWW 2015), CDAE (Wu et
// al., WSDM 2016), Mult-DAE (Liang et al., WWW 2018), RecVAE (Shenbin et al., WSDM 2020).
// docs/format.md has the equations.
//
//   h_1 = act(W_1 x + b_1 + node),  h_k = norm(act(W_k h_(k-1) + b_k)),  score_i = w_i . h + bias_i
//
// x (items) is the history of a user. The first layer is a sum over the columns of the history
// alone, kept as `sums`, the last is computed for the rows scored alone; the layers between are
// small. Tables keep the precision in which they are stored.
//
// Memory: one block of pr_autoencoder_size bytes from the caller, 16-aligned and zeroed, which it
// frees. It holds config, weights and scratch. Loading fills the weights; after that no function
// with a const model changes them. Such a function overwrites the scratch: one call per model at a
// time. Nothing allocates.
//
//   pr_autoencoder *model = pr_autoencoder_init(address, &config);
//   pr_table_set(pr_autoencoder_layer(model, 0), 0, h, 0, I, encoder);  // (h, I)
//   pr_autoencoder_set(model, PR_BIAS + 0, h, bias);                     // (h)
//   pr_table_set(pr_autoencoder_layer(model, 1), 0, I, 0, h, decoder);  // (I, h)
//   pr_autoencoder_add(model, rows, ones, count, sums);                  // sums: zeros before
//   pr_autoencoder_encode(model, sums, count, 0, vector);
//   pr_autoencoder_prepare(model, vector, prepared);
//   pr_status status = pr_autoencoder_score(model, prepared, 0, 0, I, raw);
#ifndef PR_AUTOENCODER_H
#define PR_AUTOENCODER_H

#include "table.h"

enum { PR_AUTOENCODER_LAYERS_MAX = 16 }; // encoder and decoder together

// Layers are numbered through: the encoder's from 0, then the decoder's. The last has no width and
// no activation: it is the item table. Without an encoder it is the only one (I-AutoRec).
// JavaScript writes the struct as 32-bit numbers, in this order.
typedef struct pr_autoencoder_config {
    int32_t items;
    int32_t code; // width of the item table: of the last hidden layer
    int32_t layers;
    int32_t has_encoder;
    int32_t is_tied; // the item table is the first layer, transposed
    int32_t has_item_bias; // whether the last layer has a bias
    int32_t is_normalized; // the input has length 1
    int32_t is_binarized; // the last hidden layer gives 1 above 0.5, else 0
    int32_t dense_layers; // first layers of the encoder that add all earlier outputs, or 0
    float epsilon; // of layer normalisation
    int32_t width[PR_AUTOENCODER_LAYERS_MAX];
    int32_t activation[PR_AUTOENCODER_LAYERS_MAX];
    int32_t dtype[PR_AUTOENCODER_LAYERS_MAX]; // of each layer's weight
    int32_t has_norm[PR_AUTOENCODER_LAYERS_MAX]; // whether normalisation follows the activation
} pr_autoencoder_config;

// The tensors that pr_autoencoder_set takes as floats; of layer k, the last three plus k.
enum { PR_USER_MEAN = 0, PR_USER_BIAS = 1, PR_BIAS = 32, PR_NORM_WEIGHT = 64, PR_NORM_BIAS = 96 };

// Filled by pr_autoencoder_set and pr_table_set, then read-only.
typedef struct pr_autoencoder_weights {
    pr_table layer[PR_AUTOENCODER_LAYERS_MAX]; // (outputs, inputs), the first transposed
    float *bias[PR_AUTOENCODER_LAYERS_MAX]; // (padded width), the last (items)
    float *norm_weight[PR_AUTOENCODER_LAYERS_MAX]; // (width)
    float *norm_bias[PR_AUTOENCODER_LAYERS_MAX]; // (width)
    float *user_mean; // CDAE: the mean node (width[0], padded); I-AutoRec: w and b (code + 1)
} pr_autoencoder_weights;

// Overwritten by every call.
typedef struct pr_autoencoder_scratch {
    float *hidden[2]; // (widest layer): layers alternate between them
    float *earlier; // (width[0]) the sum of the earlier outputs, of densely connected layers
    float *table; // (PR_TABLE_SCRATCH, widest layer)
} pr_autoencoder_scratch;

typedef struct pr_autoencoder {
    pr_autoencoder_config config;
    pr_autoencoder_weights weights;
    pr_autoencoder_scratch scratch;
} pr_autoencoder;

// ---- lifecycle

// Bytes of a model.
uint64_t pr_autoencoder_size(const pr_autoencoder_config *config);

// Lays a model out at an address; the config is copied.
pr_autoencoder *pr_autoencoder_init(void *address, const pr_autoencoder_config *config);

// The table of layer k, to be filled by pr_table_set. A tied item table is filled as layer 0.
pr_table *pr_autoencoder_layer(pr_autoencoder *model, int32_t k);

// Stores a small tensor: values (count).
void pr_autoencoder_set(pr_autoencoder *model, int32_t tensor, int32_t count, const float *values);

// user_mean, owned by the model.
const float *pr_autoencoder_user_mean(const pr_autoencoder *model);

// ---- from a history to a vector

// Floats of a user's sums (high and low), of the vector, and of the prepared vector.
int32_t pr_autoencoder_sums_size(const pr_autoencoder *model);
int32_t pr_autoencoder_vector_size(const pr_autoencoder *model);
int32_t pr_autoencoder_prepared_size(const pr_autoencoder *model);

// sums += W_1 (:, rows) weights (count): weights[i] is the input x of rows[i], negated where the
// interaction is withdrawn. O(count), however long the history is.
void pr_autoencoder_add(const pr_autoencoder *model, const uint32_t *rows, const float *weights,
                        int32_t count, float *sums);

// vector (code) = the last hidden layer. square: sum of the squared inputs. node (width[0]):
// CDAE's, or NULL for the mean one.
void pr_autoencoder_encode(const pr_autoencoder *model, const float *sums, double square,
                           const float *node, float *vector);

// z (width[0], padded) = the first layer alone; node (width[0], padded).
void pr_autoencoder_first_layer(const pr_autoencoder *model, const float *sums, double square,
                                const float *node, float *z);

// ---- from a vector to scores

// prepared = the input of pr_autoencoder_score. A vector of I-AutoRec is w (code) and b.
void pr_autoencoder_prepare(const pr_autoencoder *model, const float *vector, float *prepared);

// raw (users, count) = scores of items rows (count), before the output function, for users prepared
// (users, prepared_size); rows NULL: first, first + 1, ... Each row is read once. The scores of a
// user do not depend on the others, to the bit. Fails with PR_ERR_ROW, raw untouched, where a row
// is out of range.
pr_status pr_autoencoder_score_many(const pr_autoencoder *model, const float *prepared,
                                    const uint32_t *rows, uint32_t first, int32_t count, float *raw,
                                    int32_t users);

// The same for one user.
static inline pr_status pr_autoencoder_score(const pr_autoencoder *model, const float *prepared,
                                             const uint32_t *rows, uint32_t first, int32_t count,
                                             float *raw) {
    return pr_autoencoder_score_many(model, prepared, rows, first, count, raw, 1);
}

// vectors (count, stride of the item table) = the table rows of items, for measures of similarity.
// rows (count) in range.
void pr_autoencoder_vectors(const pr_autoencoder *model, const uint32_t *rows, int32_t count,
                            float *vectors);

// ---- explanations

// Bytes of workspace (16-aligned) of pr_autoencoder_explain.
uint64_t pr_autoencoder_explain_size(const pr_autoencoder *model);

// effects (count): by how much the raw score of `item` falls without interaction i. Exact: one
// forward pass each.
void pr_autoencoder_explain(const pr_autoencoder *model, void *workspace, const float *sums,
                            double square, const float *node, const uint32_t *rows,
                            const float *weights, int32_t count, uint32_t item, float *effects);

#endif
