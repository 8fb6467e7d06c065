//! A demo PKI: root, issuing authority, organization, officer, time-stamp authority, each saying that it is a demo.
//!
//! With it the whole chain runs without network or hardware. What it signs has no legal value.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::issue::{self, CrlContent, Profile, Subject};
use super::revocation::{Crl, Evidence, Recorded};
use super::{Certificate, Error, FileKey, LocalAuthority, Signer, TrustAnchors, pem};
use crate::base::files;
use crate::base::time::{Clock, Timestamp};

/// What every certificate of the demo says of itself.
pub const NOTICE: &str = "BẢN THỬ - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ";

/// A demo PKI as it is used.
#[derive(Debug)]
pub struct DemoPki {
    /// The organization's key.
    pub organization: FileKey,
    /// The officer's key.
    pub officer: FileKey,
    /// The time-stamp authority.
    pub authority: LocalAuthority,
    /// The root, trusted.
    pub anchors: TrustAnchors,
    /// The revocation lists of root and issuing authority, which list nothing.
    pub revocation: Recorded,
}

/// The files of a demo PKI in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    folder: PathBuf,
}

impl Paths {
    /// In this folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The certificate to trust.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.folder.join("root.pem")
    }

    /// The revocation list of the root.
    #[must_use]
    pub fn root_crl(&self) -> PathBuf {
        self.folder.join("root.crl")
    }

    /// The revocation list of the issuing authority.
    #[must_use]
    pub fn issuing_crl(&self) -> PathBuf {
        self.folder.join("issuing.crl")
    }

    /// The organization's private key.
    #[must_use]
    pub fn organization_key(&self) -> PathBuf {
        self.folder.join("organization-key.pem")
    }

    /// The organization's certificate and its issuer's.
    #[must_use]
    pub fn organization_chain(&self) -> PathBuf {
        self.folder.join("organization.pem")
    }

    /// The officer's private key.
    #[must_use]
    pub fn officer_key(&self) -> PathBuf {
        self.folder.join("officer-key.pem")
    }

    /// The officer's certificate and its issuer's.
    #[must_use]
    pub fn officer_chain(&self) -> PathBuf {
        self.folder.join("officer.pem")
    }

    /// The time-stamp authority's private key.
    #[must_use]
    pub fn timestamp_key(&self) -> PathBuf {
        self.folder.join("timestamp-key.pem")
    }

    /// The time-stamp authority's certificate and its issuer's.
    #[must_use]
    pub fn timestamp_chain(&self) -> PathBuf {
        self.folder.join("timestamp.pem")
    }
}

/// Makes a demo PKI in a folder that does not exist yet or is empty; whole or not at all.
/// The private keys of root and issuing authority are not kept: nothing more can be issued under this root.
///
/// # Errors
/// [`Error::FolderInUse`] when the folder holds anything, [`Error::Write`] when it cannot be written.
pub fn create(folder: &Path, organization: &str, officer: &str, at: Timestamp) -> Result<Paths, Error> {
    refuse_in_use(folder)?;
    let made = make(organization, officer, at)?;
    let beside = part_folder(folder);
    let wrong = |source| Error::Write { path: folder.to_owned(), source };
    let written = write(&beside, &made, organization).and_then(|()| put_in_place(&beside, folder));
    if written.is_err() {
        // The error that matters is the one above.
        drop(fs::remove_dir_all(&beside));
    }
    written.map_err(wrong)?;
    Ok(Paths::in_folder(folder))
}

/// Reads a demo PKI; its time-stamp authority states the time of `clock`.
///
/// # Errors
/// Those of [`FileKey::load`] and [`TrustAnchors::load`].
pub fn load(folder: &Path, clock: Clock) -> Result<DemoPki, Error> {
    let paths = Paths::in_folder(folder);
    let timestamp = FileKey::load(&paths.timestamp_key(), &paths.timestamp_chain())?;
    Ok(DemoPki {
        organization: FileKey::load(&paths.organization_key(), &paths.organization_chain())?,
        officer: FileKey::load(&paths.officer_key(), &paths.officer_chain())?,
        authority: LocalAuthority::new(timestamp, clock),
        anchors: TrustAnchors::load(&[paths.root()])?,
        revocation: Recorded(revocation(&paths)?),
    })
}

