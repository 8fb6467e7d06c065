//! What goes wrong with services, and what to do then.

use std::path::PathBuf;
use std::time::Duration;

/// Why a service gave no signature.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An address that secrets must not be sent to.
    #[error("the address `{url}` is not safe: {why}")]
    Address {
        /// The address.
        url: String,
        /// Why.
        why: &'static str,
    },
    /// The file of the account cannot be used.
    #[error("the account file `{}`: {why}", path.display())]
    Account {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The service does not answer.
    #[error("{service} does not answer: {why}")]
    Unreachable {
        /// The service.
        service: String,
        /// Why.
        why: String,
    },
    /// The service says no.
    #[error("{service} refuses {call} ({status}): {why}")]
    Refused {
        /// The service.
        service: String,
        /// The call.
        call: String,
        /// HTTP status.
        status: u16,
        /// The service's words.
        why: String,
    },
    /// The service answers something else than the API says.
    #[error("{service} answers {call} by what the API does not know")]
    Nonsense {
        /// The service.
        service: String,
        /// The call.
        call: String,
    },
    /// The account has no credential.
    #[error("the account has no credential at {service}")]
    NoCredential {
        /// The service.
        service: String,
    },
    /// The account has more than one credential.
    #[error("the account has more than one credential at {service}: {}", found.join(", "))]
    SeveralCredentials {
        /// The service.
        service: String,
        /// Their ids.
        found: Vec<String>,
    },
    /// The credential cannot be used here.
    #[error("the credential `{credential}` of {service} cannot be used: {why}")]
    Unusable {
        /// The service.
        service: String,
        /// The credential.
        credential: String,
        /// Why.
        why: String,
    },
    /// The credential has no certificate.
    #[error("the credential `{credential}` of {service} has no certificate")]
    NoCertificate {
        /// The service.
        service: String,
        /// The credential.
        credential: String,
    },
    /// The PIN was refused before.
    #[error("{service} refused the PIN before; it is not sent again")]
    PinRefused {
        /// The service.
        service: String,
    },
    /// Nobody confirmed in time.
    #[error("{service} waits for a confirmation that did not come within {} s", waited.as_secs())]
    Unconfirmed {
        /// The service.
        service: String,
        /// How long it was waited for.
        waited: Duration,
    },
    /// Another number of signatures than hashes.
    #[error("{service} gave {found} signatures for {expected} hashes")]
    Count {
        /// The service.
        service: String,
        /// Signatures.
        found: usize,
        /// Hashes.
        expected: usize,
    },
    /// The call that carried this document's hash failed.
    #[error("{service} signed none of this call's documents: {why}")]
    Batch {
        /// The service.
        service: String,
        /// Why.
        why: String,
    },
    /// The service gave something else than a signature by the credential's key.
    #[error("what {service} gave is no signature by the key of `{subject}`")]
    WrongSignature {
        /// The service.
        service: String,
        /// The certificate.
        subject: String,
    },
}

impl Error {
    /// What the user can do about it.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Address { .. } => "give the service's address as `https://…`".to_owned(),
            Self::Account { .. } => "write `token = \"…\"`, or client-id, client-secret and token-url, or user and \
                 password into it, and `chmod 600` it"
                .to_owned(),
            Self::Unreachable { .. } => {
                "check sign.service, that this machine may reach it, and sign.service-roots where it has a root of its \
                 own"
                .to_owned()
            }
            Self::Refused { status: 401 | 403, .. } => {
                "check the account in sign.service-account, and whether its token has run out".to_owned()
            }
            Self::Refused { .. } if self.is_pin_refused() => {
                "check the PIN, then start again; it is not sent a second time".to_owned()
            }
            Self::Refused { .. } | Self::Batch { .. } => "ask the service what its words mean".to_owned(),
            Self::Nonsense { .. } | Self::Count { .. } => {
                "check that sign.service is the address of the CSC API, with its version, such as \
                 https://sign.example.vn/csc/v1"
                    .to_owned()
            }
            Self::NoCredential { .. } => "have the service issue a certificate to this account".to_owned(),
            Self::SeveralCredentials { .. } => "set sign.credential to one of them".to_owned(),
            Self::Unusable { .. } => "use another credential, or have this one changed by the service".to_owned(),
            Self::NoCertificate { .. } => "ask the service to issue the credential's certificate".to_owned(),
            Self::PinRefused { .. } => "check the PIN, then start again".to_owned(),
            Self::Unconfirmed { .. } => "confirm on the telephone when it asks, and start again".to_owned(),
            Self::WrongSignature { .. } => "have the service check the credential; nothing was signed".to_owned(),
        }
    }

    /// Whether the service refused a PIN, or locked it: in doubt it did, because it locks after a few wrong ones.
    pub(super) fn is_pin_refused(&self) -> bool {
        let Self::Refused { call, why, .. } = self else { return false };
        let why = why.to_lowercase();
        call == "credentials/authorize" && ["pin", "password", "lock"].iter().any(|word| why.contains(word))
    }
}
