// Environment: what a program was compiled with. It travels with the program, so that a text which turns up during an
// evaluation means the same as it would in the template itself.
#pragma once

#include <memory>

#include <pipexpr/options.h>

namespace pipexpr::eval {

class FunctionTable;
class TextCompiler;

struct Environment {
  std::shared_ptr<const FunctionTable> functions;
  const TextCompiler* compiler = nullptr;  // compiles further texts; lives as long as the process
  Limits limits;                           // clamped
  Delimiters delimiters = Delimiters::both;

  friend bool operator==(const Environment&, const Environment&) = default;
};

}  // namespace pipexpr::eval
