//! The second half of a single-part signature: the only `unsafe` code of this crate.
//!
//! A key with `CKA_ALWAYS_AUTHENTICATE` takes its PIN after `C_SignInit` and before `C_Sign` (PKCS#11 v2.40, 4.9 and
//! 5.11.1). The safe interface makes both calls as one, with no place between them; signing in parts is no way out,
//! because `CKM_RSA_PKCS`, `CKM_RSA_PKCS_PSS` and `CKM_ECDSA` do not allow it. So `C_Sign` is called here by the pointer
//! that the module itself gives.
#![expect(unsafe_code, reason = "a C function is called that the safe interface does not offer by itself")]

use std::path::Path;

use cryptoki::context::Function;
use cryptoki::error::{Error as Fault, Rv};
use cryptoki::session::Session;
use cryptoki_sys::{CK_BYTE, CK_RV, CK_SESSION_HANDLE, CK_ULONG};

type Sign = unsafe extern "C" fn(CK_SESSION_HANDLE, *mut CK_BYTE, CK_ULONG, *mut CK_BYTE, *mut CK_ULONG) -> CK_RV;

/// `C_Sign` of a module.
pub(super) struct SecondHalf {
    sign: Sign,
    /// Keeps the code loaded that `sign` points into.
    _library: cryptoki_sys::Pkcs11,
}

/// No signature is longer: RSA of 8192 bits.
const LONGEST: usize = 1024;

impl SecondHalf {
    /// Takes it from a module that is loaded and initialised already.
    pub(super) fn load(module: &Path) -> Result<Self, Fault> {
        // SAFETY: the same library was loaded by `Module::open`, so that no code of it runs for the first time here.
        let library = unsafe { cryptoki_sys::Pkcs11::new(module) }.map_err(Fault::LibraryLoading)?;
        library.C_GetFunctionList.as_ref().map_err(|_| Fault::MissingSymbol("C_GetFunctionList"))?;
        let mut list = std::ptr::null_mut();
        // SAFETY: the function is there, and writes one pointer to where it is told (PKCS#11 v2.40, 5.4).
        Rv::from(unsafe { library.C_GetFunctionList(&raw mut list) }).into_result(Function::GetFunctionList)?;
        // SAFETY: on success the pointer is that of the module's own list, which lives as long as the library.
        let sign = unsafe { list.as_ref() }.and_then(|list| list.C_Sign).ok_or(Fault::NullFunctionPointer)?;
        Ok(Self { sign, _library: library })
    }

    /// The signature over `input`, which a `C_SignInit` in this session has begun.
    pub(super) fn sign(&self, session: &Session, input: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut input = input.to_vec();
        let mut signature = vec![0; LONGEST];
        let mut length = CK_ULONG::try_from(signature.len())?;
        let input_length = CK_ULONG::try_from(input.len())?;
        // SAFETY: both buffers are as long as is said and live until the call returns; a `Session` is in one thread's
        // hands at a time; the module writes no more than `length` octets (PKCS#11 v2.40, 5.2).
        let code = unsafe {
            (self.sign)(session.handle(), input.as_mut_ptr(), input_length, signature.as_mut_ptr(), &raw mut length)
        };
        Rv::from(code).into_result(Function::Sign)?;
        signature.truncate(usize::try_from(length)?);
        Ok(signature)
    }
}
