#pragma once

namespace specbridge::bench {

/// Prints what a window of 10,000 rows of 768 costs one core: for one query and for 256, each row
/// type and set of kernels beside FAISS Flat over the same rows and a loop that only reads them.
/// All are measured in turn, in one run, with rows that are not in the cache; times are medians of
/// CPU time.
void print_row_table();

}  // namespace specbridge::bench
