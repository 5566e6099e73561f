// SPDX-License-Identifier: MIT
// error: no viable conversion | could not convert | conversion from
// forms: 2
#include <tasks/schedule.hpp>

using namespace std::chrono_literals;

struct lunch {
    bool contains(tasks::time_point) const { return false; }
#if !defined(WRONG) || WRONG == 1
    std::optional<tasks::time_point> next_change(tasks::time_point) const { return std::nullopt; }
#endif
};

#if !defined(WRONG)
tasks::spans const s = lunch{};
#elif WRONG == 1
tasks::schedule const s = lunch{};
#else
tasks::spans const s = lunch{};
#endif
