// Findings as they are printed: text with snippets, JSON, and SARIF 2.1.0 for code hosts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <pipexpr/check.h>

namespace pipexpr::report {

struct CheckedFile {
  std::string name;  // as it is shown
  std::string json;  // its text
  Findings findings;
  std::string problem = {};  // why it could not be read; then there is no more
  std::size_t objects = 0, expressions = 0;
  bool loads = true;                  // false: its findings are about that
  std::vector<std::string> ids = {};  // of its objects
  bool is_beside = false;             // a file of values or parameters: no definition, and counted as none
};

// The message, and where else its cause shows.
std::string shown_message(const Finding& finding);

// The worst first: errors of all files, then warnings.
std::string findings_as_text(const std::vector<CheckedFile>& files, bool color);
std::string findings_as_json(const std::vector<CheckedFile>& files);
std::string findings_as_sarif(const std::vector<CheckedFile>& files);

}  // namespace pipexpr::report
