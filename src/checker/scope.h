// What names stand for, as far as the definition alone tells. What it does not tell is `unknown`, and nothing is said
// about it.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include <pipexpr/check.h>

#include "base/similar_names.h"

namespace pipexpr::checker {

struct Type {
  enum class Kind : std::uint8_t { unknown, text, integer, number, datetime, period, reference };
  Kind kind = Kind::unknown;
  bool is_list = false;
  bool is_literal = false;             // a text that is known: `text`
  std::string_view text = {};          // also of a floating-point number that is written in the expression
  std::vector<ObjectId> objects = {};  // a reference's targets; empty: not known
};

Type type_of_slot(SlotType slot);
std::string_view describe(Type::Kind kind);

// What a name was found to be.
struct Found {
  enum class Where : std::uint8_t {
    nowhere,
    unknown,     // cannot be told from the definition
    field,       // of `owner`
    runtime,     // a field that the service sets on such objects
    misspelt,    // looks like a runtime field, and none has that name
    impossible,  // a runtime field that objects of that type do not have
    parameter,
    object,  // an id
    node,
    no_node,  // `node` on an object that is no action or precondition
  };
  Where where = Where::nowhere;
  ObjectId owner = kNoObject;
  Field field = {};
  Type type = {};
};

class Scope {
 public:
  explicit Scope(const PipelineDefinition& graph);

  // A name at the head of a path, in an expression of `object`; kNoObject: of a parameter.
  Found name(ObjectId object, std::string_view name, bool is_path_head) const;
  // `.name` of an object.
  Found member(ObjectId object, std::string_view name) const;
  // The kind of a field's value when no expression has to be read for it.
  Type stored_type(const Field& field) const;

  // ", did you mean 'X'?" among the names that could stand there, and the nearest runtime field.
  std::string suggestion(ObjectId object, std::string_view name, bool with_parameters) const;
  static base::Similar nearest_runtime_field(std::string_view name);
  // The documented field of the type that a field of that name may be a misspelling of, among those that are not
  // `given`. The service knows more fields than its guide lists: of a name that is documented, or is for fields of
  // one's own, there is none.
  static base::Similar nearest_slot(std::string_view type, const std::unordered_set<std::string_view>& given,
                                    std::string_view name);
  // my..., *my...: what the guide leaves to authors.
  static bool is_own_name(std::string_view name);

  // The documented type of an object; of a misspelt type, the one that was meant.
  std::string_view type(ObjectId object) const { return types_[static_cast<std::size_t>(object)]; }
  // Whether a parent of the object does not exist: then it is unknown what the object has.
  bool lacks_parent(ObjectId object) const { return lacks_parent_[static_cast<std::size_t>(object)] == 1; }

  // Objects that refer to this alarm or precondition.
  const std::vector<ObjectId>& nodes_of(ObjectId object) const;
  // The objects in which an own field of `object` is evaluated.
  std::vector<ObjectId> contexts(ObjectId object, std::string_view field) const;
  // Whether it is of a documented type whose own texts are evaluated when it begins, unlike those of alarms.
  bool runs_itself(ObjectId object) const;
  bool is_parent(ObjectId object) const { return !children_[static_cast<std::size_t>(object)].empty(); }

  // Parameters may stand in a file of their own: without any here, nothing is known about them.
  bool knows_parameters() const { return knows_parameters_; }

  const PipelineDefinition& graph() const { return graph_; }

 private:
  Found runtime(ObjectId object, std::string_view name) const;
  bool is_field_of_any(std::string_view name) const;
  void find_types();
  void find_parents();
  void find_chain_ends();

  const PipelineDefinition& graph_;
  std::vector<std::vector<ObjectId>> nodes_;
  std::vector<std::string_view> types_;
  std::deque<std::string> meant_;          // types that were misspelt
  std::vector<std::int8_t> lacks_parent_;  // -1: not looked at yet
  bool knows_parameters_ = false;
  std::vector<bool> is_abstract_;  // by object, as the other lists
  std::vector<std::vector<ObjectId>> children_;
  std::vector<std::size_t> chain_ends_;  // the last of the abstract objects that have one child each
  struct AnyField {
    bool known = false;
    std::unordered_set<std::string_view> names;
  };
  mutable AnyField any_;  // names of fields of any object; a scope belongs to one check
};

// Types that the guide mentions and gives no table of fields for.
bool is_type_without_fields(std::string_view type);

}  // namespace pipexpr::checker
