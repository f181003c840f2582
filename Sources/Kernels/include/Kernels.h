#pragma once
#include <stddef.h>
#include <stdint.h>

// Inner loops over a tile of samples: features are rows, samples lie side by side in the lanes of
// the vector registers. Each exists for AVX-512, for AVX2 with FMA and in a portable form; the
// processor's best is chosen once, when the program starts.
//
// `lanes` is always a multiple of KERNEL_LANES; rows of a tile follow one another without a gap.
//
// Errors of the activations, measured on [-40, 40] against the C library in Float64 for all three
// instruction sets, in units of the type's epsilon (2^-23, 2^-52):
//   elu, silu, tanh, sigmoid   1.5 of the result in Float32, 2.5 in Float64
//   softplus                   2.5 and 3.5 of the result
//   gelu, gelu-tanh            1.5 of max(1, |x|) in both
//   f' and f''                 8 of max(1, |x|) in both
// In Float32, results below 1e-38 may be 0. NaN stays NaN; infinity goes where PyTorch sends it.
// The losses keep their relative accuracy as they go to 0; a logit that is NaN, or infinite where it
// counts, makes them NaN or infinite.

#define KERNEL_LANES 16

typedef enum : int32_t {
  kernel_identity = 0,
  kernel_relu,
  kernel_leaky_relu,
  kernel_elu,
  kernel_gelu,
  kernel_gelu_tanh,
  kernel_silu,
  kernel_tanh,
  kernel_sigmoid,
  kernel_softplus,
} kernel_activation;

typedef enum : int32_t {
  kernel_cross_entropy_loss = 0,
  kernel_binary_cross_entropy_loss,
  kernel_squared_error_loss,
} kernel_loss_kind;

// What a tile's samples add up to.
typedef struct {
  double loss;     // sum of the losses of the samples (and outputs)
  double correct;  // how many samples (and outputs) are right; for squared error unused
} kernel_loss;

// A row that a window reads, counted within a channel, and the offset of the weight it is multiplied by.
typedef struct {
  int32_t place;
  int32_t weight;
} kernel_tap;

// Positions whose windows are the same but for their place: the first position of the result, how many
// there are, and the taps of the first.
typedef struct {
  int32_t first;
  int32_t count;
  int32_t first_tap;
  int32_t taps;
} kernel_run;

// The windows of a convolution or a pooling. From one position of a run to the next, the result moves
// on by `result_step` positions and what is read by `source_step`.
typedef struct {
  const kernel_run *runs;
  long run_count;
  const kernel_tap *taps;
  long result_step;
  long source_step;
} kernel_windows;

