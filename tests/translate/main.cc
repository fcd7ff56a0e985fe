// Writes check programs for translate_test.py: templates for every row of a table, the same by spoiled tables, and
// generated ones.
//
// usage: pipexpr_translate_cases rows|spoiled TARGET PROBES
//        pipexpr_translate_cases generated TARGET PROBES COUNT SEED
//
// PROBES is how many instants each text is compared at. The last line on standard error is what was refused.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>
#include <set>

#include <pipexpr/pipexpr.h>

#include "translator/translation.h"

using namespace pipexpr;

namespace {

constexpr std::string_view kLetters = "GCYxweEyDMdaKhHkmsSzZ";

struct Case {
  std::string name, text;
};

// Every function and every letter, at widths from 1 to 5.
std::vector<Case> row_cases() {
  std::vector<Case> cases;
  for (const auto& function : FunctionRegistry::standard().all()) {
    const std::string& name = function->name;
    std::string text = name + "(@scheduledStartTime)";
    if (name == "format") text = "format(@scheduledStartTime, 'yyyy-MM-dd')";
    if (name == "inTimeZone") text = "inTimeZone(@scheduledStartTime, 'UTC')";
    if (name.starts_with("makeDate")) {
      text = "plusDays(" + name + "(2024, 2, 29" + (name == "makeDate" ? "" : ", 13, 5") + "), 1)";
    }
    if (name == "plusPeriod" || name == "minusPeriod") text = name + "(@scheduledStartTime, '3 months')";
    if (function->parameters.size() == 2 && text.ends_with("Time)")) text = name + "(@scheduledStartTime, 3)";
    cases.push_back({name, "#{" + text + "}"});
    if (name.ends_with("s") && text.ends_with(", 3)")) {
      cases.push_back({name, "#{" + name + "(@scheduledEndTime, -2)}"});
      cases.push_back({name, "#{" + name + "(@scheduledEndTime, 0)}"});
    }
  }
  for (const char letter : kLetters) {
    for (std::size_t count = 1; count <= 5; ++count) {
      const std::string run(count, letter);
      cases.push_back({run, "#{format(@scheduledStartTime, '" + run + "')}"});
      cases.push_back({run, "<#{format(@scheduledEndTime, \"[" + run + "]'%d'" + run + "/\")}>"});
    }
  }
  return cases;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(engine_() % n); }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <std::size_t N>
  std::string one_of(const char* const (&words)[N]) {
    return words[below(N)];
  }

