// A second parser of the language, written by hand from the EBNF.
#include "oracle/parser.h"

#include <charconv>

namespace oracle {
namespace {

// Precedence climbing over the text itself. Recursion is bounded by the nesting limit.
class Parser {
 public:
  Parser(std::string_view text, int nesting) : text_(text), room_(nesting) {}

  std::optional<std::string> run() {
    std::string tree = expression(0);
    blanks();
    if (at_ != text_.size()) good_ = false;
    return good_ ? std::optional(tree) : std::nullopt;
  }

 private:
  static bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
  static bool digit(char c) { return c >= '0' && c <= '9'; }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void blanks() {
    while (at_ < text_.size() && std::string_view(" \t\r\n\v\f").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool take(char c) {
    blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string fail() {
    good_ = false;
    return "";
  }

  static int level(char c) { return c == '+' || c == '-' ? 1 : c == '*' || c == '/' ? 2 : 0; }

  // Binary operators of at least that level; signs and powers bind tighter.
  std::string expression(int least) {
    std::string left = sign();
    while (good_) {
      blanks();
      const char op = peek();
      if (at_ == text_.size() || level(op) == 0 || level(op) <= least) break;
      ++at_;
      left = std::string("(") + op + " " + left + " " + expression(level(op)) + ")";
    }
    return left;
  }

  // What stands one level deeper.
  template <class Inside>
  std::string deeper(Inside inside) {
    if (room_ == 0) return fail();
    --room_;
    std::string tree = inside();
    ++room_;
    return tree;
  }

  std::string sign() {
    if (!take('-')) return power();
    return "(- " + deeper([&] { return sign(); }) + ")";
  }

  std::string power() {
    const std::string base = postfix();
    if (!good_ || !take('^')) return base;
    return "(^ " + base + " " + deeper([&] { return sign(); }) + ")";
  }

  std::string postfix() {
    std::string tree = primary();
    while (good_ && take('.')) {
      blanks();
      const char prefix = peek();
      if (prefix == '@' || prefix == '*') {
        ++at_;
        tree = "(member " + (prefix + identifier()) + " " + tree + ")";
        continue;
      }
      const std::string name = identifier();
      tree = take('(') ? "(method " + name + " " + tree + arguments() + ")" : "(member " + name + " " + tree + ")";
    }
    return tree;
  }

  std::string identifier() {
    const std::size_t begin = at_;
    if (!letter(peek())) return fail();
    while (letter(peek()) || digit(peek())) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  // After the opening parenthesis.
  std::string arguments() {
    return deeper([&] {
      std::string all;
      if (take(')')) return all;
      do {
        all += " " + expression(0);
      } while (good_ && take(','));
      if (!take(')')) fail();
      return all;
    });
  }

  std::string primary() {
    blanks();
    const char c = peek();
    if (at_ == text_.size()) return fail();
    if (digit(c) || c == '.') return number();
    if (c == '\'' || c == '"') return quoted(c);
    if (c == '(') {
      ++at_;
      std::string tree = deeper([&] { return expression(0); });
      if (!take(')')) fail();
      return tree;
    }
    if (c == '@' || c == '*') {
      ++at_;
      return "(name " + (c + identifier()) + ")";
    }
    const std::string name = identifier();
    if (!good_) return "";
    return take('(') ? "(call " + name + arguments() + ")" : "(name " + name + ")";
  }

  std::string number() {
    const std::size_t begin = at_;
    while (digit(peek())) ++at_;
    const bool whole = at_ != begin;
    bool fraction = false;
    if (peek() == '.' && at_ + 1 < text_.size() && digit(text_[at_ + 1])) {
      fraction = true;
      ++at_;
      while (digit(peek())) ++at_;
    }
    if ((!whole && !fraction) || letter(peek())) return fail();
    const char* const first = text_.data() + begin;
    const char* const last = text_.data() + at_;
    if (last - first > 1024 + (fraction ? 1 : 0)) return fail();
    char buffer[1200];
    if (!fraction) {
      long long value = 0;
      if (std::from_chars(first, last, value).ec != std::errc{}) return fail();
      return {buffer, std::to_chars(buffer, std::end(buffer), value).ptr};
    }
    double value = 0;
    if (std::from_chars(first, last, value).ec != std::errc{}) return fail();
    std::string text(buffer, std::to_chars(buffer, std::end(buffer), value, std::chars_format::fixed).ptr);
    return text.find('.') == text.npos ? text + ".0" : text;
  }

  std::string quoted(char quote) {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && text_[at_] != quote) at_ += text_[at_] == '\\' ? 2u : 1u;
    if (at_ >= text_.size()) {
      at_ = text_.size();
      return fail();
    }
    ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int room_;
  bool good_ = true;
};

}  // namespace

std::optional<std::string> parse(std::string_view text, int nesting) { return Parser(text, nesting).run(); }

}  // namespace oracle
