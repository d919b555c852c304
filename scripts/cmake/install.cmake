# bin, man page, completions, and share/actgrid with experiments and queries.
install(TARGETS actgrid RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY experiments results/queries DESTINATION ${CMAKE_INSTALL_DATADIR}/actgrid)
install(FILES results/schema.sql DESTINATION ${CMAKE_INSTALL_DATADIR}/actgrid)
