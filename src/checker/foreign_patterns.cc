// Each language is a table of its tokens and what Joda-Time writes for them; what stands in no table is text.
#include "checker/foreign_patterns.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/char_class.h"

namespace pipexpr::checker {
namespace {

struct Token {
  std::string_view theirs, ours;  // no `ours`: Joda-Time has nothing like it
};

// Longer tokens precede those that they begin with.
constexpr Token kStrftime[] = {
    {"%-d", "d"},   {"%-m", "M"},   {"%-H", "H"},         {"%-I", "h"},       {"%-M", "m"},    {"%-S", "s"},
    {"%Y", "YYYY"}, {"%y", "yy"},   {"%m", "MM"},         {"%d", "dd"},       {"%e", "d"},     {"%H", "HH"},
    {"%k", "H"},    {"%I", "hh"},   {"%l", "h"},          {"%M", "mm"},       {"%S", "ss"},    {"%f", "SSSSSS"},
    {"%L", "SSS"},  {"%p", "a"},    {"%j", "DDD"},        {"%b", "MMM"},      {"%h", "MMM"},   {"%B", "MMMM"},
    {"%a", "EEE"},  {"%A", "EEEE"}, {"%Z", "z"},          {"%z", "Z"},        {"%V", "ww"},    {"%G", "xxxx"},
    {"%u", "e"},    {"%C", "CC"},   {"%F", "YYYY-MM-dd"}, {"%T", "HH:mm:ss"}, {"%R", "HH:mm"}, {"%D", "MM/dd/yy"},
    {"%%", "%"},    {"%s", ""},     {"%U", ""},           {"%W", ""},         {"%w", ""},      {"%c", ""},
    {"%x", ""},     {"%X", ""}};

// Oracle's and PostgreSQL's to_char; read in any case.
constexpr Token kOracle[] = {{"HH24", "HH"},    {"HH12", "hh"},   {"HH", "hh"},      {"MI", "mm"},   {"SS", "ss"},
                             {"YYYY", "YYYY"},  {"RRRR", "YYYY"}, {"IYYY", "xxxx"},  {"YY", "yy"},   {"RR", "yy"},
                             {"MONTH", "MMMM"}, {"MON", "MMM"},   {"MM", "MM"},      {"DDD", "DDD"}, {"DD", "dd"},
                             {"DAY", "EEEE"},   {"DY", "EEE"},    {"IW", "ww"},      {"FF3", "SSS"}, {"FF6", "SSSSSS"},
                             {"FF", "SSS"},     {"MS", "SSS"},    {"US", "SSSSSS"},  {"A.M.", "a"},  {"P.M.", "a"},
                             {"AM", "a"},       {"PM", "a"},      {"TZH:TZM", "ZZ"}, {"TZR", "ZZZ"}, {"TZ", "z"},
                             {"WW", ""},        {"FM", ""},       {"SSSSS", ""},     {"Q", ""},      {"J", ""}};

constexpr Token kDotNet[] = {{"yyyy", "yyyy"},
                             {"yy", "yy"},
                             {"MMMM", "MMMM"},
                             {"MMM", "MMM"},
                             {"MM", "MM"},
                             {"M", "M"},
                             {"dddd", "EEEE"},
                             {"ddd", "EEE"},
                             {"dd", "dd"},
                             {"d", "d"},
                             {"HH", "HH"},
                             {"H", "H"},
                             {"hh", "hh"},
                             {"h", "h"},
                             {"mm", "mm"},
                             {"m", "m"},
                             {"ss", "ss"},
                             {"s", "s"},
                             {"fffffff", "SSSSSSS"},
                             {"ffffff", "SSSSSS"},
                             {"fff", "SSS"},
                             {"ff", "SS"},
                             {"f", "S"},
                             {"tt", "a"},
                             {"t", "a"},
                             {"zzz", "ZZ"},
                             {"K", "ZZ"}};

// java.time.format.DateTimeFormatter.
constexpr Token kJava[] = {{"uuuu", "yyyy"},
                           {"uu", "yy"},
                           {"yyyy", "yyyy"},
                           {"yy", "yy"},
                           {"LLLL", "MMMM"},
                           {"LLL", "MMM"},
                           {"LL", "MM"},
                           {"MMMM", "MMMM"},
                           {"MMM", "MMM"},
                           {"MM", "MM"},
                           {"M", "M"},
                           {"DDD", "DDD"},
                           {"dd", "dd"},
                           {"d", "d"},
                           {"EEEE", "EEEE"},
                           {"EEE", "EEE"},
                           {"HH", "HH"},
                           {"H", "H"},
                           {"hh", "hh"},
                           {"h", "h"},
                           {"mm", "mm"},
                           {"m", "m"},
                           {"ss", "ss"},
                           {"s", "s"},
                           {"SSSSSS", "SSSSSS"},
                           {"SSS", "SSS"},
                           {"SS", "SS"},
                           {"S", "S"},
                           {"a", "a"},
                           {"X"
                            "XX",
                            "ZZ"},
                           {"XX", "Z"},
                           {"X", "Z"},
                           {"VV", "ZZZ"},
                           {"zzzz", "zzzz"},
                           {"z", "z"},
                           {"ZZ", "Z"},
                           {"Z", "Z"},
                           {"u", "e"},
                           {"n", ""},
                           {"N", ""},
                           {"A", ""},
                           {"q", ""},
                           {"Q", ""}};

// moment.js and its successors.
constexpr Token kMoment[] = {{"YYYY", "YYYY"}, {"YY", "yy"},     {"MMMM", "MMMM"}, {"MMM", "MMM"},   {"MM", "MM"},
                             {"M", "M"},       {"DDDD", "DDD"},  {"DDD", "D"},     {"DD", "dd"},     {"Do", ""},
                             {"D", "d"},       {"dddd", "EEEE"}, {"ddd", "EEE"},   {"GGGG", "xxxx"}, {"gggg", ""},
                             {"WW", "ww"},     {"W", "w"},       {"E", "e"},       {"HH", "HH"},     {"H", "H"},
                             {"hh", "hh"},     {"h", "h"},       {"kk", "kk"},     {"mm", "mm"},     {"m", "m"},
                             {"ss", "ss"},     {"s", "s"},       {"SSS", "SSS"},   {"SS", "SS"},     {"S", "S"},
                             {"A", "a"},       {"a", "a"},       {"ZZ", "Z"},      {"Z", "ZZ"},      {"X", ""},
                             {"x", ""},        {"Q", ""}};

bool begins(std::string_view text, std::string_view token, bool any_case) {
  return text.size() >= token.size() && std::equal(token.begin(), token.end(), text.begin(), [&](char a, char b) {
           return any_case ? base::to_upper(a) == base::to_upper(b) : a == b;
         });
}

// All of the pattern, or nothing when a token has no counterpart. Letters of no token are text in quotes.
std::string translated(std::string_view pattern, std::span<const Token> tokens, bool any_case, bool brackets = false) {
  std::string out, text;
  const auto flush = [&] {
    const bool letters = std::any_of(text.begin(), text.end(), base::is_letter);
    out += letters ? "'" + text + "'" : text;
    text.clear();
  };
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] == '\'' || (brackets && pattern[at] == '[')) {
      const char close = pattern[at] == '[' ? ']' : '\'';
      const std::size_t end = std::min(pattern.find(close, at + 1), pattern.size());
      flush();
      out += "'" + std::string(pattern.substr(at + 1, end - at - 1)) + "'";
      at = end + 1;
      continue;
    }
    const auto token = std::find_if(tokens.begin(), tokens.end(),
                                    [&](const Token& one) { return begins(pattern.substr(at), one.theirs, any_case); });
    if (token == tokens.end()) {
      text += pattern[at++];
      continue;
    }
    if (token->ours.empty()) return {};
    flush();
    out += token->ours;
    at += token->theirs.size();
  }
  flush();
  return out;
}

