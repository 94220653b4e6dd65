"""One module a command: EXAMPLE, add_arguments(parser) and execute(args, ui) -> exit code."""
