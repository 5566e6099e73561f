// SPDX-License-Identifier: MIT
// error: have no instants that could be inside spans
// forms: 5
#include <tasks/schedule.hpp>

using namespace std::chrono_literals;

#if !defined(WRONG)
tasks::schedule const s = tasks::aligned(10min) & tasks::workdays;
#elif WRONG == 1
tasks::schedule const s = 10min & tasks::workdays;
#elif WRONG == 2
tasks::schedule const s = tasks::workdays & 10min;
#elif WRONG == 3
tasks::schedule const s = 10min - (tasks::workdays & tasks::between(8h, 9h));
#elif WRONG == 4
tasks::schedule const s = tasks::fixed_delay(10min) & tasks::between(8h, 9h);
#else
tasks::schedule const s = tasks::on_trigger - tasks::workdays;
#endif
