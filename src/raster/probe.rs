//! What a file is, from its first bytes: format, size, depth, resolution, pages.
