// Runs the checker's cases. A case in a .test file:
//
//   bad C901 an hour of the half day            what it shows: good or bad, and the one rule that is on; * for all
//   o {"id": "In", "filePath": "..."}, {...}    objects; also p: parameters, v: values, f: a whole file instead
//   > C901 In.filePath 'hh': message            a finding: rule, object and field, text at its place, message
//   = s3://b/#{format(...)}                     what the fix makes of that string; ~ when it is unsafe, ! for display
//
// Findings are compared whole. Every rule of rules.def must have a good case, and a bad one that it finds.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <pipexpr/check.h>

namespace {

struct Case {
  std::string file, title;
  int line = 0;
  std::vector<std::string> source, expected;
};

std::vector<Case> read(const std::filesystem::path& path) {
  std::vector<Case> cases;
  std::ifstream in(path);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.starts_with("good ") || line.starts_with("bad ")) {
      cases.push_back({path.filename().string(), line, number, {}, {}});
    } else if (line.starts_with("> ") || line.starts_with("= ") || line.starts_with("~ ") || line.starts_with("! ")) {
      cases.back().expected.push_back(line);
    } else if (!line.empty() && line[0] != '#') {
      cases.back().source.push_back(line);
    }
  }
  return cases;
}

// A long item is written as TEXT*COUNT inside angle brackets: <ab*3> is ababab.
std::string expanded(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find("<<", at);
    const std::size_t star = open == std::string::npos ? open : text.find('*', open);
    const std::size_t close = star == std::string::npos ? star : text.find(">>", star);
    if (close == std::string::npos) return out + text.substr(at);
    out += text.substr(at, open - at);
    const int count = std::stoi(text.substr(star + 1, close - star - 1));
    for (int i = 0; i < count; ++i) {
      std::string item = text.substr(open + 2, star - open - 2);
      for (std::size_t n = item.find('#'); n != std::string::npos && item[n + 1] != '{'; n = item.find('#', n + 1)) {
        item.replace(n, 1, std::to_string(i));
      }
      out += item;
    }
    at = close + 2;
  }
  return out;
}

std::string json_of(const Case& test) {
  std::map<char, std::string> parts;
  for (const std::string& line : test.source) parts[line[0]] += expanded(line.substr(2));
  if (parts.count('f') != 0) return parts['f'];
  std::string json = "{\"objects\": [" + parts['o'] + "]";
  if (parts.count('p') != 0) json += ", \"parameters\": [" + parts['p'] + "]";
  if (parts.count('v') != 0) json += ", \"values\": {" + parts['v'] + "}";
  return json + "}";
}

// The JSON string around a place, after an edit.
std::string fixed_string(const std::string& json, const pipexpr::Fix& fix) {
  std::string text = json;
  text.replace(fix.span.offset, fix.span.length, fix.replacement);
  const auto is_quote = [&](std::size_t i) { return text[i] == '"' && (i == 0 || text[i - 1] != '\\'); };
  std::size_t begin = fix.span.offset, end = fix.span.offset + fix.replacement.size();
  if (is_quote(begin) && end > begin + 1 && is_quote(end - 1)) return text.substr(begin + 1, end - begin - 2);
  while (begin > 0 && !is_quote(begin - 1)) --begin;
  while (end < text.size() && !is_quote(end)) ++end;
  return text.substr(begin, end - begin);
}

std::string mark(pipexpr::FixTier tier) {
  return tier == pipexpr::FixTier::safe ? "= " : tier == pipexpr::FixTier::unsafe_fix ? "~ " : "! ";
}

std::vector<std::string> run(const Case& test) {
  const std::string json = json_of(test);
  pipexpr::CheckOptions options;
  const std::size_t blank = test.title.find(' ');
  const auto rule = pipexpr::find_rule(test.title.substr(blank + 1, test.title.find(' ', blank + 1) - blank - 1));
  if (rule) options.only = {*rule};
  std::vector<std::string> found;
  for (const pipexpr::Finding& finding : pipexpr::check_file(json, {}, options)) {
    std::string place = finding.object;
    if (!finding.field.empty()) place += (place.empty() ? "" : ".") + finding.field;
    std::string at = json.substr(std::min<std::size_t>(finding.span.offset, json.size()), finding.span.length);
    if (at.size() > 100) at = at.substr(0, 60) + "...";
    found.push_back("> " + std::string(pipexpr::rule_id(finding.rule)) + " " + (place.empty() ? "-" : place) + " '" +
                    at + "': " + finding.message);
    if (!finding.related.empty()) found.back() += " (+" + std::to_string(finding.related.size()) + ")";
    if (finding.fix) found.push_back(mark(finding.fix->tier) + fixed_string(json, *finding.fix));
  }
  return found;
}

void update(const std::filesystem::path& path, const std::vector<Case>& cases) {
  std::ifstream in(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::ofstream out(path);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("> ") || lines[i].starts_with("= ") || lines[i].starts_with("~ ") ||
        lines[i].starts_with("! "))
      continue;
    out << lines[i] << '\n';
    for (const Case& test : cases) {
      const std::size_t last = static_cast<std::size_t>(test.line) + test.source.size();
      if (i + 1 != last) continue;
      for (const std::string& line : run(test)) out << line << '\n';
    }
  }
}

}  // namespace

int main(int count, char** words) {
  const bool writes = count > 1 && std::string(words[1]) == "--update";
  int passed = 0, failed = 0;
  std::map<std::string, std::pair<bool, bool>> covered;  // good, bad
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(PIPEXPR_TESTS_DIR)) {
    if (entry.path().extension() == ".test") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const auto& path : paths) {
    const std::vector<Case> cases = read(path);
    if (writes) update(path, cases);
    for (const Case& test : writes ? read(path) : cases) {
      const std::vector<std::string> found = run(test);
      const std::size_t blank = test.title.find(' ');
      const std::string rule = test.title.substr(blank + 1, test.title.find(' ', blank + 1) - blank - 1);
      const bool bad = test.title.starts_with("bad");
      const auto own = [&](const std::string& line) {
        return line.starts_with("> " + (rule == "*" ? "" : rule + " "));
      };
      const bool matches = std::any_of(found.begin(), found.end(), own) == bad;
      (bad ? covered[rule].second : covered[rule].first) = true;
      if (found == test.expected && matches) {
        ++passed;
        continue;
      }
      ++failed;
      std::cout << test.file << ':' << test.line << ": " << test.title << (matches ? "" : "\n--- good and bad disagree")
                << "\n--- expected\n";
      for (const std::string& line : test.expected) std::cout << line << '\n';
      std::cout << "--- found\n";
      for (const std::string& line : found) std::cout << line << '\n';
    }
  }
  for (const pipexpr::Rule rule : pipexpr::rules()) {
    const auto [good, bad] = covered[std::string(pipexpr::rule_id(rule))];
    if (good && bad) continue;
    ++failed;
    std::cout << pipexpr::rule_id(rule) << ' ' << pipexpr::rule_name(rule) << (bad ? "" : ": no bad case")
              << (good ? "" : ": no good case") << '\n';
  }
  std::cout << passed << " passed, " << failed << " failed\n";
  return failed != 0 || passed == 0 ? 1 : 0;
}
