// SPDX-License-Identifier: MIT
// error: unites two schedules or two spans
// forms: 2
#include <tasks/schedule.hpp>

using namespace std::chrono_literals;

#if !defined(WRONG)
tasks::schedule const s = tasks::day_at(9h) & tasks::workdays;
#elif WRONG == 1
tasks::schedule const s = tasks::day_at(9h) | tasks::workdays;
#else
tasks::schedule const s = tasks::workdays | (tasks::day_at(9h) | tasks::day_at(12h));
#endif
