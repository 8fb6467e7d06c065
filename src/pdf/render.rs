//! Drawing of PDF pages that are more than one picture.
