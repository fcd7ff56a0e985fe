// .pipexpr.json: which findings are known and wanted to stay.
//
//   {"check": {"profile": "older",
//              "ignore": ["C501", {"rule": "secret_in_text", "object": "Copy*", "field": "command", "file": "old/*",
//                                  "reason": "shown to its owner only"}]},
//    "render": {"collisions": [{"object": "Report", "field": "filePath", "reason": "each run replaces it"}]}}
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/check.h>

namespace pipexpr::check_config {

class Suppressions {
 public:
  // Empty: understood. Otherwise what is wrong with the text.
  std::string read(std::string_view json);

  // Takes out what is known and shall stay. A finding with several places stays while one of them is not covered.
  void remove_known(Findings& findings, std::string_view file);
  // Whether values of that field may come again in other runs.
  bool accepts_collision(std::string_view object, std::string_view field, std::string_view file) const;
  // A note for each entry that has covered nothing, once files were looked at.
  std::vector<std::string> unused() const;
  LimitProfile profile = LimitProfile::current;

 private:
  struct Entry {
    std::vector<Rule> rules = {};
    std::string words, object = "*", field = "*", file = "*";
    bool used = false;
  };
  bool covers(Rule rule, std::string_view object, std::string_view field, std::string_view file);
  template <class Json>
  std::string read_collisions(const Json& render);
  std::vector<Entry> entries_, collisions_;
};

}  // namespace pipexpr::check_config
