// Reads the beginning of an expression: its open calls and strings, and the path that it ends with.
#include "lsp/expression_prefix.h"

#include "base/char_class.h"
#include "syntax/template_scanner.h"

namespace pipexpr::lsp {
namespace {

// A '*' is part of the name that follows it where no operator can be.
bool is_prefix(std::string_view text, std::size_t at) {
  if (text[at] == '@') return true;
  if (text[at] != '*') return false;
  while (at > 0 && text[at - 1] == ' ') --at;
  return at == 0 || std::string_view("(,+-*/^.").find(text[at - 1]) != std::string_view::npos;
}

// The name that ends at `end`, with its prefix.
std::string_view name_before(std::string_view text, std::size_t end) {
  std::size_t begin = end;
  while (begin > 0 && base::is_word(text[begin - 1])) --begin;
  if (begin > 0 && is_prefix(text, begin - 1)) --begin;
  return text.substr(begin, end - begin);
}

std::size_t without_blanks(std::string_view text, std::size_t end) {
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '\t' || text[end - 1] == '\n')) --end;
  return end;
}

void read_path(std::string_view source, ExpressionPrefix& prefix) {
  prefix.partial = name_before(source, source.size());
  std::size_t end = without_blanks(source, source.size() - prefix.partial.size());
  prefix.is_member = end > 0 && source[end - 1] == '.';
  std::vector<std::string_view> names;
  while (end > 0 && source[end - 1] == '.') {
    end = without_blanks(source, end - 1);
    const std::string_view name = name_before(source, end);
    if (name.empty()) return;  // a call, a string, or nothing: no path
    names.push_back(name);
    end = without_blanks(source, end - name.size());
  }
  prefix.path.assign(names.rbegin(), names.rend());
}

}  // namespace

ExpressionPrefix expression_prefix(std::string_view text, Delimiters delimiters) {
  ExpressionPrefix prefix;
  syntax::Placeholder slot;
  std::size_t from = 0;
  for (; syntax::next_placeholder(text, from, delimiters, slot); from = slot.close) {
    if (!slot.closed) {
      prefix.is_inside = true;
      break;
    }
  }
  if (!prefix.is_inside) return prefix;
  const std::string_view source = text.substr(slot.source.offset, slot.source.length);
  for (std::size_t i = 0; i < source.size(); ++i) {
    const char c = source[i];
    if (c == '\'' || c == '"') {
      const std::size_t begin = ++i;
      while (i < source.size() && source[i] != c) i += source[i] == '\\' ? std::size_t{2} : std::size_t{1};
      if (i >= source.size()) {
        prefix.in_string = true;
        prefix.string = source.substr(begin);
        return prefix;
      }
    } else if (c == '(') {
      const std::size_t end = without_blanks(source, i);
      const std::string_view name = name_before(source, end);
      const std::size_t before = without_blanks(source, end - name.size());
      const bool is_method = !name.empty() && before > 0 && source[before - 1] == '.';
      prefix.calls.push_back({name, is_method, is_method ? 1U : 0U});
    } else if (c == ')' && !prefix.calls.empty()) {
      prefix.calls.pop_back();
    } else if (c == ',' && !prefix.calls.empty()) {
      ++prefix.calls.back().argument;
    }
  }
  read_path(source, prefix);
  return prefix;
}

}  // namespace pipexpr::lsp
