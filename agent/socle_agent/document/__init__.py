"""The manual pages and shell completions of `socle-agent`, made from its table of commands and its texts."""
