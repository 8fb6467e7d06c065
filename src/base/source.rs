//! Bytes that are read where they lie: in memory, in a file, or one after the other.
//!
//! A scan of two gigabytes is signed and verified through this, without being held in memory.

use std::borrow::Cow;
use std::fmt::Debug;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

/// How much is read at a time when everything is.
const CHUNK: u64 = 1 << 20;

/// Bytes of a known length that can be read at any place.
pub trait Source: Send + Sync + Debug {
    /// How many bytes.
    fn length(&self) -> u64;

    /// The bytes of a range, as far as there are any.
    ///
    /// # Errors
    /// Those of the file system, also where a file became shorter meanwhile.
    fn bytes(&self, range: Range<u64>) -> io::Result<Cow<'_, [u8]>>;
}

/// Gives the bytes of a range to `take`, a megabyte at a time.
///
/// # Errors
/// Those of the source.
pub fn each_chunk(source: &dyn Source, range: Range<u64>, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut at = range.start;
    while at < range.end {
        let end = range.end.min(at + CHUNK);
        let bytes = source.bytes(at..end)?;
        if bytes.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        take(&bytes);
        at += bytes.len() as u64;
    }
    Ok(())
}

impl Source for Arc<[u8]> {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn bytes(&self, range: Range<u64>) -> io::Result<Cow<'_, [u8]>> {
        Ok(Cow::Borrowed(part(self, range)))
    }
}

impl Source for &[u8] {
    fn length(&self) -> u64 {
        self.len() as u64
    }

    fn bytes(&self, range: Range<u64>) -> io::Result<Cow<'_, [u8]>> {
        Ok(Cow::Borrowed(part(self, range)))
    }
}

fn part(bytes: &[u8], range: Range<u64>) -> &[u8] {
    let place = |place: u64| usize::try_from(place).unwrap_or(usize::MAX).min(bytes.len());
    bytes.get(place(range.start)..place(range.end)).unwrap_or_default()
}

/// A file that is read where it lies.
#[derive(Debug)]
pub struct OnDisk {
    file: File,
    length: u64,
}

impl OnDisk {
    /// Opens a file.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file, length })
    }
}

impl Source for OnDisk {
    fn length(&self) -> u64 {
        self.length
    }

    fn bytes(&self, range: Range<u64>) -> io::Result<Cow<'_, [u8]>> {
        let end = range.end.min(self.length);
        let length = usize::try_from(end.saturating_sub(range.start)).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, range.start)?;
        Ok(Cow::Owned(bytes))
    }
}

/// A source and what was appended to it.
#[derive(Debug, Clone)]
pub struct Appended {
    /// What stands first.
    pub base: Arc<dyn Source>,
    /// What stands behind it.
    pub tail: Arc<[u8]>,
}

impl Source for Appended {
    fn length(&self) -> u64 {
        self.base.length() + self.tail.len() as u64
    }

    fn bytes(&self, range: Range<u64>) -> io::Result<Cow<'_, [u8]>> {
        let seam = self.base.length();
        let behind = range.start.saturating_sub(seam)..range.end.saturating_sub(seam);
        if range.end <= seam {
            return self.base.bytes(range);
        }
        if range.start >= seam {
            return Ok(Cow::Borrowed(part(&self.tail, behind)));
        }
        let mut bytes = self.base.bytes(range.start..seam)?.into_owned();
        bytes.extend_from_slice(part(&self.tail, behind));
        Ok(Cow::Owned(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_gives_the_same_bytes() {
        let all: Vec<u8> = (0..=255).collect();
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("a");
        std::fs::write(&path, &all[..100]).expect("written");
        let disk = Arc::new(OnDisk::open(&path).expect("there"));
        let appended = Appended { base: disk, tail: all[100..].into() };
        let memory: Arc<[u8]> = all.clone().into();
        for range in [0..256, 0..0, 99..101, 100..256, 0..100, 50..1000, 300..400, 100..100] {
            let expected = part(&all, range.clone());
            assert_eq!(&*memory.bytes(range.clone()).expect("memory"), expected);
            assert_eq!(&*appended.bytes(range.clone()).expect("disk"), expected, "{range:?}");
        }
        let mut seen = Vec::new();
        each_chunk(&appended, 5..250, |chunk| seen.extend_from_slice(chunk)).expect("read");
        assert_eq!(seen, &all[5..250]);
        assert!(each_chunk(&appended, 5..257, |_| ()).is_err());
    }
}
