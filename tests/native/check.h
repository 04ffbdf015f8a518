// What the C tests share. A test file defines run(), which returns 0 or the line of the first check
// that failed.
// No libc, so that the same file runs natively under sanitizers and in both WebAssembly modules.
#ifndef CHECK_H
#define CHECK_H

#include "../../src/activation.h"
#include "../../src/random.h"

#define CHECK(condition)                   \
    do {                                   \
        if (!(condition)) return __LINE__; \
    } while (0)
#define PASS(call)               \
    do {                         \
        int line_ = (call);      \
        if (line_) return line_; \
    } while (0)

#ifdef __wasm__
__attribute__((export_name("run")))
#endif
int run(void);

// Agreement with float64, relative to the larger of 1 and the value.
static const double TOLERANCE = 1e-5;

static inline double absolute(double x) { return x < 0 ? -x : x; }

static inline int is_close(double found, double expected, double tolerance) {
    double size = absolute(expected) > 1 ? absolute(expected) : 1;
    return absolute(found - expected) <= tolerance * size;
}

static inline int is_close_relative(double found, double expected, double tolerance) {
    return absolute(found - expected) <= tolerance * absolute(expected);
}

// Taylor's series at x / 2^12, squared 12 times: exact to 1e-12.
static inline double reference_exp(double x) {
    double r = x / 4096, sum = 1, term = 1;
    for (int k = 1; k < 12; k++) sum += term *= r / k;
    for (int k = 0; k < 12; k++) sum *= sum;
    return sum;
}

static inline double reference_log1p(double y) {
    double t = y / (2 + y), square = t * t, sum = 0;
    for (int k = 79; k > 0; k -= 2) sum = sum * square + 1.0 / k;
    return 2 * t * sum;
}

static inline double reference_sigmoid(double x) { return 1 / (1 + reference_exp(-x)); }
static inline double reference_tanh(double x) {
    if (absolute(x) < 1e-3) return x - x * x * x / 3;
    return 1 - 2 / (reference_exp(2 * x) + 1);
}

// The normal distribution function: its series around 0 (Marsaglia, 2004); beyond 6 a float is 0
// or 1.
static inline double reference_phi(double x) {
    double sum = x, term = x;
    if (absolute(x) > 6) return x > 0;
    for (int k = 3; k < 200; k += 2) sum += term *= x * x / k;
    return 0.5 + sum * reference_exp(-x * x / 2) * 0.3989422804014327;
}

static inline double reference_activation(int32_t activation, double s) {
    switch (activation) {
        case PR_RELU: return s > 0 ? s : 0;
        case PR_SIGMOID: return reference_sigmoid(s);
        case PR_TANH: return reference_tanh(s);
        case PR_ELU: return s > 0 ? s : reference_exp(s) - 1;
        case PR_SELU:
            return 1.0507009873554804934193349852946 *
                   (s > 0 ? s : 1.6732632423543772848170429916717 * (reference_exp(s) - 1));
        case PR_SWISH: return s * reference_sigmoid(s);
        case PR_GELU: return s * reference_phi(s);
        default: return s;
    }
}

static uint32_t random_state_ = 12345;

// Uniform from -1 to 1.
static inline float random_value(void) {
    return (float)(pr_random_next(&random_state_) >> 8) / 8388608.0f - 1;
}

static inline int32_t random_below(int32_t limit) {
    return (int32_t)((random_value() + 1) / 2.0001f * (float)limit);
}

static inline void fill_random(float *values, int32_t count, float scale) {
    for (int32_t i = 0; i < count; i++) values[i] = scale * random_value();
}

#endif
