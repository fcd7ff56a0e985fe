// Prints the fuzzers' dictionary from the tables: functions, runtime names, tokens.
#include <cstdio>

#include <pipexpr/pipexpr.h>

#include "base/runtime_fields.h"

int main() {
  for (const auto& function : pipexpr::FunctionRegistry::standard().all())
    std::printf("\"%s(\"\n", function->name.c_str());
  for (const auto& field : pipexpr::base::runtime_fields()) {
    std::printf("\"%.*s\"\n", static_cast<int>(field.name.size()), field.name.data());
  }
  for (const char* token : {"#{",
                            "#<",
                            "}",
                            ">",
                            "'",
                            "\\\"",
                            "\\\\'",
                            ".",
                            ",",
                            " ^ ",
                            "${",
                            "YYYY-MM-dd",
                            "''",
                            "zzzz",
                            "ZZZ",
                            "2011-05-24T17:10:00",
                            "America/New_York",
                            "1 day",
                            "node",
                            "parent",
                            "id",
                            "objects",
                            "ref",
                            "pipelineObjects",
                            "fields",
                            "key",
                            "stringValue",
                            "refValue",
                            "parameters",
                            "values",
                            "Default"}) {
    std::printf("\"%s\"\n", token);
  }
}
