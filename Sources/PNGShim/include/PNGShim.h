// What Swift cannot say to libpng: its errors leave by longjmp, which must never cross a Swift
// frame. One call writes a whole picture; errors come back as a message.

#ifndef PNG_SHIM_H
#define PNG_SHIM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// A text chunk: a keyword in ASCII and a text in UTF-8, both ended by a zero byte.
typedef struct {
  const char *keyword;
  const char *text;
} PNGShimText;

/// A picture to write, and how.
typedef struct {
  /// Row-major from the top, `width * height` of them, each 0xRRGGBB; not read with a palette.
  const uint32_t *pixels;
  /// The colours of a picture of few, each 0xRRGGBB, at most 256; none for a picture of many.
  const uint32_t *palette;
  int palette_count;
  /// With a palette, each pixel's place in it, row-major from the top.
  const uint8_t *indices;
  uint32_t width;
  uint32_t height;
  /// For the pHYs chunk.
  uint32_t pixels_per_metre;
  const PNGShimText *texts;
  int text_count;
  /// Whether each row gets the filter that leaves the fewest kinds of byte pairs; else none is filtered.
  bool adaptive;
  /// Of libdeflate: 1 quick to 12 small.
  int level;
} PNGShimPicture;

/// The file, or why there is none.
typedef struct {
  /// NULL after an error.
  uint8_t *bytes;
  size_t count;
  size_t capacity;
  /// Empty after success.
  char message[160];
} PNGShimFile;

/// Writes a picture of 8 bits a sample, RGB or with a palette; true unless `file->message` says otherwise.
bool png_shim_write(const PNGShimPicture *picture, PNGShimFile *file);

/// Frees what `png_shim_write` has made.
void png_shim_free(PNGShimFile *file);

#endif
