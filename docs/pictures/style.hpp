// SPDX-License-Identifier: MIT
// How the pictures of loops look, in light and dark. An outcome has a colour and a pattern.
#pragma once

#include <string_view>

namespace pictures {

// Of all fonts of the style sheet
inline constexpr int ascent = 10;
inline constexpr int descent = 3;

inline constexpr std::string_view style_sheet = R"css(<defs>
<pattern id="slashes" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<path class="failed-ink" d="M1 0V6"/></pattern>
<pattern id="bars" width="6" height="6" patternUnits="userSpaceOnUse">
<path class="timed_out-ink" d="M1 0V6"/></pattern>
<pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">
<circle class="cancelled-ink" cx="2" cy="2" r="1"/></pattern>
<marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" markerHeight="6" orient="auto">
<path class="arrow-head" d="M0 0L8 4L0 8z"/></marker>
</defs>
<style>
.plain { font: 11px system-ui, sans-serif }
.code { font: 11px ui-monospace, monospace }
.small { font: 10px system-ui, sans-serif }
text { fill: #59636e }
.strong { fill: #1f2328 }
.succeeded { fill: #1f6feb; stroke: #1f6feb }
.on { paint-order: stroke; stroke-width: 3; stroke-linejoin: round; fill: #1f2328 }
.on-succeeded { fill: #ffffff }
.on-failed { stroke: #ffebe9 }
.on-timed_out { stroke: #fff8c5 }
.on-cancelled { stroke: #f6f8fa }
.failed { fill: #ffebe9; stroke: #cf222e }
.failed-ink { stroke: #cf222e; stroke-width: 1.5; fill: none }
.timed_out { fill: #fff8c5; stroke: #9a6700 }
.timed_out-ink { stroke: #9a6700; stroke-width: 1.5; fill: none }
.cancelled { fill: #f6f8fa; stroke: #59636e; stroke-dasharray: 4 2 }
.cancelled-ink { fill: #59636e }
.skipped, .unfinished { fill: #ffffff; stroke: #1f6feb }
.unfinished { stroke-dasharray: 2 2 }
.hook { fill: #eaeef2; stroke: #8c959f }
.slashes { fill: url(#slashes) }
.bars { fill: url(#bars) }
.dots { fill: url(#dots) }
.plate { fill: #ffffff }
.grid { stroke: #d1d9e0; fill: none }
.axis { stroke: #8c959f; fill: none }
.run { stroke: #1f6feb; stroke-width: 2; fill: none; opacity: .45 }
.run-end { stroke: #1f2328; stroke-width: 2; fill: none }
.back-off { stroke: #9a6700; stroke-width: 2; stroke-dasharray: 1 4; stroke-linecap: round; fill: none }
.call { stroke: #8250df; stroke-width: 1.5; fill: none }
.call-head { fill: #8250df }
text.call-text { fill: #8250df }
.ran { fill: #1f6feb; stroke: #1f6feb; stroke-width: 1.5 }
.coalesced { fill: #ffffff; stroke: #1f6feb; stroke-width: 1.5 }
.requested { fill: #8250df; stroke: #8250df }
.missed { stroke: #cf222e; stroke-width: 2; fill: none }
text.missed-text { fill: #cf222e }
.served { stroke: #1f6feb; stroke-dasharray: 2 2; fill: none }
.clocks-set { stroke: #bf3989; stroke-width: 2; stroke-dasharray: 4 3; fill: none }
.pause { fill: #818b98; opacity: .22 }
.arrow { stroke: #59636e; stroke-width: 1.3; fill: none; marker-end: url(#head) }
.frame { stroke: #8c959f; stroke-dasharray: 5 4; fill: none }
.arrow-head { fill: #59636e }
.state { fill: #ddf4ff; stroke: #0969da; stroke-width: 1.3 }
@media (prefers-color-scheme: dark) {
text { fill: #9198a1 }
.strong { fill: #f0f6fc }
.succeeded { fill: #58a6ff; stroke: #58a6ff }
.on { fill: #f0f6fc }
.on-succeeded { fill: #0d1117 }
.on-failed { stroke: #3d1418 }
.on-timed_out { stroke: #341a00 }
.on-cancelled { stroke: #21262d }
.failed { fill: #3d1418; stroke: #ff7b72 }
.failed-ink { stroke: #ff7b72 }
.timed_out { fill: #341a00; stroke: #e3b341 }
.timed_out-ink { stroke: #e3b341 }
.cancelled { fill: #21262d; stroke: #b1bac4 }
.cancelled-ink { fill: #b1bac4 }
.skipped, .unfinished { fill: #0d1117; stroke: #58a6ff }
.hook { fill: #2d333b; stroke: #768390 }
.plate { fill: #0d1117 }
.grid { stroke: #2d333b }
.axis { stroke: #768390 }
.run { stroke: #58a6ff }
.run-end { stroke: #f0f6fc }
.back-off { stroke: #e3b341 }
.call { stroke: #d2a8ff }
.call-head { fill: #d2a8ff }
text.call-text { fill: #d2a8ff }
.ran { fill: #58a6ff; stroke: #58a6ff }
.coalesced { fill: #0d1117; stroke: #58a6ff }
.requested { fill: #d2a8ff; stroke: #d2a8ff }
.missed { stroke: #ff7b72 }
text.missed-text { fill: #ff7b72 }
.served { stroke: #58a6ff }
.clocks-set { stroke: #f778ba }
.pause { fill: #768390; opacity: .3 }
.arrow { stroke: #9198a1 }
.frame { stroke: #768390 }
.arrow-head { fill: #9198a1 }
.state { fill: #0c2d6b; stroke: #58a6ff }
}
</style>
)css";

} // namespace pictures
