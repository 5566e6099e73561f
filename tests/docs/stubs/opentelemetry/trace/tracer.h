// SPDX-License-Identifier: MIT
#pragma once

// Declares what docs/metrics.md uses of OpenTelemetry's API, so that its code compiles without it. Never
// linked.

#include <opentelemetry/context/context.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>
#include <variant>

namespace opentelemetry {

namespace nostd {
template <class T>
using shared_ptr = std::shared_ptr<T>;
} // namespace nostd

namespace common {
using AttributeValue = std::variant<bool, std::int32_t, std::int64_t, std::uint32_t, double, char const*,
                                    std::string_view, std::uint64_t>;
} // namespace common

namespace trace {

enum class StatusCode { kUnset, kOk, kError };

inline constexpr char kIsRootSpanKey[] = "is_root_span";

class Span {
public:
    void SetStatus(StatusCode code, std::string_view description = {}) noexcept;
    void End() noexcept;
};

struct StartSpanOptions {
    context::Context parent;
};

class Tracer {
public:
    nostd::shared_ptr<Span> StartSpan(std::string_view name, StartSpanOptions const& options = {}) noexcept;
    nostd::shared_ptr<Span>
    StartSpan(std::string_view name,
              std::initializer_list<std::pair<std::string_view, common::AttributeValue>> attributes,
              StartSpanOptions const& options = {}) noexcept;
};

} // namespace trace
} // namespace opentelemetry
