// First, so that FreeType's types belong to the module CFreeType alone.
#include "../CFreeType/shim.h"
#include <cairo.h>
#include <cairo-ft.h>
#include <cairo-pdf.h>
#include <cairo-svg.h>
