// SPDX-License-Identifier: MIT
#pragma once

// User values that call loops whenever they are made, copied, moved, called or destroyed, because this must
// never happen under a lock.

#include <tasks/loop.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace test {

/// The loops that are called, and the number of calls by each kind of value.
struct loop_questions {
    std::vector<tasks::loop_base*> asked;
    std::map<std::string, int> calls;
    int under_a_lock = 0; ///< how often the library held a lock; the call would have blocked for ever
    std::string first_under_a_lock;

    static loop_questions& instance()
    {
        static loop_questions the_one;
        return the_one;
    }

    static void ask(char const* who)
    {
        auto& self = instance();
#if defined(TASKS_CHECK_LOCKS)
        if (tasks::detail::locks_held != 0) {
            if (self.under_a_lock++ == 0)
                self.first_under_a_lock = who;
            return;
        }
#endif
        ++self.calls[who];
        for (auto* const l : self.asked) {
            static_cast<void>(l->is_running());
            static_cast<void>(l->current_loop());
            static_cast<void>(l->next_iteration());
            static_cast<void>(l->is_being_cancelled());
            static_cast<void>(l->is_paused());
            static_cast<void>(l->failed());
            static_cast<void>(l->failures());
            static_cast<void>(l->last_error());
            static_cast<void>(l->exception());
            static_cast<void>(l->every());
            static_cast<void>(l->name());
        }
    }
};

/// Base of a value that calls the loops in each of its special members. `Who` has a `name`.
template <class Who>
struct asking {
    asking() { ask(); }
    asking(asking const&) { ask(); }
    asking(asking&&) noexcept { ask(); }
    asking& operator=(asking const&)
    {
        ask();
        return *this;
    }
    asking& operator=(asking&&) noexcept
    {
        ask();
        return *this;
    }
    ~asking() { ask(); }

    static void ask() { loop_questions::ask(Who::kind); }
};

} // namespace test
