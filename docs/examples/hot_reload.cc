// A server that takes a new definition while it answers: each request keeps the version it began with.
#include <atomic>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <pipexpr/pipexpr.h>

using namespace pipexpr;

// What one version of the definition needs: the graph and the expressions that are bound to it. Never changed.
struct Version {
  std::shared_ptr<const PipelineDefinition> graph;
  Expression command;
  ObjectId job;
};

std::shared_ptr<const Version> load(std::string_view json) {
  const auto graph = PipelineDefinition::load(json).value();
  // Compiling does not depend on the graph; binding does, so it is done anew for each version.
  static const Expression compiled = Expression::compile("run #{name} on #{cluster}").value();
  return std::make_shared<const Version>(Version{graph, compiled.bind(*graph), graph->find("Job").value()});
}

class Server {
 public:
  explicit Server(std::shared_ptr<const Version> first) : current_(std::move(first)) {}
  void reload(std::shared_ptr<const Version> next) {
    const std::lock_guard lock(mutex_);
    current_.swap(next);
  }  // the old version ends with the last request that uses it
  std::shared_ptr<const Version> current() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Version> current_;
};

std::string definition(const std::string& cluster) {
  return R"({"objects": [{"id": "Job", "name": "nightly", "cluster": ")" + cluster + R"("}]})";
}

int main() {
  Server server(load(definition("small")));
  std::atomic<bool> stopping = false;
  std::atomic<int> wrong = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < 2; ++i) {
    workers.emplace_back([&] {
      Evaluator evaluator;  // one for each thread, kept over reloads
      TextBuffer line;
      while (!stopping) {
        const std::shared_ptr<const Version> version = server.current();
        line.clear();
        const auto done = evaluator.append(version->command, *version->graph, {.object = version->job}, line);
        if (!done || (line.view() != "run nightly on small" && line.view() != "run nightly on large")) ++wrong;
      }
    });
  }
  for (int i = 0; i < 100; ++i) server.reload(load(definition(i % 2 == 0 ? "large" : "small")));
  server.reload(load(definition("large")));
  stopping = true;
  for (std::thread& worker : workers) worker.join();

  const std::shared_ptr<const Version> last = server.current();
  std::cout << last->command.evaluate_text(*last->graph, {.object = last->job}).value() << "; " << wrong
            << " wrong answers\n";
}
