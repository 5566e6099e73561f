// SPDX-License-Identifier: MIT
// error: throw_cron_mistake
// within: 30
#include <tasks/schedule/cron_expression.hpp>

#if !defined(WRONG)
constexpr auto expression = tasks::cron_expression::parse("0 5 * * *");
#else
constexpr auto expression = tasks::cron_expression::parse("0 25 * * *");
#endif
