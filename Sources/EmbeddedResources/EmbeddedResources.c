#include "EmbeddedResources.h"

#include <string.h>

// Files are embedded by the compiler, so the binary can be moved on its own.
#pragma clang diagnostic ignored "-Wc23-extensions"
static const unsigned char digits[] = {
#embed "data/digits.csv.gz"
};

static const embedded_resource resources[] = {
    {"digits.csv.gz", digits, sizeof digits},
};

size_t embedded_resource_count(void) { return sizeof resources / sizeof resources[0]; }

embedded_resource embedded_resource_at(size_t index) {
  embedded_resource none = {0, 0, 0};
  return index < embedded_resource_count() ? resources[index] : none;
}

embedded_resource embedded_resource_named(const char *name) {
  for (size_t i = 0; i < embedded_resource_count(); i++)
    if (strcmp(resources[i].name, name) == 0) return resources[i];
  return embedded_resource_at(embedded_resource_count());
}
