#pragma once
#include "Kernels.h"

// One entry a kernel on rows, filled by each instruction set.
struct kernel_row_table {
  void (*products)(const double *, long, long, const double *, double *);
  void (*add)(const double *, long, long, const double *, double *);
  void (*combine)(double *, long, long, const double *, long, double *);
  void (*rotate)(double *, double *, long, double, double);
  void (*reflect)(double *, long, long, const double *, const double *, const double *, double *);
};

#if defined(__x86_64__)
extern const struct kernel_row_table row_table_avx512, row_table_avx2;
#endif
extern const struct kernel_row_table row_table_portable;
