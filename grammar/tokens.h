// Character classes (bytes, ASCII only: X3's standard encoding aborts on bytes over 127) and actions.
#pragma once

#include "directives.h"

#include "base/char_class.h"

namespace pipexpr::grammar {

// Actions: call a member of the builder, with the matched span if it wants one.
template <void (syntax::Builder::*Member)(SourceSpan)>
struct take {
  template <class Context>
  void operator()(Context& context) const {
    syntax::Builder& build = builder(context);
    (build.*Member)(build.span_of(x3::_attr(context).begin(), x3::_attr(context).end()));
  }
};
template <void (syntax::Builder::*Member)()>
struct tell {
  template <class Context>
  void operator()(Context& context) const {
    (builder(context).*Member)();
  }
};

// A byte for which Test holds, without skipping and without an attribute.
template <class Test>
struct byte_class : x3::parser<byte_class<Test>> {
  using attribute_type = x3::unused_type;
  static constexpr bool has_attribute = false;

  template <class Iterator, class Context, class RContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context&, RContext&, Attribute&) const {
    if (first == last || !Test::test(*first)) return false;
    ++first;
    return true;
  }
};

struct is_digit {
  static constexpr bool test(char c) { return base::is_digit(c); }
};
struct is_letter {
  static constexpr bool test(char c) { return base::is_name_start(c); }
};
struct is_word {
  static constexpr bool test(char c) { return base::is_word(c); }
};
template <char Quote>
struct is_plain {
  static constexpr bool test(char c) { return c != Quote && c != '\\'; }
};
struct is_any {
  static constexpr bool test(char) { return true; }
};

inline constexpr byte_class<is_digit> digit{};
inline constexpr byte_class<is_letter> letter{};
inline constexpr byte_class<is_word> word{};
inline constexpr byte_class<is_any> any_byte{};
template <char Quote>
inline constexpr byte_class<is_plain<Quote>> plain{};

}  // namespace pipexpr::grammar
