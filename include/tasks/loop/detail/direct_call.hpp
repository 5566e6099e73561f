// SPDX-License-Identifier: MIT
#pragma once

#include <tasks/asio/detail/asio.hpp>
#include <tasks/base/detail/ref.hpp>
#include <tasks/base/detail/ref_list.hpp>
#include <tasks/loop/detail/join_op.hpp>
#include <tasks/run/iteration.hpp>

#include <memory>
#include <utility>

TASKS_BEGIN_NAMESPACE
namespace detail {

class loop_core;

/// A call of the loop object: runs the body once, outside the schedule (rule 26), on the loop's executor and
/// behind its gate.
class direct_call final : public ref_counted, public ref_list_node<direct_call> {
public:
    direct_call(ref<loop_core> loop, std::shared_ptr<void const> args, ref<joiner> caller) noexcept;

    /// Cancels the operations that the body awaits. May be called from any thread.
    void cancel(asio::cancellation_type type) noexcept;

    ref<loop_core> const core;
    std::shared_ptr<void const> const arguments;
    iteration it;
    asio::cancellation_signal cancellation; ///< used on the loop's executor only
    ref<joiner> caller;                     ///< until the call is completed; with the core's mutex
};

/// Begins the call in this function. Requires the loop's executor.
void run_directly(ref<direct_call> c);

} // namespace detail
TASKS_END_NAMESPACE
