// Date patterns that are not what they look like. A letter's meaning is guessed from its neighbors: mm beside yyyy or
// dd is a month, MM after HH is minutes.
#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "base/char_class.h"
#include "checker/checks.h"
#include "checker/foreign_patterns.h"
#include "checker/pattern_pieces.h"

namespace pipexpr::checker {
namespace {

constexpr std::string_view kLetters = "GCYyxweEDMdaKhHkmsSzZ";

struct Field {
  char letter;
  SourceSpan part;  // in the pattern
};

class Pattern {
 public:
  // `tells_half`: another expression of the text tells the morning from the afternoon.
  explicit Pattern(std::string_view text, bool tells_half = false) : text_(text), tells_half_(tells_half) {
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] == '\'') {  // text in quotes
        const std::size_t close = text.find('\'', i + 1);
        i = close == std::string_view::npos ? text.size() : close + 1;
        continue;
      }
      if (!base::is_letter(text[i])) {
        ++i;
        continue;
      }
      std::size_t end = i;
      while (end < text.size() && text[end] == text[i]) ++end;
      fields_.push_back({text[i], {static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(end - i)}});
      i = end;
    }
  }

  std::vector<TextFinding> findings() {
    if (const auto foreign = foreign_pattern(text_)) {
      is_foreign(*foreign);
      return std::move(findings_);
    }
    unquoted();
    if (!findings_.empty()) return std::move(findings_);  // of words the letters mean nothing
    half_days();
    months_and_minutes();
    days();
    weeks();
    return std::move(findings_);
  }

 private:
  // Some letter means nothing, so that no run of the expression can have a value.
  bool is_refused() const {
    return std::any_of(fields_.begin(), fields_.end(),
                       [](const Field& field) { return kLetters.find(field.letter) == std::string_view::npos; });
  }
  bool has(std::string_view letters) const {
    return std::any_of(fields_.begin(), fields_.end(),
                       [&](const Field& field) { return letters.find(field.letter) != std::string_view::npos; });
  }
  char before(std::size_t i) const { return i == 0 ? ' ' : fields_[i - 1].letter; }
  char after(std::size_t i) const { return i + 1 == fields_.size() ? ' ' : fields_[i + 1].letter; }
  static bool one_of(char c, std::string_view letters) { return letters.find(c) != std::string_view::npos; }
  std::string_view shown(const Field& field) const { return text_.substr(field.part.offset, field.part.length); }

  void report(Rule rule, const Field& field, char letter, std::string_view what) {
    const std::string better(field.part.length, letter);
    findings_.push_back({rule, field.part, fmt::format("'{}' is {}", shown(field), what),
                         Edit{field.part, better, fmt::format("write '{}'", better), FixTier::unsafe_fix}});
  }

  // One finding, and one edit of the whole: half a translation would be a third language.
  void is_foreign(const ForeignPattern& foreign) {
    const SourceSpan whole{0, static_cast<std::uint32_t>(text_.size())};
    TextFinding finding{Rule::foreign_pattern, whole,
                        fmt::format("'{}' is a pattern of {}, which means something else here", base::excerpt(text_),
                                    foreign.language)};
    if (!foreign.translation.empty()) {
      finding.edit =
          Edit{whole, foreign.translation, fmt::format("write {}", foreign.translation), FixTier::unsafe_fix};
    }
    if (!is_refused()) finding.severity = Severity::warning;  // it has a value, and not the one that was meant
    findings_.push_back(std::move(finding));
  }

  void half_days() {
    if (has("a") || tells_half_) return;
    for (const Field& field : fields_) {
      if (field.letter == 'h')
        report(Rule::half_day_hour, field, 'H', "the hour of the half day, 1 to 12, without AM or PM");
      if (field.letter == 'K')
        report(Rule::half_day_hour, field, 'H', "the hour of the half day, 0 to 11, without AM or PM");
    }
  }

  void months_and_minutes() {
    std::vector<bool> minutes(fields_.size(), false);
    bool month = false;
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].letter != 'M') continue;
      const bool after_hour = one_of(before(i), "HhKk") && !one_of(after(i), "dDyY");
      const bool before_second = one_of(after(i), "s") || (after(i) == 'S' && one_of(before(i), "HhKk"));
      minutes[i] = fields_[i].part.length <= 2 && (after_hour || before_second);
      if (minutes[i]) {
        report(Rule::month_as_minute, fields_[i], 'm', "the month, and stands where minutes do");
      } else {
        month = true;
      }
    }
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      const char left = before(i), right = after(i);
      if (fields_[i].letter == 'm' && fields_[i].part.length <= 2) {
        const bool date_left = one_of(left, "Yy") || (one_of(left, "dD") && !month && !has("HhKk"));
        const bool date_right = one_of(right, "dD") || (one_of(right, "Yy") && left != 'm');
        const bool clock = one_of(left, "HhKk") || one_of(right, "sS");
        const bool in_date = (one_of(left, "Yy") && one_of(right, "dD")) || (!month && (date_left || date_right));
        if (in_date && !clock)
          report(Rule::minute_as_month, fields_[i], 'M', "minutes, and stands where the month does");
      }
      if (fields_[i].letter == 'S' && fields_[i].part.length == 2 && (left == 'm' || (i > 0 && minutes[i - 1]))) {
        report(Rule::fraction_as_second, fields_[i], 's', "a fraction of a second, and stands where seconds do");
      }
    }
  }

  // A year with a day and no month means the day of the year, though two digits are too few for it. So does a lone
  // 'D', whose year stands in another expression or another option of the command.
  void days() {
    if (fields_.size() == 1 && fields_[0].part.length == 1) return;
    const bool is_meant = has("Yyx") && !has("Mmd");
    for (const Field& field : fields_) {
      if (field.letter != 'D' || field.part.length > 2 || (is_meant && field.part.length == 1)) continue;
      report(Rule::day_of_year, field, 'd', "the day of the year, 1 to 366");
      if (is_meant) {
        findings_.back().message =
            "'DD' is the day of the year, 1 to 366, in two digits or three; write 'DDD' or 'MMdd'";
        findings_.back().edit.reset();
      }
    }
  }

  void weeks() {
    for (const Field& field : fields_) {
      if (has("w") && !has("MdD") && one_of(field.letter, "Yy") && !has("x")) {
        report(Rule::week_year, field, 'x', "the calendar year, which differs from that of week 1 or 53");
      }
      // 202412.01 is the first week of 2025, and sorts before all of December.
      if (field.letter == 'w' && has("M") && has("Yy") && !has("dx")) {
        findings_.push_back(
            {Rule::week_year, field.part,
             fmt::format("'{}' is the week of the year and follows a month: the last days of December are "
                         "in week 1; write 'xxxx' and 'ww' alone, or the day",
                         shown(field))});
      }
      if (field.letter == 'e' && field.part.length <= 2 && has("M") && has("Yy") && !has("dDE") && !has("w")) {
        report(Rule::week_year, field, 'd', "the day of the week, 1 to 7, and stands where the day of the month does");
        const std::string day = "dd";
        findings_.back().edit = Edit{field.part, day, "write 'dd'", FixTier::unsafe_fix};
      }
      if (field.letter == 'x' && has("Md") && !has("we")) {
        report(Rule::week_year, field, 'y',
               "the year of the week, which differs from the calendar year around New Year");
      }
    }
  }

  // Letters without a meaning, and words that happen to have one.
  void unquoted() {
    for (std::size_t i = 0; i < text_.size();) {
      if (text_[i] == '\'') {
        const std::size_t close = text_.find('\'', i + 1);
        i = close == std::string_view::npos ? text_.size() : close + 1;
        continue;
      }
      std::size_t end = i;
      while (end < text_.size() && base::is_letter(text_[end])) ++end;
      if (end == i) {
        ++i;
        continue;
      }
      word(i, end);
      i = end;
    }
  }

  void word(std::size_t begin, std::size_t end) {
    const auto meaningless = [&](std::size_t i) { return kLetters.find(text_[i]) == std::string_view::npos; };
    std::size_t first = begin;
    while (first < end && !meaningless(first)) ++first;
    const std::string_view whole = text_.substr(begin, end - begin);
    const bool is_word = whole == "day" || whole == "days" || whole == "week" || whole == "weeks";
    if (first == end && !is_word) return;
    // Fields have repeated letters, words rarely: only what means nothing is text among fields.
    bool fields = false;
    for (std::size_t i = begin + 1; i < end; ++i) fields = fields || (text_[i] == text_[i - 1] && !meaningless(i));
    std::size_t from = begin, to = end;
    if (fields && !is_word) {
      from = first;
      to = first;
      while (to < end && meaningless(to)) ++to;
    }
    const SourceSpan part{static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to - from)};
    const std::string_view bad = text_.substr(from, to - from);
    // A T between date and time, and what precedes `=`, is text beyond doubt; a word that has a value changes it.
    const bool named = to < text_.size() && text_[to] == '=';
    const FixTier tier = !is_refused() ? FixTier::unsafe_fix : bad == "T" || named ? FixTier::safe : FixTier::display;
    findings_.push_back({Rule::unquoted_letters, part,
                         fmt::format("'{}' is no date field: text in a pattern stands in quotes", bad),
                         Edit{part, fmt::format("'{}'", bad), fmt::format("write '{}' in quotes", bad), tier}});
    if (to < end) word(to, end);
  }

  std::string_view text_;
  bool tells_half_;
  std::vector<Field> fields_;
  std::vector<TextFinding> findings_;
};

