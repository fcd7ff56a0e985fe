// The texts of the programs that check translations; {DATA} stands for the vectors as JSON in a raw string.
#pragma once

#include <string_view>

namespace pipexpr::translator {

extern const std::string_view kJinjaEngine, kPythonEngine;  // the part of the Python program that differs
extern const std::string_view kPythonCheck;                 // with {ENGINE}
extern const std::string_view kModuleCheck;

}  // namespace pipexpr::translator
