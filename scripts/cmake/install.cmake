# bin, man page, completions, and share/actgrid with experiments and queries.
install(TARGETS actgrid RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY experiments results/queries DESTINATION ${CMAKE_INSTALL_DATADIR}/actgrid)
install(FILES results/schema.sql DESTINATION ${CMAKE_INSTALL_DATADIR}/actgrid)

# The program writes its own manual page and completions, from the tables that it
# works by, so they cannot go stale.
set(AG_WRITTEN ${CMAKE_BINARY_DIR}/written)
function(ag_written file place)
    add_custom_command(OUTPUT ${AG_WRITTEN}/${file}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${AG_WRITTEN}
        COMMAND actgrid ${ARGN} > ${AG_WRITTEN}/${file}
        DEPENDS actgrid VERBATIM COMMENT "Writing ${file}")
    set_property(GLOBAL APPEND PROPERTY AG_WRITTEN_FILES ${AG_WRITTEN}/${file})
    install(FILES ${AG_WRITTEN}/${file} DESTINATION ${place})
endfunction()

# Under a sanitizer the program is not for installing.
if(NOT AG_SANITIZE)
    ag_written(actgrid.1 ${CMAKE_INSTALL_MANDIR}/man1 help --man)
    ag_written(actgrid ${CMAKE_INSTALL_DATADIR}/bash-completion/completions completion bash)
    ag_written(_actgrid ${CMAKE_INSTALL_DATADIR}/zsh/site-functions completion zsh)
    ag_written(actgrid.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d completion fish)
    get_property(files GLOBAL PROPERTY AG_WRITTEN_FILES)
    add_custom_target(written ALL DEPENDS ${files})
endif()
