//! What is confident and complete goes on; the rest is held for a person, with reasons.
//!
//! In: [`DescribedDocument`]. Out: [`Screening`]. An [`ApprovedDocument`] is made nowhere else.

use crate::base::time::Timestamp;
use crate::describe::DescribedDocument;

/// A described document that the rules or a person approved.
#[derive(Debug, Clone)]
pub struct ApprovedDocument {
    described: DescribedDocument,
    approval: Approval,
}

/// Who approved, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Approval {
    /// Every required field was present and above its threshold.
    Thresholds,
    /// A person, by name.
    Person {
        /// Who.
        name: String,
        /// When.
        at: Timestamp,
    },
}

impl ApprovedDocument {
    /// A document approved by its thresholds, for tests of later stages.
    #[cfg(test)]
    pub(crate) fn for_tests(described: DescribedDocument) -> Self {
        Self { described, approval: Approval::Thresholds }
    }

    /// The document.
    #[must_use]
    pub fn described(&self) -> &DescribedDocument {
        &self.described
    }

    /// Who approved.
    #[must_use]
    pub fn approval(&self) -> &Approval {
        &self.approval
    }
}
