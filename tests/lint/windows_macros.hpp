// SPDX-License-Identifier: MIT
// Defines the macros of windows.h, so that a header of the library included after it fails to compile if it
// uses one of their names. Other headers are included first, because they may use these names, and because
// lookup by argument may find functions of std with them.
#include <tasks/asio/detail/asio.hpp>

#include <algorithm>
#include <any>
#include <array>
#include <atomic>
#include <bit>
#include <charconv>
#include <chrono>
#include <compare>
#include <concepts>
#include <condition_variable>
#include <coroutine>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <latch>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <optional>
#include <queue>
#include <random>
#include <ranges>
#include <regex>
#include <set>
#include <shared_mutex>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <typeindex>
#include <typeinfo>
#include <unordered_map>
#include <utility>
#include <valarray>
#include <variant>
#include <vector>

#if __has_include(<date/tz.h>)
#include <date/tz.h>
#endif
#if __has_include(<fmt/chrono.h>)
#include <fmt/chrono.h>
#include <fmt/ranges.h>
#endif

#define min(a, b) windows macro
#define max(a, b) windows macro
#define near windows macro
#define far windows macro
#define small windows macro
#define hyper windows macro
#define interface windows macro
#define IN windows macro
#define OUT windows macro
#define OPTIONAL windows macro
#define ERROR windows macro
#define NO_ERROR windows macro
#define DELETE windows macro
#define IGNORE windows macro
#define STRICT windows macro
#define CONST windows macro
#define VOID windows macro
#define TRUE windows macro
#define FALSE windows macro
#define CALLBACK windows macro
#define DIFFERENCE windows macro
#define Yield() windows macro
#define GetMessage windows macro
#define GetObject windows macro
#define CreateEvent windows macro
#define GetCurrentTime windows macro
#define SendMessage windows macro
#define environ windows macro
