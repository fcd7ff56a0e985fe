// The service speaks the adapter's protocol: its requests, replies, errors and JSON have their short names here as
// well.
#pragma once

namespace pipexpr::adapter {}

namespace pipexpr::service {
using namespace adapter;
}