#define KERNEL_DECLARE(R, S)                                                                       \
  /* y = f(A x + b), or with `add` not 0 f(y + A x + b): A [rows, depth] in any order, one row and one\
     column a step apart; b [rows] or null; x [depth, columns], its rows x_row apart and readable up\
     to whole KERNEL_LANES, or `transposed` [columns, depth]; y [rows, columns], its rows y_row    \
     apart. */                                                                                     \
  void kernel_product_##S(const R *a, long a_row, long a_column, const R *bias, const R *x,        \
                          long x_row, int transposed, R *y, long y_row, long rows, long columns,   \
                          long depth, int add, kernel_activation f, R parameter);                  \
  /* y = A f(x + alpha u) + b, f the maximum with 0 where `relu` is not 0: A [rows, depth], x and u\
     [depth, lanes], y [rows, lanes]. f(x + alpha u) is formed anew for every few rows of A. */    \
  void kernel_line_product_##S(const R *a, const R *bias, const R *x, const R *u, R alpha,         \
                               int relu, R *y, long rows, long lanes, long depth);                 \
  /* y = f(c + (alpha u + beta v)), or f(c + alpha u) where v is null, elementwise over count      \
     numbers, a multiple of KERNEL_LANES or, with f the identity, any. */                          \
  void kernel_combine_##S(const R *c, const R *u, const R *v, R alpha, R beta, long count, R *y,   \
                          kernel_activation f, R parameter);                                       \
  /* y = a + b. */                                                                                 \
  void kernel_add_##S(const R *a, const R *b, long count, R *y);                                   \
  /* y = f(x), elementwise over any count. */                                                      \
  void kernel_activate_##S(const R *x, long count, R *y, kernel_activation f, R parameter);        \
  /* y = a b, elementwise over any count. */                                                       \
  void kernel_multiply_##S(const R *a, const R *b, long count, R *y);                              \
  /* y += a b, elementwise over any count. */                                                      \
  void kernel_multiply_add_##S(const R *a, const R *b, long count, R *y);                          \
  /* Row r of y [rows, lanes] is column[r], or 0 where column is null. */                          \
  void kernel_spread_##S(const R *column, long rows, long lanes, R *y);                            \
  /* y += the sums of the rows of x [rows, lanes]. */                                              \
  void kernel_add_row_sums_##S(const R *x, long rows, long lanes, R *y);                           \
  /* Sums over the first `valid` lanes. Logits [classes, lanes], labels [lanes]. */                \
  kernel_loss kernel_cross_entropy_##S(const R *logits, const int32_t *labels, long classes,       \
                                       long lanes, long valid);                                    \
  /* The same with logits and targets [outputs, lanes]. */                                         \
  kernel_loss kernel_binary_cross_entropy_##S(const R *logits, const R *targets, long outputs,     \
                                              long lanes, long valid);                             \
  kernel_loss kernel_squared_error_##S(const R *outputs, const R *targets, long rows, long lanes,  \
                                       long valid);                                                \
  /* f'(x), and f''(x) where `second` is not null, elementwise over any count. */                  \
  void kernel_derivatives_##S(const R *x, long count, R *first, R *second, kernel_activation f,    \
                              R parameter);                                                        \
  /* y += f'(x) factor, elementwise over any count. */                                             \
  void kernel_add_slopes_##S(const R *x, const R *factor, long count, R *y, kernel_activation f,   \
                             R parameter);                                                         \
  /* The gradient of scale times a loss with respect to the logits z [rows, lanes]; 0 from lane    \
     `valid` on. Labels [lanes] or targets [rows, lanes], as the loss has it. `saved` [rows, lanes] \
     keeps what the tangent needs. */                                                              \
  void kernel_loss_gradient_##S(kernel_loss_kind kind, const R *z, const int32_t *labels,          \
                                const R *targets, long rows, long lanes, long valid, R scale,      \
                                R *saved, R *gradient);                                            \
  /* How that gradient changes along a change of the logits. */                                    \
  void kernel_loss_tangent_##S(kernel_loss_kind kind, const R *saved, const R *tangent, long rows, \
                               long lanes, long valid, R scale, R *result);                        \
  /* result = scale g (g . tangent), the dot product over the rows of each lane. */                \
  void kernel_rank_one_##S(const R *g, const R *tangent, long rows, long lanes, R scale, R *result); \
  /* y = f(add + b + the sum over channels c and taps of a x): the weight of result row r, channel c\
     and a tap stands at r a_row + c a_channel + tap.weight, b [rows] or null, the rows of channel c\
     at x + c x_channel, those of the result and of `add` (null, or y itself) y_channel apart. */  \
  void kernel_convolve_##S(const R *a, long a_row, long a_channel, const R *bias, const R *x,      \
                           long x_channel, const kernel_windows *windows, const R *add, R *y,      \
                           long y_channel, long rows, long channels, long lanes,                   \
                           kernel_activation f, R parameter);                                      \
  /* g += the gradient of the weights: sums of y x over positions and lanes, the result's and the  \
     sources' channels as in kernel_convolve. */                                                   \
  void kernel_convolve_weights_##S(const R *y, long y_channel, const R *x, long x_channel,         \
                                   const kernel_windows *windows, R *g, long g_row,                \
                                   long g_channel, long rows, long channels, long lanes);          \
  /* y = the greatest number of each window, and in `choice` the `weight` of the tap that has it;  \
     either may be null. */                                                                        \
  void kernel_pool_maximum_##S(const R *x, long x_channel, const kernel_windows *windows, R *y,    \
                               R *choice, long y_channel, long channels, long lanes);              \
  /* y = what stands at each window's choice. */                                                   \
  void kernel_pool_choose_##S(const R *x, long x_channel, const kernel_windows *windows,           \
                              const R *choice, R *y, long y_channel, long channels, long lanes);   \
  /* Adds y to what stands at each window's choice. */                                             \
  void kernel_pool_return_##S(const R *y, long y_channel, const kernel_windows *windows,           \
                              const R *choice, R *x, long x_channel, long channels, long lanes);

KERNEL_DECLARE(float, f32)
KERNEL_DECLARE(double, f64)

