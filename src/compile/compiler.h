// The compiler: a template's text -> Program. Parses each expression, resolves functions, folds constants and prepares
// literal arguments. Reports every error of the text.
#pragma once

#include <memory>
#include <string_view>

#include "eval/program.h"

namespace pipexpr::compile {

using eval::Program;

Result<std::shared_ptr<const Program>> compile(std::string_view text, const CompileOptions& options);

}  // namespace pipexpr::compile
