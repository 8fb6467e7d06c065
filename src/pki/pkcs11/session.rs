//! The logged-in sessions of a token: opened when a thread needs one, kept for the next, dropped when they fail.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use cryptoki::context::Function;
use cryptoki::error::{Error as Fault, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::ObjectHandle;
use cryptoki::session::{Session, SessionState, UserType};
use cryptoki::types::AuthPin;

use super::super::pin::{self, PinSource};
use super::Error;
use super::module::{Module, TokenFacts, words};
use super::objects::KeyName;
use super::raw::SecondHalf;

/// Sessions of one token.
pub(super) struct Sessions {
    module: Module,
    token: TokenFacts,
    pin: PinSource,
    pool: Mutex<Pool>,
    freed: Condvar,
    /// Held while one thread logs in for all.
    login: Mutex<()>,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Ready>,
    /// Open, idle or not.
    open: usize,
    /// As many as the token allows, once it refused one more.
    most: Option<usize>,
}

struct Ready {
    session: Session,
    key: ObjectHandle,
}

/// A session in a thread's hands; it is closed unless it is given back.
pub(super) struct Taken<'a> {
    sessions: &'a Sessions,
    ready: Option<Ready>,
}

/// Why a signature was not made, and whether a new session may make it.
pub(super) enum Failure {
    /// The session or the token went away.
    Lost(super::super::Error),
    /// Another try would end the same.
    Lasting(super::super::Error),
}

impl Failure {
    pub(super) fn into_error(self) -> super::super::Error {
        match self {
            Self::Lost(error) | Self::Lasting(error) => error,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Lasting(error.into())
    }
}

impl From<super::super::Error> for Failure {
    fn from(error: super::super::Error) -> Self {
        Self::Lasting(error)
    }
}

impl Sessions {
    pub(super) fn new(module: Module, token: TokenFacts, pin: PinSource) -> Self {
        let (pool, freed, login) = (Mutex::default(), Condvar::new(), Mutex::new(()));
        Self { module, token, pin, pool, freed, login }
    }

    pub(super) fn label(&self) -> String {
        self.token.name()
    }

    /// The token as it is now; it may be in another slot.
    pub(super) fn facts(&self) -> Result<TokenFacts, Error> {
        let tokens = self.module.tokens()?;
        let again = tokens.into_iter().find(|token| token.is_same(&self.token));
        again.ok_or_else(|| Error::Lost { token: self.label(), why: "it is not in any reader".to_owned() })
    }

    /// A new session, logged in.
    pub(super) fn opened(&self) -> Result<Session, super::super::Error> {
        self.open().map_err(Failure::into_error)
    }

    /// Puts a session that is open into the pool.
    pub(super) fn keep(&self, session: Session, key: ObjectHandle) {
        let mut pool = self.pool();
        pool.open += 1;
        pool.idle.push(Ready { session, key });
    }

    /// Closes what is idle: the token was lost.
    pub(super) fn forget(&self) {
        let idle = {
            let mut pool = self.pool();
            pool.open -= pool.idle.len();
            std::mem::take(&mut pool.idle)
        };
        drop(idle);
        self.freed.notify_all();
    }

    #[cfg(test)]
    pub(super) fn open_sessions(&self) -> usize {
        self.pool().open
    }