/// The lists in a folder; a demo of before has none.
fn revocation(paths: &Paths) -> Result<Evidence, Error> {
    let mut evidence = Evidence::default();
    for path in [paths.root_crl(), paths.issuing_crl()] {
        match fs::read(&path) {
            Ok(bytes) => evidence.crls.extend(Crl::read(&bytes).ok()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(source) => return Err(Error::Read { path, source }),
        }
    }
    Ok(evidence)
}

fn refuse_in_use(folder: &Path) -> Result<(), Error> {
    match fs::read_dir(folder).map(|mut entries| entries.next().is_none()) {
        Ok(true) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        _ => Err(Error::FolderInUse { path: folder.to_owned() }),
    }
}

/// A key to be written: name of its files, PKCS#8, and what it became.
struct NewKey {
    name: &'static str,
    pkcs8: zeroize::Zeroizing<Vec<u8>>,
    key: FileKey,
}

/// What is written of a new demo.
struct Made {
    root: FileKey,
    root_crl: Vec<u8>,
    issuing_crl: Vec<u8>,
    keys: Vec<NewKey>,
}

const YEAR: i64 = 365 * 86_400 + 21_600;

fn make(organization: &str, officer: &str, at: Timestamp) -> Result<Made, Error> {
    let term = |years: i64| (at.plus_seconds(-86_400), at.plus_seconds(years * YEAR));
    let (not_before, not_after) = term(20);
    let subject = |common_name, profile| Subject {
        common_name,
        organization: NOTICE,
        unit: None,
        profile,
        not_before,
        not_after,
        further: &[],
    };
    let root_name = format!("{NOTICE} - CA gốc");
    let root = issue::root(&subject(&root_name, Profile::Root), &issue::new_key()?)?;
    let issuing_name = format!("{NOTICE} - CA cấp phát");
    let issuing = Subject { not_after: term(15).1, ..subject(&issuing_name, Profile::Issuing) };
    let issuing = issue::issue(&root, &issuing, &issue::new_key()?)?;

    let organization_name = shortened(&format!("BẢN THỬ - {organization}"));
    let unit = shortened(organization);
    let officer_name = shortened(&format!("BẢN THỬ - {officer}"));
    let timestamp_name = format!("{NOTICE} - Dấu thời gian");
    let end = |name, common_name, unit, profile, years| {
        let pkcs8 = issue::new_key()?;
        let subject = Subject { unit, not_after: term(years).1, ..subject(common_name, profile) };
        Ok(NewKey { name, key: issue::issue(&issuing, &subject, &pkcs8)?, pkcs8 })
    };
    let keys: Result<Vec<_>, Error> = [
        end("organization", organization_name.as_str(), None, Profile::Signing, 5),
        end("officer", officer_name.as_str(), Some(unit.as_str()), Profile::Signing, 5),
        end("timestamp", timestamp_name.as_str(), None, Profile::TimeStamping, 10),
    ]
    .into_iter()
    .collect();
    // Their keys are not kept, so the lists must last as long as the authorities.
    let list = |issuer: &FileKey| {
        let next_update = Some(issuer.certificate().not_after());
        issue::crl(issuer, &CrlContent { this_update: at, next_update, number: 1, listed: &[], further: &[] })
    };
    Ok(Made { root_crl: list(&root)?, issuing_crl: list(&issuing)?, root, keys: keys? })
}

/// X.520: a name holds at most 64 characters.
fn shortened(name: &str) -> String {
    if name.chars().count() <= 64 { name.to_owned() } else { name.chars().take(63).chain(['…']).collect() }
}

fn part_folder(folder: &Path) -> PathBuf {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    folder.with_file_name(format!(".{name}.{}.part", std::process::id()))
}

fn write(folder: &Path, made: &Made, organization: &str) -> io::Result<()> {
    if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        files::create_folders(parent)?;
    }
    fs::DirBuilder::new().mode(0o700).create(folder)?;
    write_new(&folder.join("root.pem"), 0o644, made.root.certificate().to_pem().as_bytes())?;
    write_new(&folder.join("root.crl"), 0o644, &made.root_crl)?;
    write_new(&folder.join("issuing.crl"), 0o644, &made.issuing_crl)?;
    for new in &made.keys {
        let chain: String = new.key.chain().iter().map(Certificate::to_pem).collect();
        write_new(&folder.join(format!("{}.pem", new.name)), 0o644, chain.as_bytes())?;
        let private = zeroize::Zeroizing::new(pem::write("PRIVATE KEY", &new.pkcs8));
        write_new(&folder.join(format!("{}-key.pem", new.name)), 0o600, private.as_bytes())?;
    }
    write_new(&folder.join("README.txt"), 0o644, readme(organization).as_bytes())?;
    files::sync_folder(folder)
}

