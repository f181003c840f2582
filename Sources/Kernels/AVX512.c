// The kernels for AVX-512.
#if defined(__x86_64__)
#include <math.h>

#include "Rows.h"
#include "Tables.h"

#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#define ISA avx512
#define BYTES 64
#define ROWS 8
#include "Both.inc"
#pragma clang attribute pop
#endif