// The pattern with the edits of all findings in it.
std::string edited(std::string_view pattern, const std::vector<TextFinding>& findings) {
  std::string out;
  std::size_t at = 0;
  for (const TextFinding& finding : findings) {
    if (!finding.edit) continue;
    out += pattern.substr(at, finding.edit->part.offset - at);
    out += finding.edit->text;
    at = finding.edit->part.end();
  }
  return out += pattern.substr(at);
}

// The same as pieces, none of which runs into its neighbors.
std::optional<std::vector<PatternPiece>> edited_pieces(std::string_view pattern,
                                                       const std::vector<TextFinding>& findings) {
  std::vector<PatternPiece> out;
  std::size_t at = 0;
  const auto add = [&](std::string_view part) {
    auto pieces = pattern_pieces(part);
    if (pieces) std::move(pieces->begin(), pieces->end(), std::back_inserter(out));
    return pieces.has_value();
  };
  for (const TextFinding& finding : findings) {
    if (!finding.edit) continue;
    if (!add(pattern.substr(at, finding.edit->part.offset - at)) || !add(finding.edit->text)) return std::nullopt;
    at = finding.edit->part.end();
  }
  if (!add(pattern.substr(at))) return std::nullopt;
  return out;
}

void sort_by_edit(std::vector<TextFinding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const TextFinding& a, const TextFinding& b) {
    return (a.edit ? a.edit->part : a.part).offset < (b.edit ? b.edit->part : b.part).offset;
  });
}

