// The one file that includes Boost.Spirit.
#include "syntax/parser.h"

#include "expression_def.h"

namespace pipexpr::syntax {

bool parse(std::string_view text, SourceSpan span, syntax::Builder& builder) {
  namespace x3 = boost::spirit::x3;
  const char* first = text.data() + span.offset;
  const char* const last = first + span.length;
  const auto whole =
      x3::with<grammar::builder_tag>(builder)[grammar::expect(syntax::Expected::operand)[grammar::expression] >>
                                              grammar::expect(syntax::Expected::operator_or_end)[x3::eoi]];
  x3::phrase_parse(first, last, whole, x3::ascii::space);
  return !builder.failed();
}

}  // namespace pipexpr::syntax
