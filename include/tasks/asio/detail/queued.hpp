// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/base/detail/config.hpp>

TASKS_BEGIN_NAMESPACE
namespace detail {

struct queue_link {
    queue_link* next = nullptr;
};

/// A function in a strand's queue. Exactly one of `call` and `drop` is called, once. Can be a member of an
/// object that posts it repeatedly, which then needs no memory.
class queued : public queue_link {
public:
    queued() noexcept = default;
    queued(queued const&) = delete;
    queued& operator=(queued const&) = delete;

    virtual void call() = 0;
    /// Called instead if the execution context is being destroyed.
    virtual void drop() noexcept = 0;

protected:
    ~queued() = default;
};

} // namespace detail
TASKS_END_NAMESPACE
