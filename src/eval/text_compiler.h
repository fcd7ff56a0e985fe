// TextCompiler: how an evaluation has a host's text compiled. Evaluation knows no parser; the compile stage implements
// this and leaves itself in the Environment of each program that it makes.
#pragma once

#include <memory>
#include <string_view>

#include <pipexpr/result.h>

#include "eval/environment.h"

namespace pipexpr::eval {

class Program;

class TextCompiler {
 public:
  virtual ~TextCompiler() = default;
  // Called from any thread. The program owns its text.
  virtual Result<std::shared_ptr<const Program>> compile(std::string_view text,
                                                         const Environment& environment) const = 0;
};

}  // namespace pipexpr::eval
