// Environment: what a program was compiled with. It travels with the program, so that a text which turns up during an
// evaluation means the same as it would in the template itself.
#pragma once

#include <memory>

#include <pipexpr/options.h>

namespace pipexpr::functions {
class FunctionTable;
}

namespace pipexpr::eval {

class TextCompiler;

struct Environment {
  std::shared_ptr<const functions::FunctionTable> functions;
  const TextCompiler* compiler = nullptr;  // compiles further texts; lives as long as the process
  Limits limits;                           // clamped
  Delimiters delimiters = Delimiters::both;

  friend bool operator==(const Environment&, const Environment&) = default;
};

}  // namespace pipexpr::eval
