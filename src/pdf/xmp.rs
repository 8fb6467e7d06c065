//! XMP packets (ISO 16684-1) with PDF/A extension schemas.
