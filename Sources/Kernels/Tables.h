#pragma once
#include "Kernels.h"

// One entry a kernel: what an instruction set fills, and what the calls go through.
#define KERNEL_TABLE(R, S)                                                                        \
  struct kernel_table_##S {                                                                       \
    long (*pack)(const R *, long, long, R *);                                                     \
    void (*dense)(const R *, const R *, long, long, const R *, R *, long, kernel_activation, R);  \
    void (*combine)(const R *, const R *, const R *, R, R, long, R *, kernel_activation, R);      \
    void (*add)(const R *, const R *, long, R *);                                                 \
    void (*activate)(const R *, long, R *, kernel_activation, R);                                 \
    kernel_loss (*cross_entropy)(const R *, const int32_t *, long, long, long);                   \
    kernel_loss (*binary_cross_entropy)(const R *, const R *, long, long, long);                  \
    kernel_loss (*squared_error)(const R *, const R *, long, long, long);                         \
  };

KERNEL_TABLE(float, f32)
KERNEL_TABLE(double, f64)

#if defined(__x86_64__)
extern const struct kernel_table_f32 table_avx512_f32, table_avx2_f32;
extern const struct kernel_table_f64 table_avx512_f64, table_avx2_f64;
#endif
extern const struct kernel_table_f32 table_portable_f32;
extern const struct kernel_table_f64 table_portable_f64;
