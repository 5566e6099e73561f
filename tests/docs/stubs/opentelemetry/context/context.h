// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace opentelemetry::context {

class Context {
public:
    Context() = default;
    Context(std::string_view key, bool value) noexcept;
};

} // namespace opentelemetry::context
