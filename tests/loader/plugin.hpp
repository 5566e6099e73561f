// SPDX-License-Identifier: MIT
#pragma once

#include "net.hpp"

/// What the host knows of a plug-in.
struct plugin {
    virtual ~plugin() = default;

    [[nodiscard]] virtual tasks::loop_base& loop() = 0; ///< every 10 ms, and it runs already
    [[nodiscard]] virtual int bodies() const = 0;
    /// How many of them were inside what they dispatched to their loop's executor before the call returned.
    [[nodiscard]] virtual int dispatched_at_once() const = 0;
    /// Throws `bad_option`.
    virtual void ask_for_nonsense() = 0;
};

using make_plugin = plugin*(net::io_context&);
