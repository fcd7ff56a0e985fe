// For every limit, something that needs a given amount of what it bounds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/pipexpr.h>

namespace limits {

// Where the limit is noticed.
enum class Stage { compile, evaluate, load };

struct Sample {
  std::string text;       // a template, of the object A; empty for definitions
  std::string json = {};  // its definition; empty: one without objects of interest
  std::string host = {};  // a host's field `host`, as a text; the template then is #{host}
};

struct Case {
  std::string_view limit;
  std::string_view what;
  Stage stage;
  pipexpr::DiagnosticCode code;
  std::uint64_t bound;                  // what the limit is set to
  Sample (*needs)(std::size_t amount);  // a sample that needs exactly so much
};

const std::vector<Case>& cases();
const pipexpr::LimitInfo& row(std::string_view name);

// The part of the message that every limit's diagnostic ends with.
std::string ending(const pipexpr::LimitInfo& limit, std::uint64_t bound);

}  // namespace limits
