#pragma once
#include <stddef.h>
#include <stdint.h>

/// libFuzzer's loop: calls back with inputs until it is told to stop, or the process dies.
int LLVMFuzzerRunDriver(
    int *argc, char ***argv, int (*callback)(const uint8_t *data, size_t size));
