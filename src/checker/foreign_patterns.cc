// Each language is a table of its tokens and what Joda-Time writes for them.
#include "checker/foreign_patterns.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/char_class.h"
#include "checker/pattern_pieces.h"

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

constexpr Token kDotNet[] = {
    {"yyyy", "yyyy"},       {"yy", "yy"},         {"MMMM", "MMMM"}, {"MMM", "MMM"}, {"MM", "MM"}, {"M", "M"},
    {"dddd", "EEEE"},       {"ddd", "EEE"},       {"dd", "dd"},     {"d", "d"},     {"HH", "HH"}, {"H", "H"},
    {"hh", "hh"},           {"h", "h"},           {"mm", "mm"},     {"m", "m"},     {"ss", "ss"}, {"s", "s"},
    {"fffffff", "SSSSSSS"}, {"ffffff", "SSSSSS"}, {"fff", "SSS"},   {"ff", "SS"},   {"f", "S"},   {"tt", "a"},
    {"zzz", "ZZ"}};

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
                             {"A", "a"},       {"a", ""},        {"ZZ", "Z"},      {"Z", "ZZ"},      {"X", ""},
                             {"x", ""},        {"Q", ""}};

bool begins(std::string_view text, std::string_view token, bool any_case) {
  return text.size() >= token.size() && std::equal(token.begin(), token.end(), text.begin(), [&](char a, char b) {
           return any_case ? base::to_upper(a) == base::to_upper(b) : a == b;
         });
}

struct Language {
  std::string_view name;
  std::span<const Token> tokens;
  std::string_view quotes;  // what opens and closes quoted letters, in pairs
  bool any_case = false;
  bool marked = false;  // tokens begin with a sign of their own, and other letters are printed as they are
};

constexpr Language kOfC{"strftime", kStrftime, "", false, true};
constexpr Language kOfDatabases{"Oracle and PostgreSQL", kOracle, "\"\"''", true};
constexpr Language kOfMoment{"moment.js", kMoment, "[]''"};
constexpr Language kOfDotNet{".NET", kDotNet, "\"\"''"};
constexpr Language kOfJava{"Java's DateTimeFormatter", kJava, "''"};

// The end of the quoted letters that begin at `at`; `at` when none do, npos when they are not closed.
std::size_t end_of_text(std::string_view pattern, std::size_t at, const Language& language) {
  for (std::size_t i = 0; i + 1 < language.quotes.size(); i += 2) {
    if (pattern[at] != language.quotes[i]) continue;
    const std::size_t close = pattern.find(language.quotes[i + 1], at + 1);
    return close == std::string_view::npos ? close : close + 1;
  }
  return at;
}

// The token at `at`, all of the run of letters that it ends with: what is half a run of theirs is no token.
const Token* token_at(std::string_view pattern, std::size_t at, const Language& language) {
  const auto token = std::find_if(language.tokens.begin(), language.tokens.end(), [&](const Token& one) {
    return begins(pattern.substr(at), one.theirs, language.any_case);
  });
  if (token == language.tokens.end()) return nullptr;
  const std::size_t end = at + token->theirs.size();
  const bool half = !language.marked && end < pattern.size() && base::is_letter(pattern[end]) &&
                    begins(pattern.substr(end, 1), pattern.substr(end - 1, 1), language.any_case);
  return half ? nullptr : &*token;
}

// All of the pattern, or nothing: when a token has no counterpart, or a letter is none of theirs. The T between date
// and time is text in all of them.
std::string translated(std::string_view pattern, const Language& language) {
  std::vector<PatternPiece> pieces;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::size_t end = end_of_text(pattern, at, language);
    if (end == std::string_view::npos) return {};
    if (end != at) {
      // Two quotes stand for one in most of them, and are rare: they are not guessed at.
      if (end == at + 2 || (at > 0 && pattern[at - 1] == '\'')) return {};
      pieces.push_back({true, std::string(pattern.substr(at + 1, end - at - 2))});
      at = end;
      continue;
    }
    if (const Token* const token = token_at(pattern, at, language)) {
      const auto ours = pattern_pieces(token->ours);
      if (token->ours.empty() || !ours) return {};
      pieces.insert(pieces.end(), ours->begin(), ours->end());
      at += token->theirs.size();
      continue;
    }
    const char c = pattern[at++];
    const bool is_text = language.marked ? c != '%' : !base::is_letter(c) || c == 'T';
    if (!is_text || c == '\'' || c == '\\') return {};
    pieces.push_back({true, std::string(1, c)});
  }
  return joined_pattern(pieces).value_or("");
}

// The pattern without its texts in quotes.
std::string unquoted(std::string_view pattern) {
  std::string out;
  char open = 0;
  for (const char c : pattern) {
    if (open == 0 && (c == '\'' || c == '"')) {
      open = c;
    } else if (c == open) {
      open = 0;
    } else if (open == 0) {
      out += c;
    }
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

// K is an offset beside the hours that .NET has, and an hour by itself.
bool is_dot_net(std::string_view text) {
  const bool offset = has(text, "K") && !has(text, "KK") && (has(text, "H") || has(text, "h"));
  return (has(text, "f") || has(text, "tt") || offset) && only(text, "yMdHhmsftzKT") && has(text, "y");
}

const Language* language_of(std::string_view pattern) {
  const std::string plain = unquoted(pattern);
  if (is_strftime(plain)) return &kOfC;
  if (is_oracle(plain)) return &kOfDatabases;
  if (has(pattern, "[") && has(pattern, "]") && (has(plain, "YY") || has(plain, "DD") || has(plain, "GGGG")))
    return &kOfMoment;
  if (has(plain, "Do") || (has(plain, "DD") && only(plain, "YMDdHhmsSAaZ") && (has(plain, "A") || has(plain, "ddd")))) {
    return &kOfMoment;
  }
  if (is_dot_net(plain)) return &kOfDotNet;
  if ((has(plain, "u") || has(plain, "L") || has(plain, "X")) && only(plain, "uyLMDdEHhmsSaXVzZTn") &&
      plain.size() > 1) {
    return &kOfJava;
  }
  return nullptr;
}

}  // namespace

std::optional<ForeignPattern> foreign_pattern(std::string_view pattern) {
  const Language* const language = language_of(pattern);
  if (language == nullptr) return std::nullopt;
  return ForeignPattern{language->name, translated(pattern, *language)};
}

}  // namespace pipexpr::checker
