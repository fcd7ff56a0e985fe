// Advice by who reads it: every message of the library that speaks of the command line is told to clients otherwise.
#include "base/advice.h"

#include <vector>

#include <pipexpr/diagnostic.h>

#include "base/limit_diagnostic.h"
#include "base/runtime_fields.h"
#include "catch.h"

using namespace pipexpr;
using base::for_client;
using base::for_reader;
using base::Reader;
using base::UnsetUse;

TEST_CASE("what only the command line can do is not told to clients") {
  CHECK(for_client("x: " + base::why_unset("@status", true, UnsetUse::read)) ==
        "x: the service sets it while the pipeline runs; evaluate it on an instance or attempt that has one");
  CHECK(for_client(base::why_unset("@scheduledStartTime", false, UnsetUse::read)) ==
        "no run was given; evaluate it on an instance or attempt");
  CHECK(for_client(base::why_unset("@scheduledEndTime", true, UnsetUse::read)) == "no schedule says when the run ends");
  CHECK(for_client(base::why_unset("@status", true, UnsetUse::null_computed)) ==
        "the service sets it while the pipeline runs, and 'null', which stands for it until then, cannot be used here; "
        "evaluate it on an instance or attempt that has one");
  CHECK(for_client(base::why_unset("@instanceParent", true, UnsetUse::read)) ==
        "only an attempt has it; evaluate it on an attempt");
  const std::vector<std::string> name = {"myX", "myX"};
  CHECK(for_client(format_message(DiagnosticCode::parameter_without_value, name)) ==
        "parameter 'myX' has no value and no default: give it one with parameterValues");
}

TEST_CASE("the author of a definition reads in a failed run what to write") {
  CHECK(for_reader("x: " + base::why_unset("@status", true, UnsetUse::read), Reader::author) ==
        "x: the service sets it while the pipeline runs; read it only where the service has set it by then, or not at "
        "all");
  CHECK(for_reader(base::why_unset("@instanceParent", true, UnsetUse::read), Reader::author) ==
        "only an attempt has it; read it in the fields of a task only");
  CHECK(for_reader(base::why_unset("@scheduledEndTime", true, UnsetUse::read), Reader::author) ==
        "no schedule says when the run ends");
}

TEST_CASE("no code's message tells clients of options") {
  for (const DiagnosticCode code : codes()) {
    std::string message(code_description(code));
    if (const std::size_t gap = message.rfind("raise it with {}"); gap != std::string::npos)
      message.replace(gap + 14, 2, base::how_to_raise(&Limits::max_steps));
    if (code == DiagnosticCode::parameter_without_value) message = for_client(message);
    INFO(code_id(code));
    CHECK(for_client(message).find("--") == std::string::npos);
    CHECK(for_client(message).find("Limits::") == std::string::npos);
  }
}

TEST_CASE("a message without such an end stays as it is") {
  for (const char* message :
       {"", "division by zero", "found '; raise it with Limits::x'",
        "found '; give it, with --set on the command line'", "'give it one under \"values\" or with --parameter x'"}) {
    CHECK(for_client(message) == message);
  }
}
