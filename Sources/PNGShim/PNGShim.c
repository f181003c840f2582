#include "PNGShim.h"

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

static void write_picture(
    png_structp png, png_infop info, const PNGShimPicture *picture, png_bytep row) {
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

  png_set_filter(
      png, PNG_FILTER_TYPE_BASE, picture->adaptive ? PNG_ALL_FILTERS : PNG_FILTER_NONE);
  png_set_compression_level(png, picture->level);
  // One IDAT chunk for most figures; the default of 8 kB costs 12 bytes for each piece.
  png_set_compression_buffer_size(png, 1 << 20);

  png_write_info(png, info);
  for (uint32_t y = 0; y < picture->height; y++) {
    const size_t start = (size_t)y * picture->width;
    if (is_indexed) {
      png_write_row(png, picture->indices + start);
      continue;
    }
    const uint32_t *pixels = picture->pixels + start;
    for (uint32_t x = 0; x < picture->width; x++) {
      row[3 * (size_t)x] = (png_byte)(pixels[x] >> 16);
      row[3 * (size_t)x + 1] = (png_byte)(pixels[x] >> 8);
      row[3 * (size_t)x + 2] = (png_byte)pixels[x];
    }
    png_write_row(png, row);
  }
  png_write_end(png, NULL);
}

bool png_shim_write(const PNGShimPicture *picture, PNGShimFile *file) {
  memset(file, 0, sizeof *file);
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, file, fail, ignore);
  png_infop info = png == NULL ? NULL : png_create_info_struct(png);
  png_bytep row = malloc(3 * (size_t)picture->width + 1);

  if (info == NULL || row == NULL) {
    snprintf(file->message, sizeof file->message, "libpng could not be started");
  } else if (setjmp(png_jmpbuf(png)) == 0) {
    png_set_write_fn(png, file, append, flush);
    write_picture(png, info, picture, row);
  }

  free(row);
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
