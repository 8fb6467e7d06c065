//! A folder of scanned papers as an office hands them over, and the truth of each beside it.
//!
//! `DIR/inbox` is what a program gets; `DIR/truth/NAME.json` is what it is judged by.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::encode::{self, Pdf, Tiff, TiffCodec};
use crate::faults::{Picture, Scan, scan};
use crate::fonts::Fonts;
use crate::kinds::{KINDS, Kind, Paper};
use crate::page::{numbered_back, running_text};
use crate::people::{Person, Sex};
use crate::places::{Commune, Province};
use crate::profile::{Container, Plan, Profile};
use crate::random::Random;
use crate::sheet::Sheet;
use crate::truth::{DocumentTruth, Fields, OwnerSource, PageTruth};

/// A written inbox.
#[derive(Debug, Clone)]
pub struct Inbox {
    /// The folder to be taken in.
    pub folder: PathBuf,
    /// The folder of truths.
    pub truth: PathBuf,
    /// The truths, in order of names.
    pub documents: Vec<DocumentTruth>,
}

/// What the metadata beside a document says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Owner's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// Owner's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_name: Option<String>,
    /// Mã hồ sơ.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dossier: Option<String>,
    /// Mã thủ tục.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub procedure: Option<String>,
    /// Mã thành phần or mã kết quả.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper: Option<String>,
    /// `component` or `result`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// `original` or `copy`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
}

impl Inbox {
    /// Writes `count` documents below a folder: the same seed, count and profile give the same
    /// bytes wherever the same fonts are installed.
    ///
    /// # Errors
    ///
    /// [`Error::Fonts`] where no font has all letters, [`Error::Write`] where a file cannot be
    /// written, [`Error::Encode`] where a picture cannot be encoded.
    pub fn write(folder: &Path, seed: u64, count: usize, profile: &Profile) -> Result<Self, Error> {
        let fonts = Fonts::installed()?;
        let (inbox, truth) = (folder.join("inbox"), folder.join("truth"));
        for folder in [&inbox, &truth] {
            std::fs::create_dir_all(folder).map_err(|source| Error::write(folder, source))?;
        }
        let maker = Maker { fonts, inbox: inbox.clone(), truth: truth.clone(), seed, profile: *profile };
        let documents = maker.all(count)?;
        Ok(Self { folder: inbox, truth, documents })
    }
}

struct Maker {
    fonts: &'static Fonts,
    inbox: PathBuf,
    truth: PathBuf,
    seed: u64,
    profile: Profile,
}

