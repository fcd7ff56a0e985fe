// The same limits by their flags on the command line.
#include <sys/wait.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "../catch.h"
#include "cases.h"

namespace {

struct Ran {
  int status = 0;
  std::string output;  // standard output and standard error
};

std::string quoted(const std::string& word) {
  std::string result = "'";
  for (const char c : word) result += c == '\'' ? "'\\''" : std::string(1, c);
  return result + "'";
}

Ran run(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) line += quoted(word) + " ";
  Ran ran;
  FILE* const pipe = popen((line + "2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  for (std::size_t n = 0; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.output.append(buffer, n);
  ran.status = WEXITSTATUS(pclose(pipe));
  return ran;
}

}  // namespace

TEST_CASE("limits: the command's flags") {
  const auto file = std::filesystem::temp_directory_path() / "pipexpr-limits.json";
  for (const limits::Case& one : limits::cases()) {
    const pipexpr::LimitInfo& limit = limits::row(one.limit);
    std::string flag = "--" + std::string(one.limit);
    for (char& c : flag) c = c == '_' ? '-' : c;
    for (const std::size_t amount : {one.bound - 1, one.bound, one.bound + 1}) {
      const limits::Sample sample = one.needs(amount);
      if (!sample.host.empty()) continue;  // the command is a host without texts of its own
      std::vector<std::string> words = {PIPEXPR_COMMAND};
      if (one.stage == limits::Stage::load) {
        words.insert(words.end(), {"render", file.string()});
      } else {
        words.insert(words.end(), {"eval", sample.text});
        if (!sample.json.empty()) words.insert(words.end(), {"--definition", file.string(), "--object", "A"});
      }
      words.insert(words.end(), {flag, std::to_string(one.bound)});
      std::ofstream(file) << sample.json;
      const Ran ran = run(words);
      INFO(one.limit << " by " << one.what << ": " << amount << " of " << one.bound << ": " << ran.output);
      if (amount <= one.bound) {
        CHECK(ran.status == 0);
      } else {
        CHECK(ran.status != 0);
        CHECK(ran.output.find("[" + std::string(code_id(one.code)) + "]") != std::string::npos);
        CHECK(ran.output.find(limits::ending(limit, one.bound)) != std::string::npos);
      }
    }
    CHECK(run({PIPEXPR_COMMAND, "eval", "x", flag, std::to_string(limit.ceiling)}).status == 0);
    const Ran over = run({PIPEXPR_COMMAND, "eval", "x", flag, std::to_string(limit.ceiling + 1)});
    CHECK(over.status == 2);
    CHECK(over.output.find("expected a number from 0 to " + std::to_string(limit.ceiling)) != std::string::npos);
  }
  std::filesystem::remove(file);
}