  std::string time(int depth) {
    if (depth == 0 || one_in(4)) return one_in(3) ? "@scheduledEndTime" : "@scheduledStartTime";
    const std::string inner = time(depth - 1);
    switch (below(8)) {
      case 0: return one_of({"firstOfMonth", "midnight", "sunday", "yesterday"}) + "(" + inner + ")";
      case 1:
        return one_of({"plusPeriod", "minusPeriod"}) + "(" + inner + ", '" + std::to_string(1 + below(40)) + " " +
               one_of({"minutes", "hours", "days", "weeks", "months", "years"}) + "')";
      case 2:
        if (one_in(3)) return "inTimeZone(" + inner + ", '" + one_of({"UTC", "America/New_York", "+05:30"}) + "')";
        return one_of({"firstOfMonth", "midnight", "sunday", "yesterday"}) + "(" + inner + ")";
      default: break;
    }
    const std::size_t most = one_in(6) ? 4000 : one_in(3) ? 90 : 14;
    const std::string count = (one_in(4) ? "-" : "") + std::to_string(below(most));
    const std::string function =
        one_of({"plus", "minus"}) + one_of({"Minutes", "Hours", "Days", "Weeks", "Months", "Years"});
    if (one_in(5)) return inner + "." + function + "(" + count + ")";
    return function + "(" + inner + ", " + (one_in(60) ? "day(@scheduledStartTime)" : count) + ")";
  }
  std::string pattern() {
    std::string text;
    char before = 0;
    for (std::size_t parts = 1 + below(6); parts != 0; --parts) {
      if (!text.empty() && !one_in(3)) {
        text += one_of({"-", "/",     ":",   " ",    "_",    ".", "''", "%",  "%%", "[",
                        "]", "'[Y]'", "'T'", "'%Y'", "\\\\", "ü", "{{", "{%", "`",  "$"});
        before = 0;
      }
      const char letter = one_in(2) ? std::string_view("yMdHms")[below(6)] : kLetters[below(kLetters.size())];
      if (letter == before) continue;  // would be one run
      text += std::string(one_in(2) ? 2 : 1 + below(5), letter);
      before = letter;
    }
    return text;
  }
  std::string integer(int depth) {
    if (depth == 0 || one_in(2)) {
      if (one_in(3)) return std::to_string(below(3000));
      return one_of({"day", "dayOfYear", "hour", "minute", "month", "year"}) + "(" + time(2) + ")";
    }
    if (one_in(5)) return "-" + integer(0);
    return "(" + integer(depth - 1) + one_of({" + ", " - ", " - ", " * "}) + integer(depth - 1) + ")";
  }
  std::string expression() {
    switch (below(8)) {
      case 0: return time(3);
      case 1: return integer(2);
      case 2: return "'" + one_of({"a", "{{", "%", "\\'", "x"}) + "' + " + (one_in(2) ? time(2) : integer(1));
      case 3:
        return one_in(8) ? "@actualStartTime" : "format(" + time(3) + ", \"" + pattern() + "\") + '/' + " + integer(1);
      default: return (one_in(6) ? time(2) + ".format(\"" : "format(" + time(3) + ", \"") + pattern() + "\")";
    }
  }
  std::string text() {
    return one_of({"s3://b/", "",         "-",    "'it''s' \"quoted\" ",
                   "{{ x }}", "{",        "{%",   "{# #}",
                   "%Y",      "\n",       "\r\n", "\\n",
                   "\\",      "[Y]",      "$t",   "`${x}`",
                   "\t",      "größe ",   "日本", "'''",
                   "#",       "{% raw %}"});
  }
  std::string whole() {
    std::string result = text();
    for (std::size_t parts = 1 + below(3); parts != 0; --parts) result += "#{" + expression() + "}" + text();
    return result;
  }

 private:
  std::mt19937_64 engine_;
};

std::vector<Case> generated_cases(std::size_t count, std::uint64_t seed) {
  Random random(seed);
  std::vector<Case> cases;
  for (std::size_t i = 0; i < count; ++i) cases.push_back({std::to_string(i), random.whole()});
  return cases;
}

class Cases {
 public:
  Cases(TranslationTarget target, std::size_t most) : target_(target) {
    const auto all = translation_probes(parse_period("1 month").value());
    // Of every class some, and another set for each of a few.
    constexpr std::size_t kSets = 8;
    sets_.resize(kSets);
    const std::size_t step = std::max<std::size_t>(1, all.size() / most);
    for (std::size_t set = 0; set < kSets; ++set) {
      for (std::size_t i = set % step; i < all.size(); i += step) sets_[set].push_back(all[i]);
    }
  }

  // False: it does not compile.
  bool add(const Case& one, const translator::Table& table) {
    const auto expression = Expression::compile(one.text);
    if (!expression) return false;
    const auto residual = specialize(*expression, *graph_);
    if (!residual) return false;
    const Translation made = translator::translate_by(table, residual->expression, target_, {});
    if (!made.is_exact()) {
      for (const Diagnostic& why : made.refusals) ++refused[std::string(code_id(why.code))];
      ++refusals;
      return true;
    }
    TranslationVectors vectors{one.name, one.text, std::string(residual->expression.text()), made.text, {}, {}};
    vectors.probes = sets_[vectors_.size() % sets_.size()];
    for (const TranslationProbe& probe : vectors.probes) {
      Run run;
      run.scheduled_start = {probe.start, {}};
      run.scheduled_end = DateTime{probe.end, {}};
      const auto text = expression->evaluate_text(*graph_, {.run = run});
      if (!text) {
        std::fprintf(stderr, "%s fails, and is translated: %s\n", one.text.c_str(),
                     text.error().front().message.c_str());
        std::exit(1);
      }
      vectors.expected.push_back(*text);
    }
    vectors_.push_back(std::move(vectors));
    return true;
  }

