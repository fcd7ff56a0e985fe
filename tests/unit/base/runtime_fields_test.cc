// The table of runtime fields: what is in it, in order, with what it says of each.
#include "base/runtime_fields.h"

#include <algorithm>

#include "catch.h"
#include "definition/slot_table.h"

using namespace pipexpr;
using base::find_runtime_field;
using base::RuntimeScope;

TEST_CASE("runtime fields stand in the order of their names, each once") {
  const auto rows = base::runtime_fields();
  REQUIRE(rows.size() >= 40);
  for (std::size_t i = 1; i < rows.size(); ++i) CHECK(rows[i - 1].name < rows[i].name);
  for (const auto& row : rows) CHECK(find_runtime_field(row.name) == &row);
}

TEST_CASE("what object types list as a runtime field is in the table, with its type") {
  std::size_t listed = 0;
  definition::each_type([&](std::string_view type) {
    definition::each_slot(type, [&](std::string_view field, SlotType slot, definition::SlotUse use) {
      if (use != definition::SlotUse::runtime || field == "node") return;
      ++listed;
      INFO(type << '.' << field);
      const base::RuntimeField* const row = find_runtime_field(field);
      REQUIRE(row != nullptr);
      if (slot != SlotType::verbatim) CHECK(row->type == slot);
      CHECK(row->scope != RuntimeScope::pipelines);
    });
  });
  CHECK(listed > 600);
}

TEST_CASE("runtime fields say who has them") {
  CHECK(find_runtime_field("currentRetryCount")->scope == RuntimeScope::some_objects);
  CHECK(find_runtime_field("lastRetryTime")->scope == RuntimeScope::some_objects);
  CHECK(find_runtime_field("@sphere")->scope == RuntimeScope::every_object);
  CHECK(find_runtime_field("@resourceStatus")->scope == RuntimeScope::every_object);
  CHECK(find_runtime_field("@headAttempt")->scope == RuntimeScope::objects_that_run);
  CHECK(find_runtime_field("attemptStatus")->scope == RuntimeScope::objects_that_run);
  CHECK(find_runtime_field("@pipelineState")->scope == RuntimeScope::pipelines);
  CHECK(find_runtime_field("@actualEndTime")->type == SlotType::datetime);
  CHECK(find_runtime_field("@waitingOn")->type == SlotType::reference);
}

TEST_CASE("other names are no runtime fields") {
  for (const char* name : {"", "node", "name", "@", "@statu", "@statusx", "@Status", "errorid", "zzz"}) {
    INFO(name);
    CHECK(find_runtime_field(name) == nullptr);
  }
  CHECK(base::is_set_by_run("@unheardOf"));
  CHECK(base::is_set_by_run("lastRetryTime"));
  CHECK_FALSE(base::is_set_by_run("node"));
  CHECK_FALSE(base::is_set_by_run(""));
}
