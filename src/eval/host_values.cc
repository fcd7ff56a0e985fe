// Checking and converting what a graph or a binding has as a field's value.
#include "eval/host_values.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "time/zone.h"

namespace pipexpr::eval {

bool is_known(const ValueView& value) {
  if (value.is(Kind::datetime)) return time::is_known(value.datetime().zone);
  return !value.is(Kind::period) || value.period().unit <= TimeUnit::years;
}

std::string describe_unknown(const ValueView& value) {
  if (value.is(Kind::period)) return "a period of no known unit";
  return fmt::format("a date-time in a time zone that this process has not met, {}", value.datetime().zone.code());
}

bool HostValues::convert(ValueView& value, SlotType slot, Sphere sphere, std::string_view name) {
  const bool is_secret = value.is_secret() || Secrets::is_secret(name);
  if (!convert_kind(value, slot, sphere, name)) return false;
  if (!is_secret) return true;
  value = value.as_secret();
  if (!value.is(Kind::list) || !Secrets::is_secret(name)) errors_.secrets().note(value);  // its items have been, then
  state_.reads_secrets = true;
  return true;
}

bool HostValues::convert_kind(ValueView& value, SlotType slot, Sphere sphere, std::string_view name) {
  switch (value.kind()) {
    case Kind::string: value = ValueView(value.text(), slot); return true;
    case Kind::reference: {
      if (value.object() == kNoObject) {  // no host should; never ask it about an object that does not exist
        value = ValueView();
        return true;
      }
      const bool instance = sphere == Sphere::instance &&
                            (value.sphere() == Sphere::instance || state_.graph->has_instances(value.object()));
      value = ValueView(value.object(), instance ? Sphere::instance : Sphere::component);
      return true;
    }
    case Kind::number:
      if (std::isfinite(value.number())) return true;
      return errors_.fail(DiagnosticCode::not_finite, fmt::format("the field '{}'", base::excerpt(name)));
    case Kind::datetime:
    case Kind::period:
      if (is_known(value)) return true;
      return errors_.fail(DiagnosticCode::host_error,
                          fmt::format("the field '{}' is {}", base::excerpt(name), describe_unknown(value)));
    case Kind::list: return flatten(value, slot, sphere, name);
    default: return true;
  }
}

// A host's list: its items one by one, those of lists in it among them.
bool HostValues::flatten(ValueView& list, SlotType slot, Sphere sphere, std::string_view name) {
  constexpr std::size_t kMaxDepth = 8;  // deeper ones are none, or hold themselves
  struct Part {
    const ValueView* at;
    const ValueView* end;
  };
  Part open[kMaxDepth] = {{list.begin(), list.end()}};
  std::size_t depth = 1;
  const std::size_t base = state_.stack.size();
  while (depth != 0) {
    Part& part = open[depth - 1];
    if (part.at == part.end) {
      --depth;
      continue;
    }
    ValueView item = *part.at++;
    if (item.is(Kind::list)) {
      if (depth == kMaxDepth) {
        return errors_.fail(DiagnosticCode::host_error, fmt::format("the field '{}' has lists in lists, deeper than {}",
                                                                    base::excerpt(name), kMaxDepth));
      }
      open[depth++] = {item.begin(), item.end()};
      continue;
    }
    if (state_.stack.size() - base == state_.limits.max_list_items) {
      return errors_.limit(DiagnosticCode::limit_list_items, &Limits::max_list_items);
    }
    if (!convert(item, slot, sphere, name)) return false;
    if (!item.is(Kind::unset)) state_.stack.push_back(item);
  }
  const std::size_t count = state_.stack.size() - base;
  if (count == 0) {
    list = ValueView();
  } else if (count == 1) {
    list = state_.stack.back();
  } else {
    ValueView* const items = joiner_.allocate_list(count);
    if (items == nullptr) return false;
    std::copy(state_.stack.begin() + base, state_.stack.end(), items);
    list = ValueView(items, static_cast<std::uint32_t>(count));
  }
  state_.stack.shrink(base);
  return true;
}

bool HostValues::push(const ValueView& from, SlotType slot, Sphere sphere, std::string_view name) {
  ValueView value = from;
  if (!convert(value, slot, sphere, name)) return false;
  state_.stack.push_back(value);
  return true;
}

}  // namespace pipexpr::eval