    /// An idle session, or a new one; waits where the token allows no more.
    pub(super) fn take(&self, key: &KeyName) -> Result<Taken<'_>, Failure> {
        let mut pool = self.pool();
        loop {
            if let Some(ready) = pool.idle.pop() {
                return Ok(Taken { sessions: self, ready: Some(ready) });
            }
            if pool.most.is_none_or(|most| pool.open < most) {
                pool.open += 1;
                drop(pool);
                let mut taken = Taken { sessions: self, ready: None };
                match self.ready(key) {
                    Ok(ready) => {
                        taken.ready = Some(ready);
                        return Ok(taken);
                    }
                    Err(Opening::Failed(failure)) => return Err(failure),
                    Err(Opening::Full(fault)) => {
                        drop(taken);
                        pool = self.pool();
                        if pool.open == 0 {
                            return Err(device(&self.label(), &fault).into());
                        }
                        pool.most = Some(pool.open);
                    }
                }
            } else {
                pool = self.freed.wait(pool).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn ready(&self, key: &KeyName) -> Result<Ready, Opening> {
        let session = self.open_or_full()?;
        let found = key.find(&session).map_err(|fault| Opening::Failed(self.failure(&fault)))?;
        let key = found.ok_or_else(|| {
            let (token, wanted) = (self.label(), Some(key.to_string()));
            Opening::Failed(Error::NoKey { token, wanted, found: Vec::new() }.into())
        })?;
        Ok(Ready { session, key })
    }

    fn open(&self) -> Result<Session, Failure> {
        self.open_or_full().map_err(|opening| match opening {
            Opening::Full(fault) => device(&self.label(), &fault).into(),
            Opening::Failed(failure) => failure,
        })
    }

    fn open_or_full(&self) -> Result<Session, Opening> {
        let token = self.facts().map_err(|error| Opening::Failed(Failure::Lost(error.into())))?;
        let session = self.module.session(&token).map_err(|fault| match fault {
            Fault::Pkcs11(RvError::SessionCount, _) => Opening::Full(fault),
            fault => Opening::Failed(self.failure(&fault)),
        })?;
        self.log_in(&token, &session).map_err(Opening::Failed)?;
        Ok(session)
    }

    /// Logs in where the token asks for it and no other session of this process is logged in.
    fn log_in(&self, token: &TokenFacts, session: &Session) -> Result<(), Failure> {
        if !token.info().login_required() {
            return Ok(());
        }
        let _one_at_a_time = self.login.lock().unwrap_or_else(PoisonError::into_inner);
        let state = session.get_session_info().map_err(|fault| self.failure(&fault))?.session_state();
        if matches!(state, SessionState::RoUser | SessionState::RwUser) {
            return Ok(());
        }
        if token.info().user_pin_locked() {
            return Err(Error::PinLocked { token: self.label() }.into());
        }
        self.give_pin(token, session, UserType::User)
    }

    fn give_pin(&self, token: &TokenFacts, session: &Session, user: UserType) -> Result<(), Failure> {
        let given = if token.info().protected_authentication_path() {
            session.login(user, None)
        } else {
            let pin = self.pin(token)?;
            session.login(user, Some(&pin))
        };
        match given {
            Ok(()) | Err(Fault::Pkcs11(RvError::UserAlreadyLoggedIn, _)) => Ok(()),
            Err(fault) => Err(self.pin_failure(&fault)),
        }
    }

    fn pin(&self, token: &TokenFacts) -> Result<AuthPin, Failure> {
        if token.info().user_pin_final_try() && !self.pin.is_attended() {
            return Err(Error::LastTry { token: self.label() }.into());
        }
        let caution = token.caution().map_or(String::new(), |caution| format!(", {caution}"));
        match self.pin.get(&format!("PIN of {}{caution}", token.name())) {
            Ok(pin) => Ok(AuthPin::from(pin.as_str().to_owned())),
            Err(pin::Error::Refused) => Err(Error::PinRefused { token: self.label(), caution: token.caution() }.into()),
            Err(error) => Err(super::super::Error::from(error).into()),
        }
    }

    fn pin_failure(&self, fault: &Fault) -> Failure {
        let token = self.label();
        match fault {
            Fault::Pkcs11(RvError::PinIncorrect | RvError::PinInvalid | RvError::PinLenRange, _) => {
                self.pin.refuse();
                let caution = self.facts().ok().and_then(|facts| facts.caution());
                Error::PinRefused { token, caution }.into()
            }
            Fault::Pkcs11(RvError::PinLocked, _) => {
                self.pin.refuse();
                Error::PinLocked { token }.into()
            }
            Fault::Pkcs11(RvError::PinExpired | RvError::UserPinNotInitialized, _) => {
                Error::PinToBeChanged { token }.into()
            }
            fault => self.failure(fault),
        }
    }

    fn failure(&self, fault: &Fault) -> Failure {
        let token = self.label();
        match fault {
            Fault::Pkcs11(
                RvError::SessionHandleInvalid
                | RvError::SessionClosed
                | RvError::DeviceRemoved
                | RvError::DeviceError
                | RvError::TokenNotPresent
                | RvError::TokenNotRecognized
                | RvError::SlotIdInvalid
                | RvError::UserNotLoggedIn
                | RvError::KeyHandleInvalid
                | RvError::ObjectHandleInvalid,
                _,
            ) => Failure::Lost(Error::Lost { token, why: words(fault) }.into()),
            fault => device(&token, fault).into(),
        }
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        // A panic elsewhere leaves a whole pool behind.
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why no session was opened.
enum Opening {
    /// The token allows no more.
    Full(Fault),
    Failed(Failure),
}

impl Taken<'_> {
    /// A signature over these bytes, as the mechanism takes them.
    pub(super) fn sign(&self, mechanism: &Mechanism<'_>, input: &[u8]) -> Result<Vec<u8>, Failure> {
        let ready = self.ready()?;
        ready.session.sign(mechanism, ready.key, input).map_err(|fault| self.sessions.failure(&fault))
    }

    /// The same by a key that wants the PIN between the two halves of a signature.
    pub(super) fn sign_with_pin(
        &self,
        mechanism: &Mechanism<'_>,
        second_half: &SecondHalf,
        input: &[u8],
    ) -> Result<Vec<u8>, Failure> {
        let (sessions, ready) = (self.sessions, self.ready()?);
        let told = |fault: Fault| sessions.failure(&fault);
        ready.session.sign_init(mechanism, ready.key).map_err(told)?;
        sessions.give_pin(&sessions.facts()?, &ready.session, UserType::ContextSpecific)?;
        second_half.sign(&ready.session, input).map_err(told)
    }

    /// Keeps the session for the next signature.
    pub(super) fn give_back(mut self) {
        if let Some(ready) = self.ready.take() {
            let mut pool = self.sessions.pool();
            pool.idle.push(ready);
            // Dropping counts one session less.
            pool.open += 1;
        }
    }

    fn ready(&self) -> Result<&Ready, Failure> {
        let lost = || Error::Lost { token: self.sessions.label(), why: "its session is closed".to_owned() };
        self.ready.as_ref().ok_or_else(|| Failure::Lost(lost().into()))
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        drop(self.ready.take());
        self.sessions.pool().open -= 1;
        self.sessions.freed.notify_one();
    }
}

/// What a token says, where it says no more.
pub(super) fn device(token: &str, fault: &Fault) -> Error {
    let (token, why) = (token.to_owned(), words(fault));
    match fault {
        Fault::Pkcs11(
            RvError::MechanismInvalid
            | RvError::MechanismParamInvalid
            | RvError::KeyTypeInconsistent
            | RvError::KeyFunctionNotPermitted
            | RvError::KeySizeRange,
            Function::SignInit | Function::Sign,
        ) => Error::Mechanism { token, why },
        _ => Error::Device { token, why },
    }
}
