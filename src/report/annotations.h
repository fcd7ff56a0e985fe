// Results in the forms of CI systems: GitHub's workflow commands and JUnit's XML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/finding_text.h"

namespace pipexpr::report {

// ::error file=a.json,line=3,col=5::message
struct Annotation {
  std::string_view level = "error";  // error, warning, notice
  std::string file, title = {}, message = {};
  std::uint64_t line = 0, column = 0, end_column = 0;  // 0: not known
};
std::string github_line(const Annotation& annotation);

struct JunitCase {
  std::string name;
  std::string failure;  // empty: it passed
  std::string kind;     // of the failure
};
struct JunitSuite {
  std::string name;
  std::vector<JunitCase> cases;
};
std::string junit_xml(const std::vector<JunitSuite>& suites);

std::string findings_as_github(const std::vector<CheckedFile>& files);
std::string findings_as_junit(const std::vector<CheckedFile>& files);

}  // namespace pipexpr::report
