//! Searching the documents.

use rusqlite::types::Value;
use rusqlite::{Connection, Row as SqlRow, params_from_iter};

use super::{Catalog, Error, fold};
use crate::base::time::Date;

/// What is looked for: all conditions that are given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    /// The owner's token: see [`crate::deposit::Warehouse::owner_token`].
    pub owner: Option<String>,
    /// Short code of the document type.
    pub document_type: Option<String>,
    /// Number and symbol; case, accents and spaces make no difference.
    pub number: Option<String>,
    /// First day of issue.
    pub issued_from: Option<Date>,
    /// Last day of issue.
    pub issued_to: Option<Date>,
    /// Words of the issuer's name, with or without accents.
    pub issuer: Option<String>,
    /// Dossier code.
    pub dossier: Option<String>,
    /// Words of the fields and the pages, all of them. A word with accents is found as it is written, a word without
    /// is found under any.
    pub words: Option<String>,
    /// Which part of the answer.
    pub page: Page,
}

/// A part of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// How many documents come before.
    pub offset: u32,
    /// How many documents at most.
    pub limit: u32,
}

/// The first fifty.
impl Default for Page {
    fn default() -> Self {
        Self { offset: 0, limit: 50 }
    }
}

/// One part of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// How many documents there are in all.
    pub total: u64,
    /// Those of the page asked for, the latest deposit first.
    pub rows: Vec<Row>,
}

/// A document as lists show it: the owner masked, values as read or given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name in the warehouse.
    pub urn: String,
    /// The owner's token.
    pub owner: String,
    /// The owner's number with its middle hidden.
    pub owner_masked: String,
    /// The object's folder below the warehouse.
    pub path: String,
    /// The newest version.
    pub version: String,
    /// SHA-512 of the inventory.
    pub inventory: String,
    /// SHA-512 of `document.pdf`.
    pub document: String,
    /// When the version was made, UTC.
    pub deposited: String,
    /// Identity of the input.
    pub identity: String,
    /// Short code of the document type.
    pub document_type: String,
    /// Tên giấy tờ.
    pub title: Option<String>,
    /// Số, ký hiệu.
    pub number: Option<String>,
    /// Ngày ban hành.
    pub issued: Option<String>,
    /// Cơ quan ban hành.
    pub issuer: Option<String>,
    /// Trích yếu.
    pub subject: Option<String>,
    /// Người ký.
    pub signer: Option<String>,
    /// Last day in force.
    pub valid_until: Option<String>,
    /// Mã hồ sơ.
    pub dossier: Option<String>,
    /// Mã thủ tục.
    pub procedure: Option<String>,
    /// Mã thành phần, mã kết quả.
    pub paper_kind: Option<String>,
    /// `component` or `result`.
    pub role: Option<String>,
    /// `original` or `copy`.
    pub form: Option<String>,
    /// How many pages.
    pub pages: u32,
}

/// Conditions in SQL with their values.
#[derive(Debug, Default)]
struct Conditions {
    clauses: Vec<&'static str>,
    values: Vec<Value>,
}

impl Catalog {
    /// The documents that fit, the latest deposit first.
    ///
    /// # Errors
    /// [`Error::Database`].
    pub fn search(&self, query: &Query) -> Result<Found, Error> {
        let conditions = Conditions::of(query);
        let connection = self.connection();
        let total = conditions.count(&connection)?;
        let rows = conditions.rows(&connection, query.page)?;
        Ok(Found { total, rows })
    }
}

impl Conditions {
    fn of(query: &Query) -> Self {
        let mut conditions = Self::default();
        conditions.add("owner = ?", query.owner.clone());
        conditions.add("document_type = ?", query.document_type.clone());
        conditions.add("number_key = ?", query.number.as_deref().map(fold::number_key));
        conditions.add("issued >= ?", query.issued_from.map(|day| day.to_string()));
        conditions.add("issued <= ?", query.issued_to.map(|day| day.to_string()));
        conditions.add("dossier = ?", query.dossier.clone());
        let issuer = query.issuer.as_deref().map(|issuer| phrases(&fold::fold(issuer), |_| "issuer"));
        let words = query.words.as_deref().map(|words| phrases(&fold::lower(words), column));
        let phrases: Vec<String> = [issuer, words].into_iter().flatten().filter(|part| !part.is_empty()).collect();
        let phrases = (!phrases.is_empty()).then(|| phrases.join(" AND "));
        conditions.add("id IN (SELECT rowid FROM words WHERE words MATCH ?)", phrases);
        conditions
    }

    fn add(&mut self, clause: &'static str, value: Option<String>) {
        if let Some(value) = value {
            self.clauses.push(clause);
            self.values.push(Value::Text(value));
        }
    }

    fn sql(&self) -> String {
        if self.clauses.is_empty() { String::new() } else { format!("WHERE {}", self.clauses.join(" AND ")) }
    }

    fn count(&self, connection: &Connection) -> rusqlite::Result<u64> {
        let mut statement = connection.prepare_cached(&format!("SELECT count(*) FROM documents {}", self.sql()))?;
        let total: i64 = statement.query_row(params_from_iter(&self.values), |row| row.get(0))?;
        Ok(total.unsigned_abs())
    }

    fn rows(&self, connection: &Connection, page: Page) -> rusqlite::Result<Vec<Row>> {
        let sql = format!("SELECT * FROM documents {} ORDER BY deposited DESC, urn DESC LIMIT ? OFFSET ?", self.sql());
        let part = [Value::Integer(page.limit.into()), Value::Integer(page.offset.into())];
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map(params_from_iter(self.values.iter().chain(&part)), Row::read)?;
        rows.collect()
    }
}

impl Row {
    fn read(row: &SqlRow<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            urn: row.get("urn")?,
            owner: row.get("owner")?,
            owner_masked: row.get("owner_masked")?,
            path: row.get("path")?,
            version: row.get("version")?,
            inventory: row.get("inventory")?,
            document: row.get("document")?,
            deposited: row.get("deposited")?,
            identity: row.get("identity")?,
            document_type: row.get("document_type")?,
            title: row.get("title")?,
            number: row.get("number")?,
            issued: row.get("issued")?,
            issuer: row.get("issuer")?,
            subject: row.get("subject")?,
            signer: row.get("signer")?,
            valid_until: row.get("valid_until")?,
            dossier: row.get("dossier")?,
            procedure: row.get("procedure")?,
            paper_kind: row.get("paper_kind")?,
            role: row.get("role")?,
            form: row.get("form")?,
            pages: row.get("pages")?,
        })
    }
}

/// Every word as a phrase of its column, all of them required. Quotes make any text safe in FTS5's syntax.
fn phrases(text: &str, column: impl Fn(&str) -> &'static str) -> String {
    let words = text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric));
    let phrases = words.map(|word| format!("{} : \"{}\"", column(word), word.replace('"', "\"\"")));
    phrases.collect::<Vec<_>>().join(" AND ")
}

fn column(word: &str) -> &'static str {
    if fold::fold(word) == word { "folded" } else { "exact" }
}
