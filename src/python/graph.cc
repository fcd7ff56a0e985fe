// A graph that is a dict of dicts: a copy, so that it is evaluated without Python's lock.
#include "graph.h"

#include <map>

namespace pipexpr::python {
namespace {

// Longer chains of parents than any that has a use; a ring of parents ends here.
constexpr int kMaxParents = 64;

class DictGraph final : public ObjectGraph {
 public:
  // `objects` belongs to the caller in C++: nothing in Python can change it meanwhile.
  DictGraph(const py::dict& objects, const py::dict& parameters) {
    for (const auto& [id, fields] : objects) {
      if (!PyDict_Check(fields.ptr())) throw py::type_error("expected a dict of fields for each object");
      numbers_.emplace(bytes_of(id), ids_.size());
      ids_.push_back(bytes_of(id));
    }
    const FindObject finder = [this](std::string_view id) { return find(id); };
    for (const auto& [id, fields] : objects)
      objects_.emplace_back(py::reinterpret_borrow<py::dict>(fields), finder, true);
    parameters_.emplace(parameters, finder, true);
  }

  bool field(ObjectId object, const FieldName& name, Field& out) const override {
    for (int i = 0; i < kMaxParents; ++i) {
      const FieldValues* const fields = fields_of(object);
      if (fields == nullptr) return false;
      if (const Field* const found = fields->find(name.text)) return out = *found, true;
      const Field* const parent = fields->find("parent");
      if (parent == nullptr || parent->count == 0 || !parent->items->value.is(Kind::reference)) return false;
      object = parent->items->value.object();
    }
    return false;
  }

  bool parameter(const FieldName& name, Field& out) const override {
    const Field* const found = parameters_->find(name.text);
    if (found == nullptr) return false;
    return out = *found, true;
  }

  std::string_view id(ObjectId object) const override {
    const auto number = static_cast<std::size_t>(object);
    return number < ids_.size() ? std::string_view(ids_[number]) : std::string_view();
  }

  std::optional<ObjectId> find(std::string_view id) const override {
    const auto found = numbers_.find(id);
    if (found == numbers_.end()) return std::nullopt;
    return ObjectId{found->second};
  }

  void names(ObjectId object, const std::function<void(std::string_view)>& visit) const override {
    const FieldValues* const fields = object == kNoObject ? &*parameters_ : fields_of(object);
    if (fields == nullptr) return;
    for (const Binding& one : fields->all()) visit(one.name);
  }

 private:
  const FieldValues* fields_of(ObjectId object) const {
    const auto number = static_cast<std::size_t>(object);
    return number < objects_.size() ? &objects_[number] : nullptr;
  }

  std::map<std::string, std::size_t, std::less<>> numbers_;
  std::vector<std::string> ids_;
  std::deque<FieldValues> objects_;
  std::optional<FieldValues> parameters_;
};

}  // namespace

ObjectId Graph::find(const std::string& id) const {
  const std::optional<ObjectId> found = graph->find(id);
  if (!found) throw py::key_error(id);
  return *found;
}

std::shared_ptr<const ObjectGraph> graph_of(const py::dict& objects, const py::dict& parameters) {
  const auto copy = py::reinterpret_steal<py::dict>(PyDict_Copy(objects.ptr()));
  if (!copy) throw py::error_already_set();
  return std::make_shared<const DictGraph>(copy, parameters);
}

}  // namespace pipexpr::python
