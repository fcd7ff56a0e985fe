// .pipexpr.json: which findings are known and wanted to stay.
//
//   {"check": {"profile": "older",
//              "ignore": ["C501", {"rule": "secret_in_text", "object": "Copy*", "field": "command", "file": "old/*",
//                                  "reason": "shown to its owner only"}]}}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/check.h>

namespace cli {

class Suppressions {
 public:
  // Empty: understood. Otherwise what is wrong with the text.
  std::string read(std::string_view json);

  bool covers(const pipexpr::Finding& finding, std::string_view file) const;
  pipexpr::LimitProfile profile = pipexpr::LimitProfile::current;

 private:
  struct Entry {
    pipexpr::Rule rule{};
    std::string object = "*", field = "*", file = "*";
  };
  std::vector<Entry> entries_;
};

// `*` stands for any characters, `?` for one.
bool matches_glob(std::string_view pattern, std::string_view text);

// ", did you mean 'C901'?" among the rules' ids and names.
std::string similar_rule(std::string_view typed);

}  // namespace cli
