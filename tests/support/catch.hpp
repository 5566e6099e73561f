// SPDX-License-Identifier: MIT
#pragma once

// Catch2 2 (Debian 12) or 3, the common subset: TEST_CASE, SECTION, CHECK*, REQUIRE*, GENERATE, INFO,
// CAPTURE.
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_adapters.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#else
#include <catch2/catch.hpp>
#endif
