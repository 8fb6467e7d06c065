//! Number and symbol of a document (số, ký hiệu): `15/QĐ-BNV`, `12/2025/NĐ-CP`, `V/v`-less official letters.

use serde::{Deserialize, Serialize};

/// A number and symbol, in NFC, as Decree 30/2020 writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DocumentNumber {
    /// As written on the paper, tidied: no spaces, đ right: `15/QĐ-BNV`.
    pub text: String,
}
