// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/loop/detail/observer_table.hpp>
#include <tasks/run/events.hpp>

TASKS_BEGIN_NAMESPACE

/// A base class for observers that prefer `override`: a misspelt member is an error there. Any other class
/// with some of these members is an observer, too, and the loop then skips the members that it lacks.
///
/// @code
/// struct failures final : tasks::observer {
///     void on_run_ended(tasks::run_ended const& e) override { ... }
/// };
/// @endcode
///
/// The loop calls the members on its executor, without a lock. An exception that one throws goes to the log
/// sink. The documentation of each event says when it is reported.
class observer {
public:
    virtual ~observer() = default;

#define TASKS_MEMBER(event, member)                                                                          \
    virtual void member(event const& e) { static_cast<void>(e); }
    TASKS_EVENTS(TASKS_MEMBER)
#undef TASKS_MEMBER

protected:
    observer() = default;
    observer(observer const&) = default;
    observer& operator=(observer const&) = default;
};

TASKS_END_NAMESPACE
