// Stored numbers to float32. The dtype numbers are part of the interface with js/runtime/abi.js.
#ifndef PR_CONVERT_H
#define PR_CONVERT_H

#include <stdint.h>

#include "status.h"

enum { PR_F32 = 0, PR_F16 = 1, PR_BF16 = 2, PR_I8 = 3 };

// Bytes of a number of the dtype.
static inline int32_t pr_dtype_bytes(int32_t dtype) {
    return dtype == PR_F32 ? 4 : dtype == PR_I8 ? 1 : 2;
}

// values (rows, width) = numbers (rows, width) of the dtype, little endian; of I8, times scale
// (rows). Other dtypes have no scale: NULL. Both arrays have room for a multiple of four. Fails
// with PR_ERR_NOT_FINITE where a value is NaN or infinite; all values are written all the same.
pr_status pr_convert(int32_t dtype, const void *numbers, const float *scale, int32_t rows,
                     int32_t width, float *values);

// Search: the index of the first of numbers (count) of the dtype that is NaN or infinite, or -1.
int32_t pr_first_not_finite(int32_t dtype, const void *numbers, int32_t count);

#endif
