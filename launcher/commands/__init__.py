"""One module a command: HELP, arguments(parser), run(args) -> exit code. A new file is a new command."""
