// The smallest host that does something: one object, one template, one run. cost.py measures it.
#include <cstdio>

#include <pipexpr/context.h>
#include <pipexpr/datetime.h>
#include <pipexpr/expression.h>
#include <pipexpr/object_graph.h>

namespace {

class Bucket final : public pipexpr::ObjectGraph {
 public:
  bool field(pipexpr::ObjectId, const pipexpr::FieldName& name, pipexpr::Field& out) const override {
    if (name.text != "bucket") return false;
    out.items = &bucket_;
    out.count = 1;
    return true;
  }
  std::string_view id(pipexpr::ObjectId) const override { return "Only"; }

 private:
  pipexpr::FieldItem bucket_ = pipexpr::FieldItem::of_text("s3://bucket");
};

}  // namespace

int main() {
  const auto path =
      pipexpr::Expression::compile("#{bucket}/in/#{format(minusDays(@scheduledStartTime,1),'YYYY-MM-dd')}.csv");
  if (!path) return 1;
  const Bucket graph;
  const pipexpr::Run run{.scheduled_start = pipexpr::parse_datetime("2024-05-24T17:00:00").value()};
  const auto text = path->evaluate_text(graph, {.object = static_cast<pipexpr::ObjectId>(0), .run = run});
  if (!text) return 1;
  std::puts(text->c_str());
}
