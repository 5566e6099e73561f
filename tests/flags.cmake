# SPDX-License-Identifier: MIT
# tasks_flags(<variable> [HEADER_ONLY]): the flags with which a file that uses the library, or its header-only
# form, is compiled, for compilers and tools that CTest runs directly. Headers of others are system headers.

# The usage requirements of the library, without its own include folder. Only carries the flags; never built.
add_library(tasks_flags OBJECT EXCLUDE_FROM_ALL flags.cmake)
set_target_properties(tasks_flags PROPERTIES LINKER_LANGUAGE CXX)
target_link_libraries(tasks_flags PRIVATE
    $<TARGET_PROPERTY:${tasks_default_library}-header-only,INTERFACE_LINK_LIBRARIES>
    $<TARGET_NAME_IF_EXISTS:prometheus-cpp::core>)
target_compile_definitions(tasks_flags PRIVATE
    $<TARGET_PROPERTY:${tasks_default_target},INTERFACE_COMPILE_DEFINITIONS>)

function(tasks_flags variable)
    # /usr/include must not be named, because the standard library's headers rely on its position in the
    # order.
    set(includes "$<FILTER:$<TARGET_PROPERTY:tasks_flags,INCLUDE_DIRECTORIES>,EXCLUDE,^/usr/include$>")
    set(definitions "$<TARGET_PROPERTY:tasks_flags,COMPILE_DEFINITIONS>")
    if("HEADER_ONLY" IN_LIST ARGN)
        set(definitions "$<FILTER:${definitions},EXCLUDE,^TASKS_(SEPARATE_COMPILATION|COMPILED_AS=.*)$>")
    endif()
    set(${variable}
        ${CMAKE_CXX20_STANDARD_COMPILE_OPTION}
        "-I${PROJECT_SOURCE_DIR}/include"
        "$<$<BOOL:${includes}>:-isystem$<JOIN:${includes},;-isystem>>"
        "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},;-D>>"
        PARENT_SCOPE)
endfunction()
