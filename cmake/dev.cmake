# SPDX-License-Identifier: MIT
# tasks_dev: the warnings and sanitizers of this repository's own targets. Not exported and not visible to a
# parent project.

add_library(tasks_dev INTERFACE)

target_compile_options(tasks_dev INTERFACE
    "$<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Wall;-Wextra;-Wpedantic;-Wconversion;-Wshadow>"
    "$<$<CXX_COMPILER_ID:MSVC>:/W4>")

# Optimising g++ 12 warns about its own std::string (GCC bug 105651), and clang about a deprecated function
# that libstdc++ 12 calls in std::stable_sort.
target_compile_options(tasks_dev INTERFACE
    "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict;-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-array-bounds>"
    "$<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>")

if(TASKS_WERROR)
    target_compile_options(tasks_dev INTERFACE
        $<$<CXX_COMPILER_ID:GNU,Clang,AppleClang>:-Werror>
        $<$<CXX_COMPILER_ID:MSVC>:/WX>)
endif()

if(TASKS_SANITIZE)
    list(JOIN TASKS_SANITIZE "," sanitizers)
    target_compile_options(tasks_dev INTERFACE
        -fsanitize=${sanitizers} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(tasks_dev INTERFACE -fsanitize=${sanitizers})
    if("integer" IN_LIST TASKS_SANITIZE) # only clang has it
        target_compile_options(tasks_dev INTERFACE
            "-fsanitize-ignorelist=${CMAKE_CURRENT_LIST_DIR}/integer_sanitizer.txt")
    endif()
    if("thread" IN_LIST TASKS_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # g++ warns that its thread sanitizer does not model atomic_thread_fence, which Asio uses
        target_compile_options(tasks_dev INTERFACE -Wno-tsan)
    endif()
endif()
