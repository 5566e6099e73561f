// SPDX-License-Identifier: MIT
// error: column 3 (hour), \"25\": must be 0 | refuse_cron(&"hour"[0], 3, {2, &"0 25 * * *"[2]}, &"must be
// forms: 2
#include <tasks/schedule/cron.hpp>

using namespace tasks::literals;

void prepare_cron()
{
#if !defined(WRONG)
    static_cast<void>("0 5 * * *"_cron.in("UTC"));
#elif WRONG == 1
    static_cast<void>("0 25 * * *"_cron.in("UTC"));
#else
    constexpr auto expression = "0 25 * * *"_cron;
#endif
}
