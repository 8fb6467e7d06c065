//! A module and the tokens that it sees.

use std::path::{Path, PathBuf};

use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as Fault, RvError};
use cryptoki::mechanism::MechanismType;
use cryptoki::slot::{Slot, TokenInfo};

use super::super::pin::PinSource;
use super::Error;
use super::objects::{self, Entry};
use super::session::{self, Sessions};

/// A loaded module.
#[derive(Clone)]
pub struct Module {
    pub(super) library: Pkcs11,
    path: PathBuf,
}

/// A token in a slot.
#[derive(Debug, Clone)]
pub struct TokenFacts {
    pub(super) slot: Slot,
    info: TokenInfo,
}

impl Module {
    /// Loads a module; one that this process loaded before is shared.
    ///
    /// # Errors
    /// [`Error::Module`].
    pub fn open(path: &Path) -> Result<Self, Error> {
        let refused = |fault: &Fault| Error::Module { path: path.to_owned(), why: words(fault) };
        let library = Pkcs11::new(path).map_err(|fault| refused(&fault))?;
        match library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
            Ok(()) | Err(Fault::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {
                Ok(Self { library, path: path.to_owned() })
            }
            Err(fault) => Err(refused(&fault)),
        }
    }

    /// The tokens that are there and set up; readers without one are passed over.
    ///
    /// # Errors
    /// [`Error::Module`] when the module does not answer.
    pub fn tokens(&self) -> Result<Vec<TokenFacts>, Error> {
        let slots = self.library.get_slots_with_token();
        let slots = slots.map_err(|fault| Error::Module { path: self.path.clone(), why: words(&fault) })?;
        // A token may be pulled out between the two questions, and a card may be of another kind.
        let tokens = slots.into_iter().filter_map(|slot| {
            let info = self.library.get_token_info(slot).ok()?;
            info.token_initialized().then_some(TokenFacts { slot, info })
        });
        Ok(tokens.collect())
    }

    /// The token of this label or serial number; without one, the only token.
    ///
    /// # Errors
    /// [`Error::NoToken`], [`Error::SeveralTokens`], [`Error::Module`].
    pub fn find(&self, wanted: Option<&str>) -> Result<TokenFacts, Error> {
        let tokens = self.tokens()?;
        let fits = |token: &&TokenFacts| wanted.is_none_or(|wanted| [token.label(), token.serial()].contains(&wanted));
        let fitting: Vec<&TokenFacts> = tokens.iter().filter(fits).collect();
        let names = |tokens: &[&TokenFacts]| tokens.iter().map(|token| token.name()).collect();
        match fitting.as_slice() {
            [token] => Ok((*token).clone()),
            [] => {
                let found = names(&tokens.iter().collect::<Vec<_>>());
                Err(Error::NoToken { wanted: wanted.map(str::to_owned), found })
            }
            several => Err(Error::SeveralTokens { found: names(several) }),
        }
    }

    /// What a token holds: its certificates and public keys, with a PIN its private keys too.
    ///
    /// # Errors
    /// [`super::super::Error::Token`], [`super::super::Error::Pin`].
    pub fn entries(&self, token: &TokenFacts, pin: Option<PinSource>) -> Result<Vec<Entry>, super::super::Error> {
        let session = match pin {
            Some(pin) => Sessions::new(self.clone(), token.clone(), pin).opened()?,
            None => self.session(token).map_err(|fault| session::device(&token.name(), &fault))?,
        };
        objects::entries(&session).map_err(|fault| session::device(&token.name(), &fault).into())
    }

    /// What a token can do.
    pub(super) fn mechanisms(&self, token: &TokenFacts) -> Result<Vec<MechanismType>, Error> {
        self.library.get_mechanism_list(token.slot).map_err(|fault| session::device(&token.name(), &fault))
    }

    pub(super) fn session(&self, token: &TokenFacts) -> Result<cryptoki::session::Session, Fault> {
        self.library.open_ro_session(token.slot)
    }
}

impl std::fmt::Debug for Module {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Module({})", self.path.display())
    }
}

impl TokenFacts {
    /// Its label.
    #[must_use]
    pub fn label(&self) -> &str {
        self.info.label()
    }

    /// Its serial number.
    #[must_use]
    pub fn serial(&self) -> &str {
        self.info.serial_number()
    }

    /// Its maker and model.
    #[must_use]
    pub fn model(&self) -> String {
        format!("{} {}", self.info.manufacturer_id(), self.info.model()).trim().to_owned()
    }

    /// It, in words: label and serial number.
    #[must_use]
    pub fn name(&self) -> String {
        format!("token `{}` ({})", self.label(), self.serial())
    }

    /// What of its PIN a person should know.
    #[must_use]
    pub fn caution(&self) -> Option<&'static str> {
        match () {
            () if self.info.user_pin_locked() => Some("its PIN is locked"),
            () if self.info.user_pin_final_try() => Some("the next wrong PIN locks it"),
            () if self.info.user_pin_count_low() => Some("a wrong PIN was given before"),
            () => None,
        }
    }

    /// Whether it is the same token, maybe in another slot; one card may show more than one token under its number.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.serial() == other.serial() && self.label() == other.label()
    }

    pub(super) fn info(&self) -> &TokenInfo {
        &self.info
    }
}

/// A fault in words, without the call where it says enough.
pub(super) fn words(fault: &Fault) -> String {
    match fault {
        Fault::LibraryLoading(error) => error.to_string(),
        Fault::MissingSymbol(name) => format!("it has no {name}, so it is no PKCS#11 module"),
        Fault::Pkcs11(code, function) => format!("{code:?} at C_{function:?}"),
        other => other.to_string(),
    }
}
