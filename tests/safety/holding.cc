// What a definition says that it holds is what has been allocated for it.
#include <fmt/format.h>

#include "../catch.h"
#include "memory.h"

#include <pipexpr/pipexpr.h>

using namespace pipexpr;

namespace {

std::string many_objects(int count) {
  std::string json = R"({"parameters": [{"id": "myBucket", "type": "String", "default": "b"}], "objects": [)";
  for (int i = 0; i < count; ++i) {
    json += fmt::format(
        R"({}{{"id": "Object{}", "type": "S3DataNode", "myText": "a \"quoted\" text", "myBad": "#{{1 +}}",
            "directoryPath": "s3://#{{myBucket}}/{}/#{{format(@scheduledStartTime, 'YYYY-MM-dd')}}/#{{myText}}")",
        i == 0 ? "" : ",", i, i);
    json += i % 20 == 0 ? "}" : fmt::format(R"(, "parent": {{"ref": "Object{}"}}}})", i - 1);
  }
  return json + "]}";
}

}  // namespace

TEST_CASE("safety: a definition says how much memory it holds") {
  for (const int objects : {1, 50, 1'000}) {
    const std::string json = many_objects(objects);
    const safety::Counting counting;
    const auto loaded = PipelineDefinition::load(json);
    const std::size_t kept = counting.kept();
    if (!loaded) {
      FAIL(loaded.error()[0].message);
    }
    const std::size_t said = (*loaded)->memory_bytes();
    INFO(objects << " objects: said " << said << ", allocated " << kept);
    CHECK(said > json.size());
    if (safety::kSanitized || objects == 1) continue;
    // What templates hold beside their program, such as compiled patterns, and what the allocator rounds up is not
    // said.
    CHECK(said <= kept);
    CHECK(said * 100 >= kept * 80);
  }
}
