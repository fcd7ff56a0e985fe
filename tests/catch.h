// The one place that knows which Catch2 this is (Debian 12 ships 2.13; its header moved in 3).
#pragma once

#include <catch2/catch.hpp>
