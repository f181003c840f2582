// Which instruction set the calls go to.
#include <stdlib.h>
#include <string.h>

#include "Rows.h"
#include "Tables.h"

static const char *const names[] = {"AVX-512", "AVX2", "portable"};

static int has(const char *name) {
#if defined(__x86_64__)
  if (strcmp(name, "AVX-512") == 0)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (strcmp(name, "AVX2") == 0)
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
  return strcmp(name, "portable") == 0;
}

#if defined(__x86_64__)
#define SELECT(S)                                                                                 \
  strcmp(name, "AVX-512") == 0 ? &table_avx512_##S                                                \
                               : strcmp(name, "AVX2") == 0 ? &table_avx2_##S : &table_portable_##S
#else
#define SELECT(S) &table_portable_##S
#endif

const struct kernel_table_f32 *kernel_table_named_f32(const char *name) {
  return has(name) ? SELECT(f32) : 0;
}

const struct kernel_table_f64 *kernel_table_named_f64(const char *name) {
  return has(name) ? SELECT(f64) : 0;
}

static const struct kernel_table_f32 *f32;
static const struct kernel_table_f64 *f64;
static const struct kernel_row_table *rows;
static const char *in_use;
static const char *refused;
static char available[64];

__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
#endif
  const char *wanted = getenv("LANDSCAPE_KERNELS");
  const char *found = 0;
  in_use = "portable";
  for (size_t i = sizeof names / sizeof names[0]; i-- > 0;) {
    if (!has(names[i])) continue;
    in_use = names[i];
    if (wanted && strcmp(names[i], wanted) == 0) found = names[i];
  }
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (!has(names[i])) continue;
    if (available[0]) strcat(available, ", ");
    strcat(available, names[i]);
  }
  if (found) in_use = found;
  if (wanted && wanted[0] && !found) refused = wanted;
  f32 = kernel_table_named_f32(in_use);
  f64 = kernel_table_named_f64(in_use);
#if defined(__x86_64__)
  rows = strcmp(in_use, "AVX-512") == 0 ? &row_table_avx512
         : strcmp(in_use, "AVX2") == 0  ? &row_table_avx2
                                        : &row_table_portable;
#else
  rows = &row_table_portable;
#endif
}

const char *kernel_instruction_set(void) { return in_use; }

const char *kernel_instruction_sets(void) { return available; }

const char *kernel_refused_instruction_set(void) { return refused; }

long kernel_product_rows(void) { return f32->rows; }

