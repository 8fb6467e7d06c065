//! Exit codes: one for each kind of end, documented in the README and tested.

use std::cmp::Ordering;
use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Exit {
    /// All done: every document deposited, every signature valid.
    Done = 0,
    /// Finished, but some documents failed.
    SomeFailed = 1,
    /// The command line or a setting is wrong.
    Usage = 2,
    /// Finished, and some documents wait for a person.
    SomeHeld = 3,
    /// The input cannot be read.
    Input = 4,
    /// Tesseract, a language model or a font is missing.
    Requirement = 5,
    /// The key, a certificate or the time-stamp authority was refused.
    Signing = 6,
    /// The warehouse is locked, full or refuses.
    Warehouse = 7,
    /// A verification found faults.
    Invalid = 8,
    /// A verification could not decide.
    Undecided = 9,
    /// A fault of sohoa itself.
    Bug = 70,
    /// Stopped by Ctrl-C.
    Interrupted = 130,
}

impl Exit {
    /// Every code with its meaning, for help and README.
    pub(crate) const TABLE: [(Self, &'static str); 12] = [
        (Self::Done, "all done: every document deposited, every signature valid"),
        (Self::SomeFailed, "finished, but some documents failed"),
        (Self::Usage, "the command line or a setting is wrong"),
        (Self::SomeHeld, "finished, and some documents wait for a person"),
        (Self::Input, "the input cannot be read"),
        (Self::Requirement, "Tesseract, a language model or a font is missing"),
        (Self::Signing, "the key, a certificate or the time-stamp authority was refused"),
        (Self::Warehouse, "the warehouse is locked, full or refuses"),
        (Self::Invalid, "a verification found faults"),
        (Self::Undecided, "a verification could not decide: no signature, no trusted root, an unknown status"),
        (Self::Bug, "a fault of sohoa itself"),
        (Self::Interrupted, "stopped by Ctrl-C"),
    ];
}

/// By how bad it is: in the order of the codes, but that what could not be decided is less than what is wrong.
impl Ord for Exit {
    fn cmp(&self, other: &Self) -> Ordering {
        let weight = |exit: &Self| match exit {
            Self::Undecided => 2 * Self::Invalid as u16 - 1,
            exit => 2 * *exit as u16,
        };
        weight(self).cmp(&weight(other))
    }
}

impl PartialOrd for Exit {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