// Pieces of text in quotes are one edit of the literal, which then needs the other quotes. False: there is none.
bool requote(const Tree& tree, const syntax::Node& node, std::vector<TextFinding>& findings) {
  const auto pieces = edited_pieces(tree.part(node.text), findings);
  auto pattern = pieces ? joined_pattern(*pieces) : std::nullopt;
  if (!pattern) return false;
  FixTier worst = std::min_element(findings.begin(), findings.end(), [](const TextFinding& a, const TextFinding& b) {
                    return a.edit->tier < b.edit->tier;
                  })->edit->tier;
  // A pattern that was refused for one letter may have other findings, which would turn into a value with it.
  if (findings[0].rule == Rule::unquoted_letters) {
    std::vector<TextFinding> rest = Pattern(*pattern).findings();
    const bool known = std::all_of(rest.begin(), rest.end(), [](const TextFinding& one) {
      return one.edit && one.edit->text.find('\'') == std::string::npos;
    });
    sort_by_edit(rest);
    const auto better = known ? edited_pieces(*pattern, rest) : std::nullopt;
    const auto whole = better ? joined_pattern(*better) : std::nullopt;
    if (!rest.empty()) worst = whole ? std::min(worst, FixTier::unsafe_fix) : FixTier::display;
    if (whole) pattern = whole;
  }
  if (pattern->find('"') != std::string::npos) return false;
  for (TextFinding& finding : findings) {
    finding.edit = Edit{node.span, "\"" + *pattern + "\"", fmt::format("write \"{}\"", *pattern), worst};
  }
  return true;
}

