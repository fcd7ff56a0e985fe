// Writes strings, joins, formats and templates of every target.
#include "translator/writer.h"

#include <fmt/format.h>

namespace pipexpr::translator {
namespace {

// A date-time in text prints so.
constexpr std::string_view kDefaultPattern = "yyyy-MM-dd'T'HH:mm:ss";

// strftime goes through the C library, which may not know other characters or stop at a zero byte.
bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E) return false;
  }
  return true;
}

std::string doubled(std::string_view text, std::string_view special) {
  std::string result;
  for (const char c : text) {
    if (special.find(c) != special.npos) result += c;
    result += c;
  }
  return result;
}

// Text between Jinja's expressions: what would open one, and line ends that Jinja changes, become expressions.
std::string jinja_text(std::string_view text, bool is_last) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view two = text.substr(i, 2);
    if (two == "{{" || two == "{%" || two == "{#" || two == "{") {
      result += "{{ '{' }}";
    } else if (text[i] == '\r') {
      result += "{{ '\\r' }}";
    } else if (text[i] == '\n' && is_last && i + 1 == text.size()) {
      result += "{{ '\\n' }}";  // one at the very end would be dropped
    } else {
      result += text[i];
    }
  }
  return result;
}

}  // namespace

// Python, Jinja and JSONata share these escapes, but JSONata has none for a quote.
std::string Writer::quoted(std::string_view text) const {
  std::string result = "'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\'' && is_jsonata()) {
      result += "\\u0027";
    } else if (c == '\'' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c == '\n') {
      result += "\\n";
    } else if (c == '\r') {
      result += "\\r";
    } else if (c == '\t') {
      result += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      result += fmt::format("\\u{:04x}", byte);
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::string Writer::start_of_run() const { return is_jinja() ? "data_interval_start" : is_jsonata() ? "$t" : "start"; }
std::string Writer::end_of_run() const { return is_jinja() ? "data_interval_end" : is_jsonata() ? "$tEnd" : "end"; }

std::string Writer::as_string(const Code& code) const {
  if (code.kind == Code::Kind::string) return code.text;
  if (code.kind == Code::Kind::integer) {
    if (is_jinja()) return code.text;  // ~ makes a string of it, and so does the template
    return fmt::format("{}({})", is_jsonata() ? "$string" : "str", code.text);
  }
  std::string text, refused, why;
  (void)formatted(kDefaultPattern, code.text, text, refused, why);
  return text;
}

std::string Writer::joined(const std::vector<std::string>& strings) const {
  if (strings.size() == 1) return strings[0];
  return fmt::format("({})", fmt::join(strings, is_jinja() ? " ~ " : is_jsonata() ? " & " : " + "));
}

// Directives that follow each other, with the text between them, become one call; everything else a string of its own.
class Writer::Format {
 public:
  Format(const Writer& writer, const std::string& time) : writer_(writer), time_(time) {}

  void literal(const std::string& text) {
    if (is_plain(text)) {
      run_ += doubled(text, writer_.is_jsonata() ? "[]" : "%");
      plain_ += text;
    } else {
      end_run();
      strings_.push_back(writer_.quoted(text));
    }
  }
  void directive(std::string_view text) {
    run_ += text;
    has_directive_ = true;
  }
  void expression(std::string text) {
    end_run();
    strings_.push_back(std::move(text));
  }
  std::string number(std::string_view text, std::uint32_t width) const {
    if (writer_.is_jsonata()) {
      return width <= 1 ? fmt::format("$string({})", text) : fmt::format("$pad($string({}), -{}, '0')", text, width);
    }
    return width > 1 ? fmt::format("('%0{}d' % ({}))", width, text)
                     : fmt::format("{}({})", writer_.is_jinja() ? "" : "str", text);
  }
  std::string take() {
    end_run();
    if (strings_.empty()) strings_.push_back(writer_.quoted(""));
    return writer_.joined(strings_);
  }

 private:
  void end_run() {
    if (has_directive_) {
      strings_.push_back(writer_.is_jsonata() ? fmt::format("$fromMillis({}, {})", time_, writer_.quoted(run_))
                                              : fmt::format("{}.strftime({})", time_, writer_.quoted(run_)));
    } else if (!plain_.empty()) {
      strings_.push_back(writer_.quoted(plain_));  // literal text alone needs no time
    }
    run_.clear();
    plain_.clear();
    has_directive_ = false;
  }

  const Writer& writer_;
  const std::string& time_;
  std::vector<std::string> strings_;
  std::string run_, plain_;  // the run as the call's pattern has it, and its literal text as it is
  bool has_directive_ = false;
};

bool Writer::formatted(std::string_view pattern, const std::string& time, std::string& out, std::string& refused,
                       std::string& why) const {
  Format format(*this, time);
  for (const PatternPart& part : pattern_parts(pattern)) {
    if (part.letter == 0) {
      format.literal(part.text);
      continue;
    }
    const LetterRow* const row = table_.letter(part.letter, part.count);
    if (row == nullptr || row->form == LetterForm::refused) {
      refused = part.text;
      why = row == nullptr ? "the target has nothing like it" : row->text;
      return false;
    }
    switch (row->form) {
      case LetterForm::directive: format.directive(row->text); break;
      case LetterForm::text: format.expression(filled(row->text, time)); break;
      case LetterForm::number: format.expression(format.number(filled(row->text, time), part.count)); break;
      case LetterForm::constant: format.literal(std::string(row->text)); break;
      case LetterForm::refused: break;
    }
  }
  out = format.take();
  return true;
}

std::string Writer::as_template(const std::vector<Code>& parts) const {
  std::vector<std::string> strings;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const Code& part = parts[i];
    const bool is_text = part.kind == Code::Kind::string && part.is_literal;
    if (!is_jinja()) {
      strings.push_back(is_text ? quoted(part.value) : as_string(part));
    } else if (is_text) {
      strings.push_back(jinja_text(part.value, i + 1 == parts.size()));
    } else {
      strings.push_back("{{ " + as_string(part) + " }}");
    }
  }
  if (is_jinja()) return fmt::format("{}", fmt::join(strings, ""));
  std::string text = strings.empty() ? quoted("") : joined(strings);
  if (is_jsonata() && text.find("$plusMonths(") != text.npos) return fmt::format("({}{})", kJsonataHelpers, text);
  return text;
}

}  // namespace pipexpr::translator
