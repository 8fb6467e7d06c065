//! What is confident and complete goes on; the rest is held for a person, with reasons.
//!
//! In: [`DescribedDocument`]. Out: [`Screening`]. An [`ApprovedDocument`] is made nowhere else:
//! by [`screen`], when every rule is met, or by [`HeldDocument::approve`], when a person says so.
//! Knows nothing of PDF, keys or the warehouse; the queue never holds a signing key.

mod beginnings;
pub mod fields;
mod queue;
mod screen;
mod wire;

pub use beginnings::Beginning;
pub use queue::{Decision, Entry, HeldId, Listing, Queue, QueueError, State};
pub use screen::{Options, Reason, screen};
pub use wire::HeldPage;

use serde::{Deserialize, Serialize};

use crate::base::time::Timestamp;
use crate::describe::DescribedDocument;

/// A described document that the rules or a person approved.
#[derive(Debug, Clone)]
pub struct ApprovedDocument {
    described: DescribedDocument,
    approval: Approval,
}

/// Who approved, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

/// What screening found.
#[derive(Debug)]
pub enum Screening {
    /// Confident and complete.
    Approved(Box<ApprovedDocument>),
    /// A person must look.
    Held(Box<HeldDocument>),
}

/// A document that waits for a person, and why.
#[derive(Debug)]
pub struct HeldDocument {
    /// The document.
    pub described: DescribedDocument,
    /// Why, never empty.
    pub reasons: Vec<Reason>,
}

impl Screening {
    /// A person takes responsibility for the document as it stands, whatever was found.
    #[must_use]
    pub fn approve(self, name: String, at: Timestamp) -> ApprovedDocument {
        let described = match self {
            Self::Approved(document) => document.described,
            Self::Held(document) => document.described,
        };
        ApprovedDocument { described, approval: Approval::Person { name, at } }
    }

    /// Why a person must look; empty where every rule is met.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Approved(_) => &[],
            Self::Held(document) => &document.reasons,
        }
    }
}

impl HeldDocument {
    /// A person takes responsibility for the document as it stands.
    #[must_use]
    pub fn approve(self, name: String, at: Timestamp) -> ApprovedDocument {
        ApprovedDocument { described: self.described, approval: Approval::Person { name, at } }
    }
}

impl ApprovedDocument {
    /// For tests of later stages: approved without being screened.
    #[cfg(test)]
    pub(crate) fn for_tests(described: DescribedDocument, approval: Approval) -> Self {
        Self { described, approval }
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
