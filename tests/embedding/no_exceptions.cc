// A part of a program without exceptions: the headers must be of use there.
#include "no_exceptions.h"

#include <pipexpr/pipexpr.h>

std::string without_exceptions(std::string_view text) {
#ifdef __cpp_exceptions
#error this file is compiled with -fno-exceptions
#endif
  const auto compiled = pipexpr::Expression::compile(text);
  if (!compiled) return std::string(pipexpr::code_id(compiled.error().front().code));
  const auto graph = pipexpr::PipelineDefinition::load(R"({"objects": []})").value();
  return compiled.value().evaluate(*graph).value().text();
}