  void print() const {
    const std::string program = translation_check(target_, vectors_, false);
    std::fwrite(program.data(), 1, program.size(), stdout);
    std::fprintf(stderr, "refused: %zu", refusals);
    for (const auto& [code, count] : refused) std::fprintf(stderr, " %s=%zu", code.c_str(), count);
    std::fprintf(stderr, "\n");
  }

  std::size_t refusals = 0;
  std::map<std::string, std::size_t> refused;

 private:
  std::shared_ptr<const PipelineDefinition> graph_ = PipelineDefinition::load("{\"objects\": []}").value();
  TranslationTarget target_;
  std::vector<std::vector<TranslationProbe>> sets_;
  std::vector<TranslationVectors> vectors_;
};

// Each row gets the text of others in turn, where they differ, and every case that uses the row goes through the
// spoiled table: what comes out must be refuted.
void add_spoiled(Cases& cases, const translator::Table& table) {
  constexpr std::size_t kOthers = 2;
  using translator::FunctionForm;
  using translator::LetterForm;
  const auto by_name = [&](const std::string& name) {
    for (const Case& one : row_cases()) {
      if (one.name == name) return one.text;
    }
    return std::string();
  };
  std::vector<translator::FunctionRow> functions(table.functions.begin(), table.functions.end());
  for (std::size_t i = 0; i < functions.size(); ++i) {
    std::size_t made = 0;
    for (std::size_t k = 1; k < functions.size() && made < kOthers; ++k) {
      const translator::FunctionRow other = table.functions[(i + k) % functions.size()];
      if (other.form != functions[i].form || other.text.empty() || other.text == functions[i].text) continue;
      const translator::FunctionRow before = functions[i];
      functions[i].text = other.text;
      cases.add({std::string(before.name) + " as " + std::string(other.name), by_name(std::string(before.name))},
                {functions, table.letters});
      functions[i] = before;
      ++made;
    }
  }
  std::vector<translator::LetterRow> letters(table.letters.begin(), table.letters.end());
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i].form == LetterForm::refused) continue;
    std::size_t made = 0;
    for (std::size_t k = 1; k < letters.size() && made < kOthers; ++k) {
      const translator::LetterRow other = table.letters[(i + k * 5) % letters.size()];
      if (other.form == LetterForm::refused || other.text == letters[i].text) continue;
      if (other.form == LetterForm::constant && letters[i].form == LetterForm::constant &&
          other.text == letters[i].text) {
        continue;
      }
      // The count for which this row is the one that is found.
      std::uint32_t count = letters[i].least;
      while (count <= 6 && table.letter(letters[i].letter, count) != &table.letters[i]) ++count;
      if (count > 6) continue;
      const translator::LetterRow before = letters[i];
      letters[i].text = other.text;
      letters[i].form = other.form;
      const std::string run(count, before.letter);
      cases.add({run + " as " + std::string(other.text), "#{format(@scheduledStartTime, '" + run + "')}"},
                {table.functions, letters});
      letters[i] = before;
      ++made;
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) return 2;
  const std::string mode = arguments[1], name = arguments[2];
  const TranslationTarget target = name == "jsonata"  ? TranslationTarget::jsonata
                                   : name == "python" ? TranslationTarget::python
                                                      : TranslationTarget::airflow_jinja;
  Cases cases(target, std::strtoul(arguments[3], nullptr, 10));
  const translator::Table& table = translator::table_of(target);
  if (mode == "spoiled") {
    add_spoiled(cases, table);
  } else {
    const auto all = mode == "rows" || count < 6 ? row_cases()
                                                 : generated_cases(std::strtoul(arguments[4], nullptr, 10),
                                                                   std::strtoull(arguments[5], nullptr, 10));
    for (const Case& one : all) {
      if (!cases.add(one, table) && mode == "rows") {
        std::fprintf(stderr, "%s does not compile\n", one.text.c_str());
        return 1;
      }
    }
  }
  cases.print();
  return 0;
}
