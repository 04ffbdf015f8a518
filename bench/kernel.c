// Exports of the benchmark module: the machine's peak rates of multiply-add and of reading, and the
// dense layer alone.
#include <stddef.h>

#include "../src/activation.h"
#include "../src/dense16.h"
#include "../src/dense8.h"

#define EXPORT(name) __attribute__((export_name(#name), used))

enum { VECTORS = 12, WIDTH_MAX = 1024, ROWS_MAX = 256, PAGE = 65536 };

// Volatile, or the compiler would put the values into the loop as constants, which some engines
// materialise for every operation.
static volatile float peak_scale = 0.999f, peak_step = 0.001f;

// A register-only multiply-and-add loop: iterations x 12 vectors x 4 lanes x 2 flop.
EXPORT(pr_bench_peak) float pr_bench_peak(int32_t iterations) {
    pr_f4 sum[VECTORS];
#pragma GCC unroll 12
    for (int v = 0; v < VECTORS; v++) sum[v] = pr_f4_set1((float)v);
    pr_f4 scale = pr_f4_set1(peak_scale), step = pr_f4_set1(peak_step);
    for (int32_t i = 0; i < iterations; i++) {
#pragma GCC unroll 12
        for (int v = 0; v < VECTORS; v++) sum[v] = pr_f4_fma(sum[v], scale, step);
    }
    pr_f4 total = pr_f4_zero();
#pragma GCC unroll 12
    for (int v = 0; v < VECTORS; v++) total = pr_f4_add(total, sum[v]);
    return pr_f4_sum(total);
}

static float *weight, *bias, *input, *output, *step;
static int16_t *weight16, *input16;

static float *grow(int32_t floats) {
    return (
        float *)(__builtin_wasm_memory_grow(0, ((size_t)floats * sizeof(float) + PAGE - 1) / PAGE) *
                 PAGE);
}

// Grows the memory, too small at first for these buffers. New memory is zero.
static void set_up_once(void) {
    if (weight) return;
    weight = grow(WIDTH_MAX * WIDTH_MAX);
    bias = grow(WIDTH_MAX);
    input = grow(ROWS_MAX * WIDTH_MAX);
    output = grow(ROWS_MAX * WIDTH_MAX);
    step = grow(WIDTH_MAX);
    weight16 = (int16_t *)(void *)grow(WIDTH_MAX * WIDTH_MAX / 2);
    input16 = (int16_t *)(void *)grow(ROWS_MAX * WIDTH_MAX / 2);
    for (int32_t i = 0; i < WIDTH_MAX * WIDTH_MAX; i++) weight16[i] = (int16_t)(i % 97 - 48);
    for (int32_t i = 0; i < ROWS_MAX * WIDTH_MAX; i++) input16[i] = (int16_t)(i % 89);
    for (int32_t i = 0; i < WIDTH_MAX * WIDTH_MAX; i++) weight[i] = (float)(i % 17 - 8) / 64;
    for (int32_t i = 0; i < ROWS_MAX * WIDTH_MAX; i++) input[i] = (float)(i % 13) / 13;
}

static float *table;
static int32_t table_size;

// The sum of so many floats (a multiple of 32), read sequentially: the bandwidth of one thread.
EXPORT(pr_bench_read) float pr_bench_read(int32_t floats) {
    if (table_size < floats) {
        table = grow(floats);
        table_size = floats;
        // Pages never written to all map to one zero page.
        for (int32_t i = 0; i < floats; i++) table[i] = 1;
    }
    pr_f4 sum[8];
#pragma GCC unroll 8
    for (int c = 0; c < 8; c++) sum[c] = pr_f4_zero();
    for (const float *at = table, *end = table + floats; at != end; at += 32) {
#pragma GCC unroll 8
        for (int c = 0; c < 8; c++) sum[c] = pr_f4_add(sum[c], pr_f4_load(at + 4 * c));
    }
#pragma GCC unroll 8
    for (int c = 1; c < 8; c++) sum[0] = pr_f4_add(sum[0], sum[c]);
    return pr_f4_sum(sum[0]);
}

// The dense kernel on made-up weights: rows x inputs x outputs x repeats x 2 flop.
EXPORT(pr_bench_dense)
float pr_bench_dense(int32_t rows, int32_t inputs, int32_t outputs, int32_t repeats) {
    set_up_once();
    pr_dense layer = { inputs, outputs, PR_RELU, weight, bias };
    for (int32_t i = 0; i < repeats; i++)
        pr_dense_forward(&layer, input, inputs, rows / PR_ROWS, output);
    return output[0];
}

// The same kernel in integers, with the rounding of its input.
EXPORT(pr_bench_dense16)
float pr_bench_dense16(int32_t rows, int32_t inputs, int32_t outputs, int32_t repeats) {
    set_up_once();
    pr_dense16 layer = { inputs, outputs, PR_RELU, 2, 4000, { weight16 }, bias, bias };
    for (int32_t i = 0; i < repeats; i++) {
        pr_dense16_round_rows(&layer, input, inputs, rows / PR_ROWS, input16, step);
        pr_dense16_forward(&layer, input16, step, rows / PR_ROWS, output);
    }
    return output[0];
}

#ifdef PR_HAS_DOT8
// In 8 bits, where the module has them.
EXPORT(pr_bench_dense8)
float pr_bench_dense8(int32_t rows, int32_t inputs, int32_t outputs, int32_t repeats) {
    set_up_once();
    pr_dense8 layer = { inputs, outputs, PR_RELU, 4, PR_X8_MAX, { weight16 }, bias, bias };
    uint8_t *q = (uint8_t *)(void *)input16;
    for (int32_t i = 0; i < repeats; i++) {
        pr_dense8_round_rows(&layer, input, inputs, rows / PR_ROWS, q, step);
        pr_dense8_forward(&layer, q, step, rows / PR_ROWS, output);
    }
    return output[0];
}
#endif
