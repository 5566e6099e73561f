// SPDX-License-Identifier: MIT
// error: a bare number has no unit
#include <tasks/schedule/day_at.hpp>

using namespace std::chrono_literals;

#if !defined(WRONG)
tasks::day_at const d{9h};
#else
tasks::day_at const d{9};
#endif
