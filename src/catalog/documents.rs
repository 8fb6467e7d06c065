//! The rows of documents: from a stored document, and from the whole store again.

use rusqlite::{Transaction, named_params, params};

use super::{Catalog, Error, fold};
use crate::deposit::record::{StoredField, StoredRecord};
use crate::deposit::text::StoredText;
use crate::deposit::{self, Receipt, Stored, Warehouse};

/// Documents in one transaction of a rebuild: writers beside it wait no longer than that.
const BATCH: usize = 256;

/// What a rebuild did.
#[derive(Debug, Default)]
pub struct Rebuilt {
    /// Documents in the catalog now.
    pub documents: usize,
    /// Rows removed, as their documents are no longer in the store.
    pub removed: usize,
    /// Documents that cannot be read and have no row.
    pub unreadable: Vec<deposit::Error>,
}

/// A document as its rows need it.
struct Entry {
    receipt: Receipt,
    owner: String,
    record: StoredRecord,
    text: StoredText,
}

impl Catalog {
    /// Puts a stored document into the catalog, in place of what it knew of it. Durable on return.
    ///
    /// # Errors
    /// [`Error::Store`] where its record or text cannot be read; [`Error::Database`].
    pub fn add(&self, stored: &Stored) -> Result<(), Error> {
        let entry = Entry::read(stored)?;
        self.write(|transaction| Ok(entry.put(transaction)?))
    }

    /// Makes every row again from what the store holds.
    ///
    /// # Errors
    /// [`Error::Database`]; documents that cannot be read are listed, not errors.
    pub fn rebuild(&self, warehouse: &Warehouse) -> Result<Rebuilt, Error> {
        let mut rebuilt = Rebuilt::default();
        let mut seen = std::collections::BTreeSet::new();
        let mut batch = Vec::with_capacity(BATCH);
        for stored in warehouse.walk() {
            match stored.and_then(|stored| Entry::read(&stored)) {
                Ok(entry) => {
                    seen.insert(entry.receipt.urn.clone());
                    batch.push(entry);
                }
                Err(error) => rebuilt.unreadable.push(error),
            }
            if batch.len() == BATCH {
                self.put_all(&mut batch)?;
            }
        }
        self.put_all(&mut batch)?;
        rebuilt.documents = seen.len();
        rebuilt.removed = self.remove_gone(warehouse, &seen)?;
        Ok(rebuilt)
    }

    fn put_all(&self, batch: &mut Vec<Entry>) -> Result<(), Error> {
        let entries = std::mem::take(batch);
        self.write(|transaction| {
            for entry in &entries {
                entry.put(transaction)?;
            }
            Ok(())
        })
    }

    /// Removes rows whose document is neither seen nor deposited since.
    fn remove_gone(&self, warehouse: &Warehouse, seen: &std::collections::BTreeSet<String>) -> Result<usize, Error> {
        let urns: Vec<String> = {
            let connection = self.connection();
            let mut statement = connection.prepare("SELECT urn FROM documents ORDER BY urn")?;
            let urns = statement.query_map([], |row| row.get(0))?;
            urns.collect::<rusqlite::Result<_>>()?
        };
        let is_gone = |urn: &String| matches!(warehouse.read(urn), Err(deposit::Error::Unknown { .. }));
        let gone = |urn: &String| !seen.contains(urn) && is_gone(urn);
        let gone: Vec<String> = urns.into_iter().filter(gone).collect();
        self.write(|transaction| {
            for urn in &gone {
                transaction
                    .execute("DELETE FROM words WHERE rowid = (SELECT id FROM documents WHERE urn = ?1)", [urn])?;
                transaction.execute("DELETE FROM documents WHERE urn = ?1", [urn])?;
            }
            Ok(gone.len())
        })
    }
}

impl Entry {
    fn read(stored: &Stored) -> Result<Self, deposit::Error> {
        Ok(Self {
            receipt: stored.receipt().clone(),
            owner: stored.owner_token().to_owned(),
            record: stored.record()?,
            text: stored.text()?,
        })
    }

    fn put(&self, transaction: &Transaction<'_>) -> rusqlite::Result<()> {
        let Self { receipt, owner, record, text } = self;
        let value = |field: &Option<StoredField>| field.as_ref().map(|field| fold::mask(&field.value));
        let number_key = record.number.as_ref().map(|number| fold::number_key(&number.value));
        let id: i64 = transaction.prepare_cached(PUT)?.query_row(
            named_params! {
                ":urn": receipt.urn,
                ":owner": owner,
                ":owner_masked": fold::mask(&record.owner.number),
                ":path": receipt.path,
                ":version": receipt.version,
                ":inventory": receipt.inventory.to_string(),
                ":document": receipt.document.to_string(),
                ":deposited": receipt.at.utc(),
                ":identity": record.origin.identity.to_string(),
                ":document_type": record.document_type.code,
                ":title": value(&record.title),
                ":number": value(&record.number),
                ":number_key": number_key,
                ":issued": value(&record.issued),
                ":issuer": value(&record.issuer),
                ":subject": value(&record.subject),
                ":signer": value(&record.signer),
                ":valid_until": value(&record.valid_until),
                ":dossier": record.dossier,
                ":procedure": record.procedure,
                ":paper_kind": record.paper_kind,
                ":role": record.role,
                ":form": record.form,
                ":pages": text.pages.len() as i64,
            },
            |row| row.get(0),
        )?;
        let words = self.words();
        let issuer = record.issuer.as_ref().map_or_else(String::new, |issuer| fold::fold(&issuer.value));
        transaction
            .prepare_cached("INSERT OR REPLACE INTO words (rowid, exact, folded, issuer) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![id, fold::lower(&words), fold::fold(&words), issuer])?;
        Ok(())
    }

    /// All that can be searched by words: the fields, then the pages.
    fn words(&self) -> String {
        let record = &self.record;
        let fields = [&record.title, &record.number, &record.issuer, &record.subject, &record.signer];
        let fields = fields.into_iter().flatten().map(|field| field.value.as_str());
        let words: Vec<&str> = fields.collect();
        fold::without_numbers(&format!("{}\n{}", words.join("\n"), self.text.plain()))
    }
}

const PUT: &str = "
INSERT INTO documents (urn, owner, owner_masked, path, version, inventory, document, deposited, identity,
    document_type, title, number, number_key, issued, issuer, subject, signer, valid_until, dossier, procedure,
    paper_kind, role, form, pages)
VALUES (:urn, :owner, :owner_masked, :path, :version, :inventory, :document, :deposited, :identity,
    :document_type, :title, :number, :number_key, :issued, :issuer, :subject, :signer, :valid_until, :dossier,
    :procedure, :paper_kind, :role, :form, :pages)
ON CONFLICT (urn) DO UPDATE SET
    owner = excluded.owner, owner_masked = excluded.owner_masked, path = excluded.path, version = excluded.version,
    inventory = excluded.inventory, document = excluded.document, deposited = excluded.deposited,
    identity = excluded.identity, document_type = excluded.document_type, title = excluded.title,
    number = excluded.number, number_key = excluded.number_key, issued = excluded.issued, issuer = excluded.issuer,
    subject = excluded.subject, signer = excluded.signer, valid_until = excluded.valid_until,
    dossier = excluded.dossier, procedure = excluded.procedure, paper_kind = excluded.paper_kind,
    role = excluded.role, form = excluded.form, pages = excluded.pages
RETURNING id";
