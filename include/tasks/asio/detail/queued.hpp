// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

struct queue_link {
    queue_link* next = nullptr;
};

/// What a strand is to execute; either of the two, once. Embedded in an object that needs it again and again, it needs no memory.
class queued : public queue_link {
public:
    queued() noexcept = default;
    queued(queued const&) = delete;
    queued& operator=(queued const&) = delete;

    virtual void call() = 0;
    /// Instead: the execution context is going away.
    virtual void drop() noexcept = 0;

protected:
    ~queued() = default;
};

} // namespace detail
TASKS_END_NAMESPACE