impl Maker {
    /// Documents depend on the seed and their place alone, so threads may share them out.
    fn all(&self, count: usize) -> Result<Vec<DocumentTruth>, Error> {
        let next = AtomicUsize::new(0);
        let made = Mutex::new(Vec::with_capacity(count));
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(count.max(1));
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, Ordering::Relaxed);
                        if at >= count {
                            break;
                        }
                        let document = self.document(at);
                        let stop = document.is_err();
                        made.lock().unwrap_or_else(PoisonError::into_inner).push((at, document));
                        if stop {
                            break;
                        }
                    }
                });
            }
        });
        let mut made = made.into_inner().unwrap_or_else(PoisonError::into_inner);
        made.sort_by_key(|(at, _)| *at);
        made.into_iter().map(|(_, document)| document).collect()
    }

    fn document(&self, at: usize) -> Result<DocumentTruth, Error> {
        let random = Random::new(self.seed).fork(&format!("document {at}"));
        let mut choices = random.fork("choices");
        let plan = self.profile.plan(at, &mut choices);
        let paper = self.paper(at, &random);
        let name = format!("hs-{:04}", at + 1);
        let mut keeper = Keeper::new(&self.inbox, &name, plan.container)?;
        let mut pages = Vec::new();
        let mut lying = random.fork("scanner");
        for (place, (front, back)) in sides(&paper, &plan, self.fonts, &mut random.fork("backs")).iter().enumerate() {
            let conditions = self.profile.conditions(&plan, at, place, &mut lying);
            let family = self.fonts.serif(paper.font);
            let Scan { picture, mut truth } = scan(front, back.as_ref(), family, &conditions);
            truth.number = place as u32 + 1;
            let states = matches!(plan.container, Container::Pdf | Container::JpegFolder);
            truth.stated_turn = if plan.states_turn && states { truth.turn } else { 0 };
            keeper.page(picture, &truth)?;
            pages.push(truth);
        }
        let files = keeper.finish()?;
        let metadata = self.beside(&name, &paper, &plan, &mut random.fork("metadata"))?;
        let truth = DocumentTruth { files, pages, ..self.told(&name, &paper, &plan, metadata) };
        let bytes = json(&truth)?;
        put(&self.truth.join(format!("{name}.json")), &bytes)?;
        Ok(truth)
    }

    /// Every type once before any comes again, in an order of the seed's own.
    fn paper(&self, at: usize, random: &Random) -> Paper {
        if self.profile == Profile::Bench {
            return running_text(random, self.fonts, 400);
        }
        let round = at / KINDS.len();
        let mut order: Vec<Kind> = KINDS.to_vec();
        let mut shuffle = Random::new(self.seed).fork(&format!("round {round}"));
        for place in (1..order.len()).rev() {
            order.swap(place, shuffle.below(place + 1));
        }
        order[at % KINDS.len()].make(random, self.fonts)
    }

    /// What the office wrote beside the paper is put there, if anything.
    fn beside(&self, name: &str, paper: &Paper, plan: &Plan, random: &mut Random) -> Result<Option<Metadata>, Error> {
        let metadata = metadata(paper, random);
        if let Some(metadata) = &metadata {
            let path = match plan.container {
                Container::JpegFolder | Container::PngFolder => self.inbox.join(name).join("metadata.json"),
                _ => self.inbox.join(format!("{name}.json")),
            };
            put(&path, &json(metadata)?)?;
        }
        Ok(metadata)
    }

    /// The truth but for its pages.
    fn told(&self, name: &str, paper: &Paper, plan: &Plan, metadata: Option<Metadata>) -> DocumentTruth {
        let owner_known_from = match &metadata {
            Some(Metadata { owner: Some(_), .. }) => OwnerSource::Metadata,
            _ if paper.fields.owner_on_paper => OwnerSource::Paper,
            _ => OwnerSource::Nothing,
        };
        DocumentTruth {
            version: 1,
            name: name.to_owned(),
            files: Vec::new(),
            kind: paper.kind.code.to_owned(),
            fields: paper.fields.clone(),
            metadata,
            owner_known_from,
            container: plan.container.name(plan.faults.color).to_owned(),
            font: self.fonts.serif(paper.font).name.to_owned(),
            pages: Vec::new(),
        }
    }
}

/// Fronts, and backs where they were scanned: each side with what lies behind it.
fn sides(paper: &Paper, plan: &Plan, fonts: &Fonts, random: &mut Random) -> Vec<(Sheet, Option<Sheet>)> {
    let fronts = &paper.sheets[..paper.sheets.len().min(plan.pages)];
    let mut sides = Vec::new();
    for (at, front) in fronts.iter().enumerate() {
        if plan.duplex {
            let back = if random.chance(0.25) { numbered_back(random) } else { Sheet::default() };
            sides.push((front.clone(), Some(back.clone())));
            sides.push((back, Some(front.clone())));
        } else {
            // What shows through is the other side of a sheet printed on both: the next page, or
            // another paper's where this has no more.
            let behind = fronts.get(at + 1).cloned().or_else(|| other_text(fonts, plan, random));
            sides.push((front.clone(), behind));
        }
    }
    sides
}

/// A sheet of another letter, where one is to show through.
fn other_text(fonts: &Fonts, plan: &Plan, random: &mut Random) -> Option<Sheet> {
    let wanted = plan.faults.show_through > 0.0;
    wanted.then(|| running_text(&random.fork("other"), fonts, 300).sheets.into_iter().next()).flatten()
}

