// Autoencoders: AE, DAE, AutoRec by user and by item, CDAE, Mult-DAE, RecVAE. docs/format.md has
// the equations.
//
// A person is their history: the first layer is a sum over the history's columns alone, the last is
// computed for the rows asked for alone. What is between is small. Tables stay in the precision in
// which they were stored.
#ifndef PR_AUTOENCODER_H
#define PR_AUTOENCODER_H

#include "table.h"

enum { PR_AUTOENCODER_LAYERS_MAX = 16 }; // encoder and decoder together

// Layers are numbered through: the encoder's from 0, then the decoder's. The last has no width and
// no activation here: it is the item table. With encoder 0 there is the item table alone
// (I-AutoRec).
typedef struct pr_autoencoder_config {
    int32_t items;
    int32_t code; // width of the item table: what the last hidden layer gives
    int32_t layers;
    int32_t has_encoder;
    int32_t is_tied; // the item table is the first layer, turned
    int32_t has_item_bias; // whether the last layer has a bias
    int32_t is_normalized; // the input has length 1
    int32_t is_binarized; // the last hidden layer gives 1 above 0.5, else 0
    int32_t dense_layers; // so many of the encoder's first layers also see the sum of all outputs
                          // before them; 0: none
    float epsilon; // of layer normalisation
    int32_t width[PR_AUTOENCODER_LAYERS_MAX];
    int32_t activation[PR_AUTOENCODER_LAYERS_MAX];
    int32_t dtype[PR_AUTOENCODER_LAYERS_MAX]; // of each layer's weight
    int32_t has_norm[PR_AUTOENCODER_LAYERS_MAX]; // whether normalisation follows the activation
} pr_autoencoder_config;

// The tensors that pr_autoencoder_set takes as floats; those of layer k are PR_BIAS + k and so on.
enum { PR_USER_MEAN = 0, PR_USER_BIAS = 1, PR_BIAS = 32, PR_NORM_WEIGHT = 64, PR_NORM_BIAS = 96 };

typedef struct pr_autoencoder {
    pr_autoencoder_config config;
    pr_table layer[PR_AUTOENCODER_LAYERS_MAX]; // weights; the first is turned
    float *bias[PR_AUTOENCODER_LAYERS_MAX]; // (padded width), the last (items)
    float *norm_weight[PR_AUTOENCODER_LAYERS_MAX], *norm_bias[PR_AUTOENCODER_LAYERS_MAX]; // (width)
    float *user_mean; // what a new person gets: CDAE's node (width[0], padded); I-AutoRec's output
                      // row and bias (code + 1)
    float *hidden[2]; // (widest layer) the forward pass goes to and fro between them
    float *earlier; // (width[0]) the sum of the outputs so far, of densely connected layers
} pr_autoencoder;

// Bytes that the model takes; the same for pr_autoencoder_init, which lays it out over zeros at
// `place` (16-aligned).
uint64_t pr_autoencoder_size(const pr_autoencoder_config *config);
pr_autoencoder *pr_autoencoder_init(void *place, const pr_autoencoder_config *config);

// Puts a small tensor in place.
void pr_autoencoder_set(pr_autoencoder *model, int32_t tensor, int32_t count, const float *values);

// Floats of a person's sums (high and low), of their vector, and of the prepared vector.
int32_t pr_autoencoder_sums_size(const pr_autoencoder *model);
int32_t pr_autoencoder_vector_size(const pr_autoencoder *model);
int32_t pr_autoencoder_prepared_size(const pr_autoencoder *model);

// Adds interactions to a person's sums: weights[i] is the input x of rows[i], minus it where it is
// withdrawn. The time depends on `count` alone.
void pr_autoencoder_add(const pr_autoencoder *model, const uint32_t *rows, const float *weights,
                        int32_t count, float *sums);

// vector (code) = the last hidden layer. `square`: sum of the squared inputs. node (width[0]):
// CDAE's, or NULL for the mean one.
void pr_autoencoder_encode(const pr_autoencoder *model, const float *sums, double square,
                           const float *node, float *vector);

// z (width[0], padded) = the first layer alone; node as above, with its padding.
void pr_autoencoder_first_layer(const pr_autoencoder *model, const float *sums, double square,
                                const float *node, float *z);

// A vector made ready for pr_autoencoder_score. I-AutoRec's is an output row and its bias.
void pr_autoencoder_prepare(const pr_autoencoder *model, const float *vector, float *prepared);

// raw[i] = score of rows[i] (rows NULL: first, first + 1, ...) before the output function, for i <
// count. The index of the first row out of range, or -1.
int32_t pr_autoencoder_score(const pr_autoencoder *model, const float *prepared,
                             const uint32_t *rows, uint32_t first, int32_t count, float *raw);

// vectors (count, stride of the item table) = the items' rows, for what compares items.
void pr_autoencoder_vectors(const pr_autoencoder *model, const uint32_t *rows, int32_t count,
                            float *vectors);

// effects[i] = how much the raw score of `item` falls when interaction i is left out; exact, one
// pass for each. workspace: pr_autoencoder_explain_size bytes.
uint64_t pr_autoencoder_explain_size(const pr_autoencoder *model);
void pr_autoencoder_explain(const pr_autoencoder *model, void *workspace, const float *sums,
                            double square, const float *node, const uint32_t *rows,
                            const float *weights, int32_t count, uint32_t item, float *effects);

#endif
