// Two X3 directives, bounded and expect, and how actions find the syntax::Builder.
#pragma once

#include <boost/spirit/home/x3.hpp>

#include "syntax/builder.h"

namespace pipexpr::grammar {

namespace x3 = boost::spirit::x3;

struct builder_tag;

template <class Context>
syntax::Builder& builder(const Context& context) {
  return x3::get<builder_tag>(context);
}

// bounded[p]: p, one level deeper; fails when the nesting limit is reached.
template <class Subject>
struct bounded_directive : x3::unary_parser<Subject, bounded_directive<Subject>> {
  using base = x3::unary_parser<Subject, bounded_directive<Subject>>;
  static constexpr bool is_pass_through_unary = true;
  static constexpr bool handles_container = Subject::handles_container;

  constexpr explicit bounded_directive(const Subject& inner) : base(inner) {}

  template <class Iterator, class Context, class RContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, RContext& rcontext,
             Attribute& attribute) const {
    syntax::Builder& build = builder(context);
    if (!build.enter(build.span_of(first, first).offset)) return false;
    const bool matched = this->subject.parse(first, last, context, rcontext, attribute);
    build.leave();
    return matched;
  }
};

struct bounded_generator {
  template <class Subject>
  constexpr auto operator[](const Subject& subject) const {
    return bounded_directive<typename x3::extension::as_parser<Subject>::value_type>(x3::as_parser(subject));
  }
};
inline constexpr bounded_generator bounded{};

// expect(what)[p]: p must match here; when it does not, the builder notes what was expected and where. X3's own
// expectation operator throws, which costs microseconds and needs exceptions; this costs nothing.
template <class Subject>
struct expect_directive : x3::unary_parser<Subject, expect_directive<Subject>> {
  using base = x3::unary_parser<Subject, expect_directive<Subject>>;
  static constexpr bool is_pass_through_unary = true;
  static constexpr bool handles_container = Subject::handles_container;

  constexpr expect_directive(const Subject& inner, syntax::Expected what) : base(inner), what_(what) {}

  template <class Iterator, class Context, class RContext, class Attribute>
  bool parse(Iterator& first, const Iterator& last, const Context& context, RContext& rcontext,
             Attribute& attribute) const {
    if (this->subject.parse(first, last, context, rcontext, attribute)) return true;
    Iterator found = first;
    x3::skip_over(found, last, context);
    syntax::Builder& build = builder(context);
    build.fail(what_, build.span_of(found, found).offset);
    return false;
  }

 private:
  syntax::Expected what_;
};

struct expect {
  syntax::Expected what;
  constexpr explicit expect(syntax::Expected expected) : what(expected) {}
  template <class Subject>
  constexpr auto operator[](const Subject& subject) const {
    return expect_directive<typename x3::extension::as_parser<Subject>::value_type>(x3::as_parser(subject), what);
  }
};

}  // namespace pipexpr::grammar
