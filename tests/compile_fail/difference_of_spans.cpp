// SPDX-License-Identifier: MIT
// error: the difference of spans is written a & !b
#include <tasks/schedule.hpp>

using namespace std::chrono_literals;

#if !defined(WRONG)
tasks::spans const s = tasks::workdays & !tasks::between(12h, 13h);
#else
tasks::spans const s = tasks::workdays - tasks::between(12h, 13h);
#endif
