#pragma once

// Multiply-adds on independent registers and nothing else, in the widest vectors that the processor
// has: returns how many floating-point operations (two a multiply-add) were done. Time it for the
// processor's peak.
double peak_run_f32(long rounds);
double peak_run_f64(long rounds);
