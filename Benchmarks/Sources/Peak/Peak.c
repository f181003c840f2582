#include "Peak.h"

// Enough chains to hide a multiply-add's latency (4 cycles, 2 a cycle, and room to spare).
#define CHAINS 12

#define LOOP(NAME, R, BYTES)                                                            \
  static double NAME(long rounds) {                                                     \
    typedef R vec __attribute__((vector_size(BYTES)));                                  \
    vec sum[CHAINS], factor, term;                                                      \
    const long width = BYTES / sizeof(R);                                               \
    for (long i = 0; i < width; i++) {                                                  \
      factor[i] = (R)0.999;                                                             \
      term[i] = (R)0.001;                                                               \
    }                                                                                   \
    for (int c = 0; c < CHAINS; c++) sum[c] = factor * (R)c;                            \
    for (long r = 0; r < rounds; r++)                                                   \
      _Pragma("clang loop unroll(full)") for (int c = 0; c < CHAINS; c++) sum[c] =      \
          sum[c] * factor + term;                                                       \
    volatile vec keep;                                                                  \
    for (int c = 0; c < CHAINS; c++) keep = sum[c];                                     \
    (void)keep;                                                                         \
    return 2.0 * CHAINS * (double)width * (double)rounds;                               \
  }

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx512f,fma"))), apply_to = function)
LOOP(avx512_f32, float, 64)
LOOP(avx512_f64, double, 64)
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
LOOP(avx2_f32, float, 32)
LOOP(avx2_f64, double, 32)
#pragma clang attribute pop
#endif
LOOP(portable_f32, float, 16)
LOOP(portable_f64, double, 16)

#if defined(__x86_64__)
#define RUN(S)                                                                          \
  double peak_run_##S(long rounds) {                                                    \
    if (__builtin_cpu_supports("avx512f")) return avx512_##S(rounds);                   \
    if (__builtin_cpu_supports("fma")) return avx2_##S(rounds);                         \
    return portable_##S(rounds);                                                        \
  }
#else
#define RUN(S) \
  double peak_run_##S(long rounds) { return portable_##S(rounds); }
#endif

RUN(f32)
RUN(f64)
