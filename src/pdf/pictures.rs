//! Pages of a PDF: the picture that fills one, as its stream stands.
