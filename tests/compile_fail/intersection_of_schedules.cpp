// SPDX-License-Identifier: MIT
// error: needs a schedule and spans, such as tasks::workdays
#include <tasks/schedule.hpp>

using namespace std::chrono_literals;

#if !defined(WRONG)
tasks::schedule const s = tasks::day_at(9h) | tasks::day_at(12h);
#else
tasks::schedule const s = tasks::day_at(9h) & tasks::day_at(12h);
#endif
