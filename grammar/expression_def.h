// The rules of expression.ebnf, defined, in its order. Alternatives differ in their first character, so nothing is
// ever parsed twice and actions never have to be taken back.
#pragma once

#include "directives.h"
#include "expression.h"
#include "tokens.h"

namespace pipexpr::grammar {

using syntax::Expected;
using x3::eps;
using x3::lexeme;
using x3::lit;
using x3::raw;
using x3::ascii::char_;
using Build = syntax::Builder;

const auto expression_def = sum;

const auto sum_def = product >> *(raw[char_("-+")][take<&Build::begin_binary>{}] >>
                                  expect(Expected::operand)[product] >> eps[tell<&Build::end_binary>{}]);

const auto product_def = unary >> *(raw[char_("*/")][take<&Build::begin_binary>{}] >>
                                    expect(Expected::operand)[unary] >> eps[tell<&Build::end_binary>{}]);

const auto unary_def = (raw[lit('-')][take<&Build::begin_negate>{}] >> expect(Expected::operand)[bounded[unary]] >>
                        eps[tell<&Build::end_negate>{}]) |
                       power;

const auto power_def = postfix >> -(raw[lit('^')][take<&Build::begin_binary>{}] >>
                                    expect(Expected::operand)[bounded[unary]] >> eps[tell<&Build::end_binary>{}]);

const auto postfix_def = primary >> *(lit('.') >> expect(Expected::member)[selector]);

const auto selector_def =
    (prefixed >> eps[tell<&Build::prefixed_member>{}]) |
    (identifier >> ((&lit('(') >> eps[tell<&Build::begin_method>{}] >> arguments) | eps[tell<&Build::member>{}]));

const auto primary_def =
    number | string |
    (raw[lit('(')][take<&Build::begin_group>{}] >> expect(Expected::operand)[bounded[expression]] >>
     expect(Expected::closing_parenthesis)[raw[lit(')')][take<&Build::end_group>{}]]) |
    (prefixed >> eps[tell<&Build::prefixed_name>{}]) |
    (identifier >> ((&lit('(') >> eps[tell<&Build::begin_call>{}] >> arguments) | eps[tell<&Build::name>{}]));

const auto arguments_def = lit('(') >> bounded[&lit(')') | (expect(Expected::operand)[expression] >>
                                                            *(lit(',') >> expect(Expected::operand)[expression]))] >>
                           expect(Expected::call_end)[raw[lit(')')][take<&Build::end_call>{}]];

const auto prefixed_def = lexeme[raw[char_("@*")][take<&Build::prefix>{}] >> expect(Expected::name)[identifier]];

const auto identifier_def = raw[lexeme[letter >> *word]][take<&Build::identifier>{}];

const auto number_def = raw[lexeme[(+digit >> -(lit('.') >> +digit)) | (lit('.') >> +digit)]][take<&Build::number>{}] >>
                        expect(Expected::number)[x3::no_skip[!letter]];

const auto string_def =
    lexeme[(lit('\'') >> raw[*((lit('\\') >> any_byte) | plain<'\''>)][take<&Build::string>{}] >> lit('\'')) |
           (lit('"') >> raw[*((lit('\\') >> any_byte) | plain<'"'>)][take<&Build::string>{}] >> lit('"'))];

BOOST_SPIRIT_DEFINE(expression, sum, product, unary, power, postfix, selector, primary, arguments, prefixed, identifier,
                    number, string)

}  // namespace pipexpr::grammar