#define KERNEL_CALLS(R, S)                                                                        \
  void kernel_product_##S(const R *a, long a_row, long a_column, const R *bias, const R *x,       \
                          long x_row, int transposed, R *y, long y_row, long rows, long columns,  \
                          long depth, int add, kernel_activation f, R parameter) {                \
    S->product(a, a_row, a_column, bias, x, x_row, transposed, y, y_row, rows, columns, depth, add,\
               f, parameter);                                                                     \
  }                                                                                               \
  void kernel_line_product_##S(const R *a, const R *bias, const R *x, const R *u, R alpha,        \
                               int relu, R *y, long rows, long lanes, long depth) {               \
    S->line_product(a, bias, x, u, alpha, relu, y, rows, lanes, depth);                           \
  }                                                                                               \
  void kernel_combine_##S(const R *c, const R *u, const R *v, R alpha, R beta, long count, R *y,  \
                          kernel_activation f, R parameter) {                                     \
    S->combine(c, u, v, alpha, beta, count, y, f, parameter);                                     \
  }                                                                                               \
  void kernel_add_##S(const R *a, const R *b, long count, R *y) { S->add(a, b, count, y); }       \
  void kernel_activate_##S(const R *x, long count, R *y, kernel_activation f, R parameter) {      \
    S->activate(x, count, y, f, parameter);                                                       \
  }                                                                                               \
  void kernel_multiply_##S(const R *a, const R *b, long count, R *y) {                            \
    S->multiply(a, b, count, y);                                                                  \
  }                                                                                               \
  void kernel_multiply_add_##S(const R *a, const R *b, long count, R *y) {                        \
    S->multiply_add(a, b, count, y);                                                              \
  }                                                                                               \
  void kernel_spread_##S(const R *column, long rows, long lanes, R *y) {                          \
    S->spread(column, rows, lanes, y);                                                            \
  }                                                                                               \
  void kernel_derivatives_##S(const R *x, long count, R *first, R *second, kernel_activation f,   \
                              R parameter) {                                                      \
    S->derivatives(x, count, first, second, f, parameter);                                        \
  }                                                                                               \
  void kernel_add_slopes_##S(const R *x, const R *factor, long count, R *y, kernel_activation f,  \
                             R parameter) {                                                       \
    S->add_slopes(x, factor, count, y, f, parameter);                                             \
  }                                                                                               \
  void kernel_loss_gradient_##S(kernel_loss_kind kind, const R *z, const int32_t *labels,         \
                                const R *targets, long rows, long lanes, long valid, R scale,     \
                                R *saved, R *gradient) {                                          \
    S->loss_gradient(kind, z, labels, targets, rows, lanes, valid, scale, saved, gradient);       \
  }                                                                                               \
  void kernel_loss_tangent_##S(kernel_loss_kind kind, const R *saved, const R *tangent,           \
                               long rows, long lanes, long valid, R scale, R *result) {           \
    S->loss_tangent(kind, saved, tangent, rows, lanes, valid, scale, result);                     \
  }                                                                                               \
  void kernel_rank_one_##S(const R *g, const R *tangent, long rows, long lanes, R scale,          \
                           R *result) {                                                           \
    S->rank_one(g, tangent, rows, lanes, scale, result);                                          \
  }                                                                                               \
  void kernel_add_row_sums_##S(const R *x, long rows, long lanes, R *y) {                         \
    S->add_row_sums(x, rows, lanes, y);                                                           \
  }                                                                                               \
  kernel_loss kernel_cross_entropy_##S(const R *logits, const int32_t *labels, long classes,      \
                                       long lanes, long valid) {                                  \
    return S->cross_entropy(logits, labels, classes, lanes, valid);                               \
  }                                                                                               \
  kernel_loss kernel_binary_cross_entropy_##S(const R *logits, const R *targets, long outputs,    \
                                              long lanes, long valid) {                           \
    return S->binary_cross_entropy(logits, targets, outputs, lanes, valid);                       \
  }                                                                                               \
  kernel_loss kernel_squared_error_##S(const R *outputs, const R *targets, long rows, long lanes, \
                                       long valid) {                                              \
    return S->squared_error(outputs, targets, rows, lanes, valid);                                \
  }                                                                                               \
  void kernel_convolve_##S(const R *a, long a_row, long a_channel, const R *bias, const R *x,     \
                           long x_channel, const kernel_windows *windows, const R *add, R *y,     \
                           long y_channel, long rows, long channels, long lanes,                  \
                           kernel_activation f, R parameter) {                                    \
    S->convolve(a, a_row, a_channel, bias, x, x_channel, windows, add, y, y_channel, rows,        \
                channels, lanes, f, parameter);                                                   \
  }                                                                                               \
  void kernel_convolve_weights_##S(const R *y, long y_channel, const R *x, long x_channel,        \
                                   const kernel_windows *windows, R *g, long g_row,               \
                                   long g_channel, long rows, long channels, long lanes) {        \
    S->convolve_weights(y, y_channel, x, x_channel, windows, g, g_row, g_channel, rows, channels, \
                        lanes);                                                                   \
  }                                                                                               \
  void kernel_pool_maximum_##S(const R *x, long x_channel, const kernel_windows *windows, R *y,   \
                               R *choice, long y_channel, long channels, long lanes) {            \
    S->pool_maximum(x, x_channel, windows, y, choice, y_channel, channels, lanes);                \
  }                                                                                               \
  void kernel_pool_choose_##S(const R *x, long x_channel, const kernel_windows *windows,          \
                              const R *choice, R *y, long y_channel, long channels, long lanes) { \
    S->pool_choose(x, x_channel, windows, choice, y, y_channel, channels, lanes);                 \
  }                                                                                               \
  void kernel_pool_return_##S(const R *y, long y_channel, const kernel_windows *windows,          \
                              const R *choice, R *x, long x_channel, long channels, long lanes) { \
    S->pool_return(y, y_channel, windows, choice, x, x_channel, channels, lanes);                 \
  }

KERNEL_CALLS(float, f32)
KERNEL_CALLS(double, f64)

void kernel_row_products(const double *r, long count, long n, const double *x, double *y) {
  rows->products(r, count, n, x, y);
}

void kernel_add_rows(const double *r, long count, long n, const double *c, double *x) {
  rows->add(r, count, n, c, x);
}

void kernel_combine_rows(double *r, long count, long n, const double *c, long few, double *scratch) {
  rows->combine(r, count, n, c, few, scratch);
}

void kernel_rotate_rows(double *x, double *y, long n, double c, double s) {
  rows->rotate(x, y, n, c, s);
}

void kernel_reflect_rows(double *a, long stride, long count, const double *u, const double *q,
                         const double *v, double *p) {
  rows->reflect(a, stride, count, u, q, v, p);
}
