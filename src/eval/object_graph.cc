// ObjectGraph, NoObjects, FieldItem and EvaluationListener: what their default members do.
#include <atomic>

#include <pipexpr/context.h>
#include <pipexpr/expression.h>
#include <pipexpr/listener.h>
#include <pipexpr/object_graph.h>

#include "base/similar_names.h"

namespace pipexpr {
namespace {

// The only state the library shares: a counter, so that no two graphs are ever taken for one another.
std::uint64_t next_identity() {
  static std::atomic<std::uint64_t> counter{1};
  return counter.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace

FieldItem FieldItem::of_expression(const Expression& expression) {
  FieldItem item{ValueView(expression.text()), Form::compiled, {}};
  item.expression = &expression;
  return item;
}

FieldItem FieldItem::of_invalid(std::string_view text, const Diagnostics& why) {
  FieldItem item{ValueView(text), Form::invalid, {}};
  item.diagnostics = &why;
  return item;
}

ObjectGraph::ObjectGraph() : identity_(next_identity()) {}
ObjectGraph::ObjectGraph(const ObjectGraph&) : identity_(next_identity()) {}
ObjectGraph& ObjectGraph::operator=(const ObjectGraph&) {
  identity_ = next_identity();
  table_ = nullptr;
  return *this;
}
ObjectGraph::~ObjectGraph() = default;
InstanceFields::~InstanceFields() = default;

bool ObjectGraph::parameter(const FieldName&, Field&) const { return false; }
std::optional<ObjectId> ObjectGraph::find(std::string_view) const { return std::nullopt; }
FieldKey ObjectGraph::key(std::string_view) const { return kNoKey; }
void ObjectGraph::names(ObjectId, const std::function<void(std::string_view)>&) const {}
std::string ObjectGraph::similar_name(ObjectId object, std::string_view wanted) const {
  base::Similar similar(wanted);
  names(object, [&](std::string_view candidate) { similar.consider(candidate); });
  return similar.best();
}
bool ObjectGraph::has_instances(ObjectId) const { return true; }
std::string_view ObjectGraph::why_no_node(ObjectId) const { return "this object is neither"; }

bool NoObjects::field(ObjectId, const FieldName&, Field&) const { return false; }
std::string_view NoObjects::id(ObjectId) const { return {}; }

EvaluationListener::~EvaluationListener() = default;
void EvaluationListener::enter_field(const TracedField&) {}
void EvaluationListener::leave_field(const TracedField&, const ValueView&) {}
void EvaluationListener::node(const TracedNode&, const ValueView&) {}

}  // namespace pipexpr
