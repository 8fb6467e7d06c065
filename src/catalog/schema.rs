//! The tables, and a connection that keeps what it was given.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::Error;

/// Version of the tables (`user_version`).
const VERSION: i64 = 2;
/// How long a writer waits for another: a rebuild's batches take less.
const PATIENCE: Duration = Duration::from_secs(30);
/// Changing a new file to WAL does not wait by itself, so it is tried again.
const TRIES: u32 = 200;

/// `words` keeps no text, only where words stand: the text is in the store.
const TABLES: &str = "
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    urn TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    owner_masked TEXT NOT NULL,
    path TEXT NOT NULL,
    version TEXT NOT NULL,
    inventory TEXT NOT NULL,
    document TEXT NOT NULL,
    deposited TEXT NOT NULL,
    identity TEXT NOT NULL,
    document_type TEXT NOT NULL,
    title TEXT,
    number TEXT,
    number_key TEXT,
    issued TEXT,
    issuer TEXT,
    subject TEXT,
    signer TEXT,
    valid_until TEXT,
    dossier TEXT,
    procedure TEXT,
    paper_kind TEXT,
    role TEXT,
    form TEXT,
    pages INTEGER NOT NULL
) STRICT;
CREATE INDEX documents_by_owner ON documents (owner, document_type, issued);
CREATE INDEX documents_by_type ON documents (document_type, issued);
CREATE INDEX documents_by_number ON documents (number_key);
CREATE INDEX documents_by_dossier ON documents (dossier);
CREATE INDEX documents_by_issue ON documents (issued);
CREATE INDEX documents_by_deposit ON documents (deposited, urn);
CREATE VIRTUAL TABLE words USING fts5 (
    exact, folded, issuer,
    content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 0'
);
CREATE TABLE jobs (
    identity TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    reason TEXT,
    urn TEXT,
    changed TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_by_name ON jobs (name);
CREATE TABLE job_pages (
    identity TEXT NOT NULL,
    page INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    PRIMARY KEY (identity, page)
) STRICT, WITHOUT ROWID;
";

/// What tables of version 1 lack, and have beside.
const FROM_1: &str = "
CREATE INDEX jobs_by_name ON jobs (name);
ALTER TABLE job_pages DROP COLUMN running;
DELETE FROM job_pages WHERE crashes = 0;
";

pub(super) fn open(path: &Path) -> Result<Connection, Error> {
    let failed = |source| Error::Open { path: path.to_owned(), source };
    // SQLite gives its other files the mode of the first: others may not read any.
    // Where this fails, opening fails too and says why.
    drop(OpenOptions::new().create(true).append(true).mode(0o640).open(path));
    let mut connection = Connection::open(path).map_err(failed)?;
    connection.busy_timeout(PATIENCE).map_err(failed)?;
    use_wal(&connection).map_err(failed)?;
    connection.pragma_update(None, "synchronous", "FULL").map_err(failed)?;
    match make_tables(&mut connection).map_err(failed)? {
        VERSION => Ok(connection),
        found => Err(Error::Version { path: path.to_owned(), found, expected: VERSION }),
    }
}

fn use_wal(connection: &Connection) -> rusqlite::Result<()> {
    let mut tries = 0;
    loop {
        let changed = connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()));
        match changed {
            Err(error) if tries < TRIES && error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(10));
            }
            changed => return changed,
        }
    }
}

/// Makes the tables in a new file and brings older ones up; the version of the tables.
fn make_tables(connection: &mut Connection) -> rusqlite::Result<i64> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match version {
        0 => transaction.execute_batch(TABLES)?,
        1 => transaction.execute_batch(FROM_1)?,
        found => return Ok(found),
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    transaction.commit()?;
    Ok(VERSION)
}
