//! What locks a file's strings and streams (ISO 32000-1, 7.6).

use lopdf::encryption::{decrypt_object, encrypt_object};
use lopdf::{Document, EncryptionState, Object, ObjectId, Stream};

use super::{Error, File, Found};

/// The key of a locked file.
#[derive(Debug)]
pub(crate) struct Cipher {
    state: EncryptionState,
    /// The encryption dictionary itself is never locked.
    own: Option<ObjectId>,
}

impl Cipher {
    /// Of a file that is locked, with a password or the empty one; none where it is not locked.
    pub(super) fn of(file: &File<'_>, password: Option<&str>) -> Result<Option<Self>, Error> {
        let Ok(encrypt) = file.trailer().get(b"Encrypt") else { return Ok(None) };
        let own = encrypt.as_reference().ok();
        let mut document = Document::new();
        document.trailer = file.trailer().clone();
        if let (Some(id), Some(Found::Value(dictionary))) = (own, own.map(|id| file.object(id)).transpose()?.flatten())
        {
            document.objects.insert(id, dictionary);
        }
        let tries = [password.unwrap_or_default(), ""];
        let state = tries.into_iter().find_map(|password| EncryptionState::decode(&document, password).ok());
        state.map(|state| Some(Self { state, own })).ok_or(Error::Locked)
    }

    /// An object as it was before it was locked. The value of a signature never is (7.6.1).
    pub(super) fn opened(&self, id: ObjectId, object: Object) -> Result<Object, Error> {
        self.each(id, object, decrypt_object)
    }

    /// An object as it is written.
    pub(crate) fn locked(&self, id: ObjectId, object: Object) -> Result<Object, Error> {
        self.each(id, object, encrypt_object)
    }

    pub(super) fn opened_stream(&self, id: ObjectId, stream: Stream) -> Result<Stream, Error> {
        if stream.dict.has_type(b"XRef") {
            return Ok(stream);
        }
        match self.each(id, Object::Stream(stream), decrypt_object)? {
            Object::Stream(stream) => Ok(stream),
            _ => Err(Error::Encryption),
        }
    }

    fn each(
        &self,
        id: ObjectId,
        mut object: Object,
        change: impl Fn(&EncryptionState, ObjectId, &mut Object) -> Result<(), lopdf::encryption::DecryptionError>,
    ) -> Result<Object, Error> {
        if self.own == Some(id) {
            return Ok(object);
        }
        let value = match &object {
            Object::Dictionary(dictionary) if dictionary.has(b"ByteRange") => dictionary.get(b"Contents").ok().cloned(),
            _ => None,
        };
        change(&self.state, id, &mut object).map_err(|_| Error::Encryption)?;
        if let (Object::Dictionary(dictionary), Some(value)) = (&mut object, value) {
            dictionary.set("Contents", value);
        }
        Ok(object)
    }
}
