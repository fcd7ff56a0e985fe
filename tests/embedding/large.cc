// Hosts whose speed once broke: a table of many fields, bindings beside a table, expressions of an older graph.
#include <array>
#include <string>
#include <vector>

#include <pipexpr/pipexpr.h>

#include "catch.h"

using namespace pipexpr;

namespace {

// Rows with three fields each, which the graph numbers itself. Each graph may number them in another order.
class Rows3 final : public ObjectGraph {
 public:
  Rows3(std::size_t rows, std::array<std::string, 3> names, bool has_table)
      : names_(std::move(names)), items_(3 * rows) {
    table_.reserve(3 * rows);
    for (std::size_t i = 0; i < items_.size(); ++i) {
      items_[i] = FieldItem::of_value(static_cast<std::int64_t>(i / 3) * 10 + names_[i % 3].back() - '0');
      table_.insert({.object = static_cast<ObjectId>(i / 3),
                     .key = static_cast<FieldKey>(i % 3),
                     .count = 1,
                     .items = &items_[i],
                     .type = SlotType::integer});
    }
    if (has_table) set_table(&table_);
  }
  Rows3(const Rows3& other) = default;

  bool field(ObjectId object, const FieldName& name, Field& out) const override {
    ++asked;
    const FieldKey key = name.key == kNoKey ? this->key(name.text) : name.key;
    by_number += name.key == kNoKey ? 0U : 1U;
    if (key == kNoKey) return false;
    const std::size_t at = 3 * static_cast<std::size_t>(object) + static_cast<std::size_t>(key);
    out = {.items = &items_[at], .count = 1, .type = SlotType::integer};
    return true;
  }
  std::string_view id(ObjectId) const override { return "row"; }
  FieldKey key(std::string_view name) const override {
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (names_[i] == name) return static_cast<FieldKey>(i);
    return kNoKey;
  }
  const FieldTable& fields() const { return table_; }

  mutable std::size_t asked = 0, by_number = 0;

 private:
  std::array<std::string, 3> names_;
  std::vector<FieldItem> items_;
  FieldTable table_;
};

std::string text_of(Evaluator& evaluator, const Expression& expression, const ObjectGraph& graph,
                    const Context& context) {
  TextBuffer out;
  const auto done = evaluator.append(expression, graph, context, out);
  return done ? std::string(out.view()) : done.error()[0].message;
}

const std::array<std::string, 3> kNames = {"f1", "f2", "f3"};

}  // namespace

// B6: 64 bytes of table for a field, in a graph of a million rows.
TEST_CASE("embedding: a table of very many fields answers as the graph does, in 64 bytes a field and less") {
  constexpr std::size_t kRows = 50'000;
  const Rows3 graph(kRows, kNames, true), plain(kRows, kNames, false);
  const Expression expression = Expression::compile("#{f1},#{f2 + f3}").value();
  const Expression bound = expression.bind(graph), bound_plain = expression.bind(plain);
  Evaluator evaluator;
  bool same = true;
  for (std::size_t row = 0; row < kRows; row += 7) {
    const Context context{.object = static_cast<ObjectId>(row)};
    same = same && text_of(evaluator, bound, graph, context) == text_of(evaluator, bound_plain, plain, context);
  }
  CHECK(same);
  CHECK(text_of(evaluator, bound, graph, {.object = ObjectId{49'999}}) == "499991,999985");
  CHECK(graph.asked == 0);
  CHECK(plain.asked == plain.by_number);
  CHECK(plain.asked > kRows / 7 * 3);
  // A table is at least a quarter full.
  CHECK(graph.fields().size() == 3 * kRows);
  CHECK(graph.fields().memory_bytes() <= 3 * kRows * 4 * sizeof(FieldTable::Entry));
  CHECK(sizeof(FieldTable::Entry) == 32);
  // What the table does not have, the graph is asked for.
  CHECK(text_of(evaluator, Expression::compile("#{f4}").value().bind(graph), graph, {.object = ObjectId{1}}) ==
        "there is no field, parameter or object 'f4'");
  CHECK(graph.asked != 0);
}

// B7: one binding made a bound evaluation four times slower: everything went to the interpreter.
TEST_CASE("embedding: a binding beside a table leaves the other fields to the fast path") {
  const Rows3 graph(3, kNames, true);
  const Expression expression = Expression::compile("#{f1}/#{f2}/#{@status}").value().bind(graph);
  const FieldItem status = FieldItem::of_value("FINISHED");
  const Binding bindings[] = {{"@status", {&status, 1}}};
  const Context context{.object = ObjectId{2}, .fields = bindings};
  Evaluator evaluator, interpreter({.testing_interpreter_only = true});
  CHECK(text_of(evaluator, expression, graph, context) == "21/22/FINISHED");
  CHECK(text_of(interpreter, expression, graph, context) == "21/22/FINISHED");
  CHECK(graph.asked == 0);
  // The interpreter has allocated its stack of frames, which the fast path does without.
  CHECK(evaluator.memory_bytes() < interpreter.memory_bytes());
  (void)evaluator.value(expression, graph, context);
  CHECK(evaluator.memory_bytes() >= interpreter.memory_bytes());
}

// B10: an expression that is bound to an older version of a graph is as slow as an unbound one, and nothing said so.
TEST_CASE("embedding: an expression of an older graph says so, and never uses its numbers") {
  const Rows3 old(3, kNames, false), now(3, {"f3", "f1", "f2"}, false);
  const Rows3 copy = old;
  const Expression unbound = Expression::compile("#{f1}#{f2}#{f3}").value();
  const Expression bound = unbound.bind(old);
  const Context context{.object = ObjectId{1}};
  Evaluator evaluator;
  CHECK_FALSE(unbound.is_bound_to(old));
  CHECK(bound.is_bound_to(old));
  CHECK_FALSE(bound.is_bound_to(now));
  CHECK_FALSE(bound.is_bound_to(copy));
  CHECK(text_of(evaluator, bound, old, context) == "111213");
  CHECK(old.by_number == 3);
  CHECK(text_of(evaluator, bound, now, context) == "111213");
  CHECK(text_of(evaluator, bound, copy, context) == "111213");
  CHECK((now.asked == 3 && now.by_number == 0));
  CHECK(copy.by_number == 0);
  const Expression again = bound.bind(now);
  CHECK(again.is_bound_to(now));
  CHECK_FALSE(again.is_bound_to(old));
  CHECK(text_of(evaluator, again, now, context) == "111213");
  CHECK(now.by_number == 3);
}