// Edits stay when the pattern that they make prints what it looks like.
void keep_sound_edits(const Tree& tree, const syntax::Node& literal, std::vector<TextFinding>& found) {
  const std::string_view pattern = tree.part(literal.text);
  sort_by_edit(found);
  // A translation may have texts in quotes, too.
  const bool quotes =
      found[0].rule == Rule::unquoted_letters || (found[0].edit && found[0].edit->text.find('\'') != std::string::npos);
  const auto pieces = quotes ? std::nullopt : edited_pieces(pattern, found);
  const bool sound = quotes ? requote(tree, literal, found) : pieces && prints_as(edited(pattern, found), *pieces);
  for (TextFinding& finding : found) {
    if (!sound) finding.edit.reset();
    if (!finding.edit) continue;
    if (!quotes) finding.edit->part.offset += literal.text.offset;
    if (finding.rule == Rule::foreign_pattern) {
      finding.advice = quotes ? finding.edit->text : "'" + finding.edit->text + "'";
    } else if (finding.rule != Rule::unquoted_letters) {
      finding.message += "; " + finding.edit->title;
    }
  }
}

// Whether the pattern has one of the letters, in no quotes.
bool has_letter(std::string_view pattern, std::string_view letters) {
  bool quoted = false;
  return std::any_of(pattern.begin(), pattern.end(), [&](char c) {
    if (c == '\'') quoted = !quoted;
    return !quoted && letters.find(c) != std::string_view::npos;
  });
}

// The time of which a call of hour, or of format with a literal pattern, shows something: the text of its argument.
std::string_view time_of(const Tree& tree, std::uint32_t call) {
  return tree.part(tree.nodes[call - tree.nodes[call].count].span);
}

// Whether an expression of the text other than the call of format shows the half of the day, or the hour of the day of
// the same time.
bool half_is_told_beside(const Tree& tree, std::uint32_t call) {
  for (std::uint32_t at = 1; at < tree.nodes.size(); ++at) {
    const syntax::Node& other = tree.nodes[at];
    if (at == call || other.kind != syntax::NodeKind::call) continue;
    const std::string_view name = tree.part(other.text);
    if (name == "hour" && other.count == 1 && time_of(tree, at) == time_of(tree, call)) return true;
    if (name != "format" || other.count != 2 || tree.nodes[at - 1].kind != syntax::NodeKind::string) continue;
    const std::string_view pattern = tree.part(tree.nodes[at - 1].text);
    if (has_letter(pattern, "a")) return true;
    if (has_letter(pattern, "Hk") && time_of(tree, at) == time_of(tree, call)) return true;
  }
  return false;
}

}  // namespace

void patterns(const Tree& tree, std::vector<TextFinding>& findings) {
  for (std::uint32_t at = 1; at < tree.nodes.size(); ++at) {
    const syntax::Node& call = tree.nodes[at];
    if (call.kind != syntax::NodeKind::call || call.count != 2 || tree.part(call.text) != "format") continue;
    const syntax::Node& literal = tree.nodes[at - 1];
    if (literal.kind != syntax::NodeKind::string || literal.escaped) continue;
    std::vector<TextFinding> found = Pattern(tree.part(literal.text), half_is_told_beside(tree, at)).findings();
    if (!found.empty()) keep_sound_edits(tree, literal, found);
    for (TextFinding& finding : found) {
      finding.part.offset += literal.text.offset;
      findings.push_back(std::move(finding));
    }
  }
}

}  // namespace pipexpr::checker
