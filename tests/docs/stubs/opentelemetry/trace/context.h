// SPDX-License-Identifier: MIT
#pragma once

#include <opentelemetry/trace/tracer.h>

namespace opentelemetry::trace {

context::Context SetSpan(context::Context& context, nostd::shared_ptr<Span> const& span) noexcept;

} // namespace opentelemetry::trace