fn write_new(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn put_in_place(beside: &Path, folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        // Succeeds only while it is empty, as it was found.
        fs::remove_dir(folder)?;
    }
    files::rename_to_new(beside, folder)?;
    let parent = folder.parent().filter(|parent| !parent.as_os_str().is_empty());
    files::sync_folder(parent.unwrap_or(Path::new(".")))
}

fn readme(organization: &str) -> String {
    format!(
        "{NOTICE}\n\n\
         Khóa và chứng thư trong thư mục này chỉ để chạy thử sohoa cho \"{organization}\".\n\
         Chữ ký tạo bằng các khóa này không có giá trị pháp lý.\n\
         Không cài root.pem vào kho tin cậy của máy.\n\n\
         Demo keys and certificates: for trying out sohoa only. Signatures made with them have no legal value.\n\
         Do not add root.pem to any trust store of a machine.\n\n\
         root.pem               the root, for `sohoa verify` and other verifiers of demo files\n\
         root.crl               the root's list of revoked certificates (none)\n\
         issuing.crl            that of the issuing authority (none)\n\
         organization.pem       certificate of the organization, then that of its issuer\n\
         organization-key.pem   its private key (PKCS#8, not encrypted)\n\
         officer.pem            certificate of the officer, then that of its issuer\n\
         officer-key.pem        its private key\n\
         timestamp.pem          certificate of the time-stamp authority, then that of its issuer\n\
         timestamp-key.pem      its private key\n\n\
         The private keys of the root and of the issuing authority were not kept.\n"
    )
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::pki::revocation::{self, Question, RevocationSource, Status};
    use crate::pki::{TimestampAuthority, check_signer, testing};

    #[test]
    fn a_demo_is_made_once_and_read_back() {
        let place = tempfile::tempdir().expect("temporary folder");
        let folder = place.path().join("a/demo");
        let paths = create(&folder, "UBND phường Bình Minh", "Nguyễn Văn An", testing::now()).expect("made");
        for key in [paths.organization_key(), paths.officer_key(), paths.timestamp_key()] {
            assert_eq!(fs::metadata(key).expect("there").permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::metadata(&folder).expect("there").permissions().mode() & 0o777, 0o700);
        let demo = load(&folder, Clock::Fixed(testing::now())).expect("read");
        assert_eq!(demo.organization.certificate().common_name(), "BẢN THỬ - UBND phường Bình Minh");
        assert_eq!(demo.organization.certificate().organization(), Some(NOTICE));
        for signer in [&demo.organization, &demo.officer] {
            check_signer(signer, testing::now()).expect("fit to sign");
            let path = demo.anchors.path(signer.certificate(), &signer.chain()[1..], testing::now());
            let path = path.expect("trusted");
            for pair in path.certificates().windows(2) {
                let (certificate, issuer, at) = (&pair[0], &pair[1], testing::now());
                let gathered = demo.revocation.evidence(certificate, issuer, at);
                let question = Question { certificate, issuer, at, seen: at };
                let judged = revocation::judge(&question, &gathered.evidence, &demo.anchors);
                assert_eq!((judged.status, judged.refused), (Status::Good, vec![]));
            }
        }
        let token = demo.authority.stamp(&crate::base::digest::Sha256::of(b"m").into()).expect("stamped");
        assert_eq!(token.verify(&[b"m"]), []);
        let again = create(&folder, "x", "y", testing::now()).expect_err("never overwritten");
        assert!(matches!(again, Error::FolderInUse { .. }));
        assert_eq!(fs::read_dir(place.path().join("a")).expect("listed").count(), 1);
    }

    #[test]
    fn an_empty_folder_is_taken() {
        let place = tempfile::tempdir().expect("temporary folder");
        let long = "Ủy ban nhân dân phường có tên rất dài để thử giới hạn sáu mươi tư ký tự của tên";
        create(place.path(), long, long, testing::now()).expect("made");
        let demo = load(place.path(), Clock::System).expect("read");
        assert_eq!(demo.officer.certificate().common_name().chars().count(), 64);
    }
}
