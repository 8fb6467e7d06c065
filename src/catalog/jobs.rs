//! What this machine is doing with each input: so that a killed run goes on where it was, and a page that
//! crashes the recogniser is not tried for ever.
//!
//! Every call is durable when it returns.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::{Catalog, Error};
use crate::base::time::Timestamp;
use crate::base::units::PageNumber;
use crate::intake::Identity;

/// The rows of jobs, one for each input.
#[derive(Debug, Clone, Copy)]
pub struct Jobs<'a> {
    catalog: &'a Catalog,
}

/// A job as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Identity of the input.
    pub identity: Identity,
    /// Its name in reports.
    pub name: String,
    /// How far it is.
    pub state: State,
    /// How often it was begun.
    pub attempts: u32,
    /// Why it is where it is: what it waits for, why it was refused, what failed.
    pub reason: Option<String>,
    /// Its document in the warehouse: there when the job is deposited; before that, where it is being put.
    pub urn: Option<String>,
    /// When it came there.
    pub changed: Timestamp,
    /// Pages whose recognition crashed, and how often; the others are not listed.
    pub crashes: BTreeMap<PageNumber, u32>,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Begun; after a restart: not finished.
    Started,
    /// Waits for a person.
    Held,
    /// A person refused it.
    Rejected,
    /// It could not be done.
    Failed,
    /// Durable in the warehouse.
    Deposited,
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// In the warehouse, under this name.
    Deposited {
        /// `urn:vn-kho:...`.
        urn: String,
    },
    /// Waits for a person.
    Held {
        /// What for.
        reason: String,
    },
    /// A person refused it.
    Rejected {
        /// Why.
        reason: String,
    },
    /// It could not be done.
    Failed {
        /// Why.
        reason: String,
    },
}

impl State {
    /// The word for it in tables and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Held => "held",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Deposited => "deposited",
        }
    }

    /// Rows are written by [`State::as_str`] alone; anything else is done again.
    fn of(text: &str) -> Self {
        let all = [Self::Held, Self::Rejected, Self::Failed, Self::Deposited];
        all.into_iter().find(|state| state.as_str() == text).unwrap_or(Self::Started)
    }
}

impl<'a> Jobs<'a> {
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog }
    }

    /// Begins a job, or begins it again, and counts the attempt. One that is deposited stays deposited.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn begin(&self, identity: Identity, name: &str, at: Timestamp) -> Result<Job, Error> {
        self.catalog.write(|transaction| {
            transaction.execute(BEGIN, params![identity.0.to_string(), name, at.utc()])?;
            read(transaction, identity)?.ok_or_else(|| no_job(identity))
        })
    }

    /// Recognition of a page crashed; how often it has by now.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn page_crashed(&self, identity: Identity, page: PageNumber) -> Result<u32, Error> {
        self.catalog.write(|transaction| {
            let mut statement = transaction.prepare_cached(CRASHED)?;
            Ok(statement.query_row(params![identity.0.to_string(), page.value()], |row| row.get(0))?)
        })
    }

    /// How often recognition of a page has crashed.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn page_crashes(&self, identity: Identity, page: PageNumber) -> Result<u32, Error> {
        let connection = self.catalog.connection();
        let mut statement =
            connection.prepare_cached("SELECT crashes FROM job_pages WHERE identity = ?1 AND page = ?2")?;
        let crashes = statement.query_row(params![identity.0.to_string(), page.value()], |row| row.get(0));
        Ok(crashes.optional()?.unwrap_or(0))
    }

    /// Notes the name under which a job's document is about to come into the warehouse: if this process dies before
    /// the job ends, a later run looks there. One that is deposited keeps the name it has.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn depositing(&self, identity: Identity, urn: &str) -> Result<(), Error> {
        self.catalog.write(|transaction| {
            transaction.execute(DEPOSITING, params![identity.0.to_string(), urn])?;
            Ok(())
        })
    }

    /// Names noted by [`Jobs::depositing`] whose jobs are not known to be deposited.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn unsettled(&self) -> Result<Vec<String>, Error> {
        let connection = self.catalog.connection();
        let mut statement = connection
            .prepare_cached("SELECT urn FROM jobs WHERE urn IS NOT NULL AND state <> 'deposited' ORDER BY urn")?;
        Ok(statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
    }

    /// Ends a job. What its pages did is forgotten once it is deposited; what is deposited stays so, whatever became of
    /// another copy of the same paper.
    ///
    /// # Errors
    /// [`Error::NoJob`] when it was not begun; [`Error::Database`].
    pub fn finish(&self, identity: Identity, outcome: &Outcome, at: Timestamp) -> Result<(), Error> {
        let (state, reason, urn) = match outcome {
            Outcome::Deposited { urn } => (State::Deposited, None, Some(urn)),
            Outcome::Held { reason } => (State::Held, Some(reason), None),
            Outcome::Rejected { reason } => (State::Rejected, Some(reason), None),
            Outcome::Failed { reason } => (State::Failed, Some(reason), None),
        };
        let key = identity.0.to_string();
        self.catalog.write(|transaction| {
            let changed = transaction.execute(FINISH, params![key, state.as_str(), reason, urn, at.utc()])?;
            if changed == 0 && read(transaction, identity)?.is_none() {
                return Err(no_job(identity));
            }
            if state == State::Deposited {
                transaction.execute("DELETE FROM job_pages WHERE identity = ?1", [&key])?;
            }
            Ok(())
        })
    }

    /// A job as it stands.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn state(&self, identity: Identity) -> Result<Option<Job>, Error> {
        Ok(read(&self.catalog.connection(), identity)?)
    }

    /// All jobs, in order of their names.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn all(&self) -> Result<Vec<Job>, Error> {
        let connection = self.catalog.connection();
        let mut statement = connection.prepare_cached("SELECT identity FROM jobs ORDER BY name, identity")?;
        let keys: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        let identities = keys.iter().filter_map(|key| key.parse().ok()).map(Identity);
        let jobs: rusqlite::Result<Vec<Option<Job>>> = identities.map(|identity| read(&connection, identity)).collect();
        Ok(jobs?.into_iter().flatten().collect())
    }

    /// Identities of every input that had this name.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn named(&self, name: &str) -> Result<Vec<Identity>, Error> {
        let connection = self.catalog.connection();
        let mut statement = connection.prepare_cached("SELECT identity FROM jobs WHERE name = ?1 ORDER BY identity")?;
        let keys: Vec<String> = statement.query_map([name], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(keys.iter().filter_map(|key| key.parse().ok()).map(Identity).collect())
    }
}