// Rows of Float64 numbers, one after the other in memory. Every instruction set gives the same bits.

// y[i] = the product of row i with x: `count` rows of n numbers.
void kernel_row_products(const double *rows, long count, long n, const double *x, double *y);

// x += the sum of c[i] times row i.
void kernel_add_rows(const double *rows, long count, long n, const double *c, double *x);

// The first `few` rows become combinations of all `count` rows: c is [few, count], few <= count;
// scratch holds 16 (count + few) numbers.
void kernel_combine_rows(double *rows, long count, long n, const double *c, long few,
                         double *scratch);

// (x, y) <- (c x - s y, s x + c y), n numbers each.
void kernel_rotate_rows(double *x, double *y, long n, double c, double s);

// A <- A - u qT - q uT on the lower triangle of the first `count` rows of a matrix whose rows are
// `stride` apart, and p += A v: a step of Householder's reduction in one pass over the memory.
void kernel_reflect_rows(double *a, long stride, long count, const double *u, const double *q,
                         const double *v, double *p);

// The name of the instruction set in use: "AVX-512", "AVX2" or "portable". It is the best that the
// processor has, or what the environment variable LANDSCAPE_KERNELS names, if the processor has it.
const char *kernel_instruction_set(void);

// The names of all that the processor has, the best first, with commas between.
const char *kernel_instruction_sets(void);

// What LANDSCAPE_KERNELS asks for if it is none of these, or null.
const char *kernel_refused_instruction_set(void);

// How many rows of A a product takes at a time.
long kernel_product_rows(void);

// One entry a kernel: what an instruction set fills, and what the calls go through.
#define KERNEL_TABLE(R, S)                                                                        \
  struct kernel_table_##S {                                                                       \
    long rows;                                                                                    \
    void (*product)(const R *, long, long, const R *, const R *, long, int, R *, long, long, long,\
                    long, int, kernel_activation, R);                                             \
    void (*line_product)(const R *, const R *, const R *, const R *, R, int, R *, long, long,     \
                         long);                                                                   \
    void (*combine)(const R *, const R *, const R *, R, R, long, R *, kernel_activation, R);      \
    void (*add)(const R *, const R *, long, R *);                                                 \
    void (*activate)(const R *, long, R *, kernel_activation, R);                                 \
    void (*multiply)(const R *, const R *, long, R *);                                            \
    void (*multiply_add)(const R *, const R *, long, R *);                                        \
    void (*spread)(const R *, long, long, R *);                                                   \
    void (*add_row_sums)(const R *, long, long, R *);                                             \
    void (*derivatives)(const R *, long, R *, R *, kernel_activation, R);                         \
    void (*add_slopes)(const R *, const R *, long, R *, kernel_activation, R);                    \
    kernel_loss (*cross_entropy)(const R *, const int32_t *, long, long, long);                   \
    kernel_loss (*binary_cross_entropy)(const R *, const R *, long, long, long);                  \
    kernel_loss (*squared_error)(const R *, const R *, long, long, long);                         \
    void (*loss_gradient)(kernel_loss_kind, const R *, const int32_t *, const R *, long, long,    \
                          long, R, R *, R *);                                                     \
    void (*loss_tangent)(kernel_loss_kind, const R *, const R *, long, long, long, R, R *);       \
    void (*rank_one)(const R *, const R *, long, long, R, R *);                                   \
    void (*convolve)(const R *, long, long, const R *, const R *, long, const kernel_windows *,   \
                     const R *, R *, long, long, long, long, kernel_activation, R);               \
    void (*convolve_weights)(const R *, long, const R *, long, const kernel_windows *, R *, long, \
                             long, long, long, long);                                             \
    void (*pool_maximum)(const R *, long, const kernel_windows *, R *, R *, long, long, long);    \
    void (*pool_choose)(const R *, long, const kernel_windows *, const R *, R *, long, long,      \
                        long);                                                                    \
    void (*pool_return)(const R *, long, const kernel_windows *, const R *, R *, long, long,      \
                        long);                                                                    \
  };

KERNEL_TABLE(float, f32)
KERNEL_TABLE(double, f64)

// The kernels of a named instruction set, or null where the processor lacks it.
const struct kernel_table_f32 *kernel_table_named_f32(const char *name);
const struct kernel_table_f64 *kernel_table_named_f64(const char *name);
