#pragma once
#include "Kernels.h"

#if defined(__x86_64__)
extern const struct kernel_table_f32 table_avx512_f32, table_avx2_f32;
extern const struct kernel_table_f64 table_avx512_f64, table_avx2_f64;
#endif
extern const struct kernel_table_f32 table_portable_f32;
extern const struct kernel_table_f64 table_portable_f64;
