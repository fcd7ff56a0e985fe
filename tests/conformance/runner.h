// One Catch test per .test file: CMakeLists.txt writes the list.
#pragma once

#include <string>

#include "row.h"

namespace conformance {

// Reports every row whose outcome is not as expected; with PIPEXPR_UPDATE rewrites the file at `path`.
void check_rows(const File& file, const std::string& path);

// The same for a file of tests/conformance.
void check_file(const std::string& name);

}  // namespace conformance
