// SPDX-License-Identifier: MIT
#include <tasks/loop.hpp>
#include <tasks/prometheus.hpp>

void observe(tasks::loop<>& loop, tasks::prometheus& metrics)
{
    loop.observe(metrics);
}
