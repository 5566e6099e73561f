// SPDX-License-Identifier: MIT
#pragma once

#include "net.hpp"

/// The interface of a plug-in for the host.
struct plugin {
    virtual ~plugin() = default;

    [[nodiscard]] virtual tasks::loop_base& loop() = 0; ///< every 10 ms; already running
    [[nodiscard]] virtual int bodies() const = 0;
    /// The number of bodies whose function, dispatched to their own executor, ran inside that call.
    [[nodiscard]] virtual int dispatched_at_once() const = 0;
    /// Throws `bad_option`.
    virtual void ask_for_nonsense() = 0;
};

using make_plugin = plugin*(net::io_context&);