// The pattern without its texts in quotes.
std::string unquoted(std::string_view pattern) {
  std::string out;
  bool quoted = false;
  for (const char c : pattern) {
    if (c == '\'') quoted = !quoted;
    if (!quoted && c != '\'') out += c;
  }
  return out;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// Percent signs before letters that strftime knows, and no letters without one.
bool is_strftime(std::string_view text) {
  int count = 0;
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 2)) {
    if (at + 1 >= text.size()) return false;
    const bool known = std::any_of(std::begin(kStrftime), std::end(kStrftime),
                                   [&](const Token& token) { return text.substr(at).starts_with(token.theirs); });
    if (!known) return false;
    ++count;
  }
  return count > 0;
}

bool is_oracle(std::string_view text) {
  const std::string all = base::uppercase(text);
  if (has(all, "HH24") || has(all, "HH12") || has(all, "IYYY") || has(all, "RRRR")) return true;
  // MI stands for minutes and MON for a month where every letter is one of theirs: "month" has others.
  const bool candidate =
      (has(all, "MI") && (has(all, "HH") || has(all, "SS"))) || (has(all, "MON") && (has(all, "DD") || has(all, "YY")));
  for (std::size_t at = 0; candidate && at < all.size();) {
    const auto token = std::find_if(std::begin(kOracle), std::end(kOracle), [&](const Token& one) {
      return begins(std::string_view(all).substr(at), one.theirs, false);
    });
    if (token == std::end(kOracle) && base::is_letter(all[at]) && all[at] != 'T') return false;
    at += token == std::end(kOracle) ? 1 : token->theirs.size();
  }
  return candidate;
}

bool only(std::string_view text, std::string_view letters) {
  return std::all_of(text.begin(), text.end(),
                     [&](char c) { return !base::is_letter(c) || letters.find(c) != std::string_view::npos; });
}

}  // namespace

std::optional<ForeignPattern> foreign_pattern(std::string_view pattern) {
  const std::string plain = unquoted(pattern);
  if (is_strftime(plain)) return ForeignPattern{"strftime", translated(pattern, kStrftime, false)};
  if (is_oracle(plain)) return ForeignPattern{"Oracle and PostgreSQL", translated(pattern, kOracle, true)};
  if (has(pattern, "[") && has(pattern, "]") && (has(plain, "YY") || has(plain, "DD"))) {
    return ForeignPattern{"moment.js", translated(pattern, kMoment, false, true)};
  }
  if (has(plain, "Do") || (has(plain, "DD") && only(plain, "YMDdHhmsSAaZ") && (has(plain, "A") || has(plain, "ddd")))) {
    return ForeignPattern{"moment.js", translated(pattern, kMoment, false)};
  }
  if ((has(plain, "tt") || has(plain, "ff") || has(plain, "f")) && only(plain, "yMdHhmsftzKT") && has(plain, "y")) {
    return ForeignPattern{".NET", translated(pattern, kDotNet, false)};
  }
  if ((has(plain, "u") || has(plain, "L") || has(plain, "X")) && only(plain, "uyLMDdEHhmsSaXVzZTn") &&
      plain.size() > 1) {
    return ForeignPattern{"Java's DateTimeFormatter", translated(pattern, kJava, false)};
  }
  return std::nullopt;
}

}  // namespace pipexpr::checker