fn read(connection: &Connection, identity: Identity) -> rusqlite::Result<Option<Job>> {
    let key = identity.0.to_string();
    let mut statement = connection
        .prepare_cached("SELECT name, state, attempts, reason, urn, changed FROM jobs WHERE identity = ?1")?;
    let job = statement.query_row([&key], |row| {
        Ok(Job {
            identity,
            name: row.get(0)?,
            state: State::of(&row.get::<_, String>(1)?),
            attempts: row.get(2)?,
            reason: row.get(3)?,
            urn: row.get(4)?,
            // Written by `Timestamp::utc` alone.
            changed: row.get::<_, String>(5)?.parse().unwrap_or(Timestamp::from_unix(0)),
            crashes: crashes(connection, &key)?,
        })
    });
    job.optional()
}

fn crashes(connection: &Connection, key: &str) -> rusqlite::Result<BTreeMap<PageNumber, u32>> {
    let mut statement =
        connection.prepare_cached("SELECT page, crashes FROM job_pages WHERE identity = ?1 ORDER BY page")?;
    let pages = statement.query_map([key], |row| {
        let number: u32 = row.get(0)?;
        Ok((PageNumber::at_index((number as usize).saturating_sub(1)), row.get(1)?))
    })?;
    pages.collect()
}

fn no_job(identity: Identity) -> Error {
    Error::NoJob { identity: identity.0.to_string() }
}

const CRASHED: &str = "INSERT INTO job_pages (identity, page, crashes) VALUES (?1, ?2, 1)
    ON CONFLICT (identity, page) DO UPDATE SET crashes = crashes + 1
    RETURNING crashes";
const DEPOSITING: &str = "UPDATE jobs SET urn = ?2 WHERE identity = ?1 AND state <> 'deposited'";
const FINISH: &str = "UPDATE jobs SET state = ?2, reason = ?3, urn = coalesce(?4, urn), changed = ?5
    WHERE identity = ?1 AND (state <> 'deposited' OR ?2 = 'deposited')";
const BEGIN: &str = "
INSERT INTO jobs (identity, name, state, attempts, changed) VALUES (?1, ?2, 'started', 1, ?3)
ON CONFLICT (identity) DO UPDATE SET
    name = excluded.name, state = 'started', attempts = attempts + 1, reason = NULL, changed = excluded.changed
    WHERE state <> 'deposited'";
