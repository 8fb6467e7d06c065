//! Digests of files under every algorithm of the standard's table (OCFL 1.1, 3.4) but `blake2b-512`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use md5::Digest as _;
use ring::digest;

use crate::base::digest::{Sha256, Sha512, hex};
use crate::ocfl::Error;
use crate::ocfl::disk::{FileError, Operation};

/// Digests of the files of an object, each computed once.
#[derive(Debug)]
pub(super) struct Digests<'a> {
    folder: &'a Path,
    known: BTreeMap<(String, String), Option<String>>,
}

impl<'a> Digests<'a> {
    pub(super) fn new(folder: &'a Path) -> Self {
        Self { folder, known: BTreeMap::new() }
    }

    /// Lower-case digits; `None` where the algorithm is not computed here.
    pub(super) fn of(&mut self, algorithm: &str, path: &str) -> Result<Option<String>, Error> {
        let key = (algorithm.to_owned(), path.to_owned());
        if let Some(digest) = self.known.get(&key) {
            return Ok(digest.clone());
        }
        let file = self.folder.join(path);
        let digest = compute(algorithm, &file).map_err(|source| FileError::new(Operation::Read, &file, source))?;
        self.known.insert(key, digest.clone());
        Ok(digest)
    }
}

fn compute(algorithm: &str, path: &PathBuf) -> io::Result<Option<String>> {
    let file = File::open(path)?;
    Ok(Some(match algorithm {
        "sha512" => Sha512::of_reader(file)?.to_string(),
        "sha256" => Sha256::of_reader(file)?.to_string(),
        "sha1" => by_ring(&digest::SHA1_FOR_LEGACY_USE_ONLY, file)?,
        "sha512/256" => by_ring(&digest::SHA512_256, file)?,
        "md5" => {
            let mut md5 = md5::Md5::new();
            each_block(file, |block| md5.update(block))?;
            hex(&md5.finalize())
        }
        _ => return Ok(None),
    }))
}

fn by_ring(algorithm: &'static digest::Algorithm, file: File) -> io::Result<String> {
    let mut context = digest::Context::new(algorithm);
    each_block(file, |block| context.update(block))?;
    Ok(hex(context.finish().as_ref()))
}

fn each_block(mut file: File, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(()),
            read => take(&buffer[..read]),
        }
    }
}