/// What the office wrote beside the paper: the owner for most, nothing at all for some.
fn metadata(paper: &Paper, random: &mut Random) -> Option<Metadata> {
    if random.chance(0.14) {
        return None;
    }
    let Fields { owner, owner_name, .. } = &paper.fields;
    let owned = owner.is_some();
    let mut metadata = Metadata {
        owner: owner.clone(),
        owner_name: owner_name.clone(),
        dossier: random.chance(0.8).then(|| paper.dossier.clone()),
        procedure: random.chance(0.75).then(|| paper.kind.procedure.to_owned()),
        paper: random.chance(0.85).then(|| paper.kind.paper.to_owned()),
        role: random.chance(0.9).then(|| paper.kind.role.to_owned()),
        form: random.chance(0.7).then(|| if random.chance(0.8) { "original" } else { "copy" }.to_owned()),
    };
    if owned && random.chance(0.15) {
        (metadata.owner, metadata.owner_name) = (None, None);
    } else if !owned && random.chance(0.6) {
        let applicant = applicant(random, paper);
        (metadata.owner, metadata.owner_name) = (Some(applicant.id), Some(applicant.name));
    }
    Some(metadata)
}

/// Whose dossier an agency's document was put into.
fn applicant(random: &mut Random, paper: &Paper) -> Person {
    let day = paper.fields.issued.unwrap_or(crate::places::MERGER);
    let home = Commune::any(random, Province::any(&mut random.clone()), day);
    let sex = Sex::any(random, 0.5);
    Person::any(random, sex, (20, 70), &home)
}

/// Files of one document in the making.
struct Keeper {
    folder: PathBuf,
    name: String,
    kept: Kept,
    files: Vec<String>,
}

enum Kept {
    Folder { ending: &'static str },
    Tiff(Tiff),
    Pdf(Pdf),
}

impl Keeper {
    fn new(folder: &Path, name: &str, container: Container) -> Result<Self, Error> {
        let kept = match container {
            Container::JpegFolder => Kept::Folder { ending: "jpg" },
            Container::PngFolder => Kept::Folder { ending: "png" },
            Container::TiffLzw => Kept::Tiff(Tiff::new(TiffCodec::Lzw)),
            Container::TiffJpeg => Kept::Tiff(Tiff::new(TiffCodec::Jpeg)),
            Container::Pdf => Kept::Pdf(Pdf::default()),
        };
        if matches!(kept, Kept::Folder { .. }) {
            let folder = folder.join(name);
            std::fs::create_dir_all(&folder).map_err(|source| Error::write(&folder, source))?;
        }
        Ok(Self { folder: folder.to_owned(), name: name.to_owned(), kept, files: Vec::new() })
    }

    fn page(&mut self, picture: Picture, truth: &PageTruth) -> Result<(), Error> {
        let (how, dpi) = (truth.faults.jpeg, truth.dpi);
        match &mut self.kept {
            Kept::Tiff(tiff) => tiff.page(picture, how, dpi),
            Kept::Pdf(pdf) => pdf.page(&picture, how, dpi, truth.stated_turn),
            Kept::Folder { ending } => {
                let file = format!("{}/{:03}.{ending}", self.name, truth.number);
                let bytes = match *ending {
                    "png" => encode::png(&picture, dpi)?,
                    _ => encode::jpeg(&picture, how, dpi, truth.stated_turn)?,
                };
                put(&self.folder.join(&file), &bytes)?;
                self.files.push(file);
                Ok(())
            }
        }
    }

    fn finish(self) -> Result<Vec<String>, Error> {
        let (ending, bytes) = match self.kept {
            Kept::Folder { .. } => return Ok(self.files),
            Kept::Tiff(tiff) => ("tif", tiff.finish()?),
            Kept::Pdf(pdf) => ("pdf", pdf.finish()),
        };
        let file = format!("{}.{ending}", self.name);
        put(&self.folder.join(&file), &bytes)?;
        Ok(vec![file])
    }
}

fn json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    let mut bytes = serde_json::to_vec_pretty(value)
        .map_err(|source| Error::Encode { form: "JSON", reason: source.to_string() })?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    std::fs::write(path, bytes).map_err(|source| Error::write(path, source))
}
