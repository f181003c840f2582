#pragma once
#include <stddef.h>

/// A file carried inside the program: its name, its bytes and how many there are.
typedef struct {
  const char *name;
  const unsigned char *bytes;
  size_t count;
} embedded_resource;

/// The file named `name`, or a record whose `bytes` is null where there is none.
embedded_resource embedded_resource_named(const char *name);

/// The resource at `index` of `embedded_resource_count()`, in the order in which they are listed.
embedded_resource embedded_resource_at(size_t index);
size_t embedded_resource_count(void);
