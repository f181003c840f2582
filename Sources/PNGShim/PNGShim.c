#include "PNGShim.h"

#include <libdeflate.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(png_structp png, png_const_charp message) {
  PNGShimFile *file = png_get_error_ptr(png);
  snprintf(file->message, sizeof file->message, "%s", message);
  png_longjmp(png, 1);
}

static void ignore(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void append(png_structp png, png_bytep bytes, size_t count) {
  PNGShimFile *file = png_get_io_ptr(png);
  if (count > file->capacity - file->count) {
    size_t capacity = 2 * (file->count + count);
    uint8_t *grown = realloc(file->bytes, capacity);
    if (grown == NULL) png_error(png, "out of memory");
    file->bytes = grown;
    file->capacity = capacity;
  }
  memcpy(file->bytes + file->count, bytes, count);
  file->count += count;
}

static void flush(png_structp png) { (void)png; }

static void write_text(png_structp png, png_infop info, PNGShimText text) {
  size_t length = strlen(text.text);
  png_text chunk = {
      // Short texts stay readable to `strings`; long ones (a whole scene) are worth squeezing.
      .compression = length > 1024 ? PNG_ITXT_COMPRESSION_zTXt : PNG_ITXT_COMPRESSION_NONE,
      .key = (png_charp)text.keyword,
      .text = (png_charp)text.text,
      .itxt_length = length,
      .lang = "",
      .lang_key = "",
  };
  png_set_text(png, info, &chunk, 1);
}

static void write_palette(png_structp png, png_infop info, const PNGShimPicture *picture) {
  png_color colors[PNG_MAX_PALETTE_LENGTH];
  for (int i = 0; i < picture->palette_count && i < PNG_MAX_PALETTE_LENGTH; i++) {
    const uint32_t color = picture->palette[i];
    colors[i] = (png_color){(png_byte)(color >> 16), (png_byte)(color >> 8), (png_byte)color};
  }
  png_set_PLTE(png, info, colors, picture->palette_count);
}

// The bytes of a row of pixels.
static void unpack(const PNGShimPicture *picture, uint32_t y, uint8_t *row) {
  const size_t start = (size_t)y * picture->width;
  if (picture->palette_count > 0) {
    memcpy(row, picture->indices + start, picture->width);
    return;
  }
  const uint32_t *pixels = picture->pixels + start;
  for (size_t x = 0; x < picture->width; x++) {
    row[3 * x] = (uint8_t)(pixels[x] >> 16);
    row[3 * x + 1] = (uint8_t)(pixels[x] >> 8);
    row[3 * x + 2] = (uint8_t)pixels[x];
  }
}

static uint8_t paeth(uint8_t left, uint8_t above, uint8_t corner) {
  const int a = abs(above - corner), b = abs(left - corner), c = abs(left + above - 2 * corner);
  return a <= b && a <= c ? left : b <= c ? above : corner;
}

// A row less what a filter foretells (PNG specification, third edition, section 9), after the
// filter's number. Before both rows there are as many zeros as a pixel has bytes.
static void filter(
    int kind, const uint8_t *row, const uint8_t *above, size_t count, size_t step, uint8_t *out) {
  const uint8_t *left = row - step, *corner = above - step;
  *out++ = (uint8_t)kind;
  switch (kind) {
    case PNG_FILTER_VALUE_UP:
      for (size_t i = 0; i < count; i++) out[i] = row[i] - above[i];
      break;
    case PNG_FILTER_VALUE_PAETH:
      for (size_t i = 0; i < count; i++) out[i] = row[i] - paeth(left[i], above[i], corner[i]);
      break;
    default: memcpy(out, row, count);
  }
}

// How many different pairs of neighbours there are among bytes: the fewer, the more of them a
// compressor has met before.
static int pairs(const uint8_t *bytes, size_t count, uint64_t seen[1024]) {
  memset(seen, 0, 1024 * sizeof *seen);
  int found = 0;
  for (size_t i = 1; i < count; i++) {
    const unsigned pair = (unsigned)bytes[i - 1] << 8 | bytes[i];
    const uint64_t bit = UINT64_C(1) << (pair & 63);
    found += (seen[pair >> 6] & bit) == 0;
    seen[pair >> 6] |= bit;
  }
  return found;
}

// All rows filtered, `height * (1 + bytes of a row)` of them; NULL without memory.
static uint8_t *filtered(const PNGShimPicture *picture) {
  const size_t step = picture->palette_count > 0 ? 1 : 3;
  const size_t count = step * picture->width, height = picture->height;
  if (height > 0 && count + 1 > SIZE_MAX / height) return NULL;
  uint8_t *all = malloc((count + 1) * height + 1);
  // The row and the one above it, each after zeros, and a trial.
  const size_t room = count + 4;
  uint8_t *rows = calloc(3 * room, 1);
  uint64_t *seen = malloc(1024 * sizeof *seen);
  if (all == NULL || rows == NULL || seen == NULL) {
    free(all);
    free(rows);
    free(seen);
    return NULL;
  }
  uint8_t *row = rows + step, *above = row + room, *trial = rows + 2 * room;
  for (uint32_t y = 0; y < picture->height; y++) {
    uint8_t *out = all + (count + 1) * y;
    unpack(picture, y, row);
    filter(PNG_FILTER_VALUE_NONE, row, above, count, step, out);
    int least = picture->adaptive ? pairs(out + 1, count, seen) : 0;
    // The other two filters seldom win, and then by little: the third that they would add to the
    // time is not worth it.
    const int kinds[] = {PNG_FILTER_VALUE_UP, PNG_FILTER_VALUE_PAETH};
    for (int i = 0; picture->adaptive && i < 2; i++) {
      filter(kinds[i], row, above, count, step, trial);
      const int found = pairs(trial + 1, count, seen);
      if (found >= least) continue;
      least = found;
      memcpy(out, trial, count + 1);
    }
    uint8_t *last = above;
    above = row;
    row = last;
  }
  free(rows);
  free(seen);
  return all;
}

// The picture as a zlib stream, for the IDAT chunk; NULL without memory.
static uint8_t *compressed(const PNGShimPicture *picture, size_t *count) {
  const size_t row = (picture->palette_count > 0 ? 1 : 3) * (size_t)picture->width + 1;
  uint8_t *rows = filtered(picture);
  struct libdeflate_compressor *compressor =
      rows == NULL ? NULL : libdeflate_alloc_compressor(picture->level);
  uint8_t *stream = NULL;
  if (compressor != NULL) {
    const size_t size = row * picture->height;
    const size_t bound = libdeflate_zlib_compress_bound(compressor, size);
    stream = malloc(bound);
    *count = stream == NULL
                 ? 0 : libdeflate_zlib_compress(compressor, rows, size, stream, bound);
    libdeflate_free_compressor(compressor);
  }
  free(rows);
  return stream;
}

static void write_picture(
    png_structp png, png_infop info, const PNGShimPicture *picture, const uint8_t *stream,
    size_t count) {
  const int is_indexed = picture->palette_count > 0;
  png_set_IHDR(
      png, info, picture->width, picture->height, 8,
      is_indexed ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (is_indexed) write_palette(png, info, picture);
  png_set_sRGB_gAMA_and_cHRM(png, info, PNG_sRGB_INTENT_PERCEPTUAL);
  png_set_pHYs(
      png, info, picture->pixels_per_metre, picture->pixels_per_metre, PNG_RESOLUTION_METER);
  for (int i = 0; i < picture->text_count; i++) write_text(png, info, picture->texts[i]);
  png_write_info(png, info);
  // Chunks hold less than 2 GB.
  for (size_t start = 0; start < count; start += 1 << 30) {
    const size_t left = count - start;
    png_write_chunk(
        png, (png_const_bytep) "IDAT", stream + start, left < 1 << 30 ? left : 1 << 30);
  }
  png_write_chunk(png, (png_const_bytep) "IEND", NULL, 0);
}

bool png_shim_write(const PNGShimPicture *picture, PNGShimFile *file) {
  memset(file, 0, sizeof *file);
  size_t count = 0;
  uint8_t *stream = compressed(picture, &count);
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, file, fail, ignore);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);

  if (info == NULL || stream == NULL) {
    snprintf(file->message, sizeof file->message, "there is no memory for it");
  } else if (setjmp(png_jmpbuf(png)) == 0) {
    png_set_write_fn(png, file, append, flush);
    write_picture(png, info, picture, stream, count);
  }

  free(stream);
  png_destroy_write_struct(&png, &info);
  if (file->message[0] == 0) return true;
  png_shim_free(file);
  return false;
}

void png_shim_free(PNGShimFile *file) {
  free(file->bytes);
  file->bytes = NULL;
  file->count = file->capacity = 0;
}
