// The rules of expression.ebnf, declared. None has an attribute: semantic actions hand tokens to the syntax::Builder.
#pragma once

#include <boost/spirit/home/x3.hpp>

namespace pipexpr::grammar {

namespace x3 = boost::spirit::x3;

#define PIPEXPR_RULE(name) inline const x3::rule<struct name##_id> name = #name
PIPEXPR_RULE(expression);
PIPEXPR_RULE(sum);
PIPEXPR_RULE(product);
PIPEXPR_RULE(unary);
PIPEXPR_RULE(power);
PIPEXPR_RULE(postfix);
PIPEXPR_RULE(selector);
PIPEXPR_RULE(primary);
PIPEXPR_RULE(arguments);
PIPEXPR_RULE(prefixed);
PIPEXPR_RULE(identifier);
PIPEXPR_RULE(number);
PIPEXPR_RULE(string);
#undef PIPEXPR_RULE

}  // namespace pipexpr::grammar
