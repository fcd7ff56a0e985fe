// Walks the tree of an expression: gives every part a kind, and reports names, calls and operators that cannot work.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <pipexpr/function_registry.h>

#include "checker/findings.h"
#include "checker/parsed_template.h"
#include "checker/scope.h"

namespace pipexpr::checker {

// What an expression reads: an object's field, or a parameter (kNoObject).
using Reading = std::pair<ObjectId, std::string_view>;

// A name of an expression, or a member after a dot, and what it was found to be; a member of several objects has one
// for each.
struct Use {
  SourceSpan span;  // of the name itself, in the text
  Found::Where where = Found::Where::unknown;
  ObjectId owner = kNoObject;        // the object whose field it is, or the object that is named by its id
  const FieldItem* items = nullptr;  // the values of a field or parameter
};

struct Walked {
  std::vector<Use> uses;
  std::vector<TextFinding> findings;
  std::vector<Reading> reads;
  std::vector<ObjectId> objects;  // named by their ids
};

class TypeChecker {
 public:
  TypeChecker(const Scope& scope, const CheckOptions& options);

  // All expressions of a template, in an object's context.
  Walked walk(const Tree& tree, ObjectId object) const;

 private:
  struct Part;
  Type expression(const Tree& tree, std::size_t index, ObjectId object, int depth, Walked* out) const;
  Type name(const Tree& tree, const syntax::Node& node, bool head, ObjectId object, int depth, Walked* out) const;
  Type member(const Tree& tree, const syntax::Node& node, const syntax::Node& left, const Type& of, ObjectId object,
              int depth, Walked* out) const;
  Type call(const Tree& tree, const syntax::Node& node, const std::vector<Part>& operands, Walked* out) const;
  void lost_quotes(const Tree& tree, const Part& pattern, Walked& out) const;
  Type value_of(const Found& found, std::string_view name, ObjectId object, int depth) const;

  const Scope& scope_;
  const FunctionRegistry& functions_;
  const CompileOptions& compile_;
  mutable std::map<std::pair<const FieldItem*, ObjectId>, Type> values_;  // a type checker belongs to one check
};

}  // namespace pipexpr::checker
