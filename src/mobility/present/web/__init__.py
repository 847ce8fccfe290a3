"""Pages: maps and the what-if page as self-contained HTML."""
