// Stored numbers to float32. The dtype numbers are part of the interface with js/runtime/abi.js.
#ifndef PR_CONVERT_H
#define PR_CONVERT_H

#include <stdint.h>

enum { PR_F32 = 0, PR_F16 = 1, PR_BF16 = 2, PR_I8 = 3 };

// values (rows, width) = bytes (rows, width) of the dtype, little endian; for I8 times scale
// (rows), else scale is ignored. Gives the index of the first value that is NaN or infinite, or -1.
int32_t pr_convert(int32_t dtype, const void *bytes, const float *scale, int32_t rows,
                   int32_t width, float *values);

#endif
