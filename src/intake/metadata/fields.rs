//! The fields of metadata, their names, and their values from text.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::intake::{Duplex, Form, Hints, Role};
use crate::vn::document_type::DocumentType;

/// A field of [`Hints`], or one that belongs to the table itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::intake) enum Field {
    Owner,
    OwnerName,
    Dossier,
    Procedure,
    Paper,
    Role,
    Form,
    DocumentType,
    Ordinal,
    Pages,
    Duplex,
    /// Which document a row is about.
    File,
    /// Row numbers and remarks: known, and of no use here.
    Aside,
}

/// Folded names of every field; the first is the one of [`Hints`].
const NAMES: [(Field, &[&str]); 13] = [
    (
        Field::Owner,
        &[
            "owner",
            "sodinhdanh",
            "sodinhdanhcanhan",
            "dinhdanhcanhan",
            "cccd",
            "socccd",
            "cmnd",
            "socmnd",
            "masothue",
            "mst",
        ],
    ),
    (Field::OwnerName, &["ownername", "hoten", "hovaten", "tenchusohuu", "chusohuu", "tentochuc", "tendoanhnghiep"]),
    (Field::Dossier, &["dossier", "mahoso", "sohoso", "mahosotthc"]),
    (Field::Procedure, &["procedure", "mathutuc", "mathutuchanhchinh", "matthc"]),
    (
        Field::Paper,
        &["paper", "mathanhphan", "mathanhphanhoso", "maketqua", "maketquagiaiquyet", "magiayto", "maloaiketqua"],
    ),
    (Field::Role, &["role", "loaisohoa", "vaitro"]),
    (Field::Form, &["form", "loaiban", "hinhthucban"]),
    (Field::DocumentType, &["documenttype", "loaigiayto", "maloaigiayto", "loaivanban", "loaitailieu"]),
    (Field::Ordinal, &["ordinal", "banthu"]),
    (Field::Pages, &["pages", "sotrang"]),
    (Field::Duplex, &["duplex", "haimat", "quethaimat"]),
    (Field::File, &["file", "tep", "tentep", "tenfile", "taptin", "tentaptin", "thumuc"]),
    (Field::Aside, &["stt", "sothutu", "ghichu", "note"]),
];

impl Field {
    /// The field of a name in any writing.
    pub(in crate::intake) fn of(name: &str) -> Option<Self> {
        let name = folded(name);
        NAMES.into_iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| field)
    }
}

/// Letters and digits alone, small, without accents.
fn folded(text: &str) -> String {
    text.nfd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'đ' { 'd' } else { letter })
        .filter(|letter| letter.is_alphanumeric())
        .collect()
}

/// Sets a field from its text; empty text sets nothing.
///
/// # Errors
/// What was found and what was expected.
pub(in crate::intake) fn set(hints: &mut Hints, field: Field, text: &str) -> Result<(), String> {
    fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Result<Option<T>, String> {
        text.parse().map(Some).map_err(|error: T::Err| error.to_string())
    }
    let text: String = text.trim().nfc().collect();
    if text.is_empty() {
        return Ok(());
    }
    match field {
        Field::Owner => hints.owner = parsed(&text)?,
        Field::OwnerName => hints.owner_name = Some(text),
        Field::Dossier => hints.dossier = parsed(&text)?,
        Field::Procedure => hints.procedure = parsed(&text)?,
        Field::Paper => hints.paper = parsed(&text)?,
        Field::Role => hints.role = Some(role(&text)?),
        Field::Form => hints.form = Some(form(&text)?),
        Field::DocumentType => {
            let refused = || format!("`{text}` is no document type: expected a short code such as GKS");
            hints.document_type = Some(DocumentType::from_code(&text).ok_or_else(refused)?);
        }
        Field::Ordinal => {
            let number = text.parse().ok().filter(|number| (1..=9999).contains(number));
            hints.ordinal = Some(number.ok_or_else(|| format!("`{text}` is no ordinal: expected 1 to 9999"))?);
        }
        Field::Pages => {
            let number = text.parse().ok().filter(|number| *number > 0);
            hints.pages = Some(number.ok_or_else(|| format!("`{text}` is no number of pages: expected 1 or more"))?);
        }
        Field::Duplex => hints.duplex = Some(duplex(&text)?),
        Field::File | Field::Aside => {}
    }
    Ok(())
}

fn duplex(text: &str) -> Result<Duplex, String> {
    match folded(text).as_str() {
        "frontsthenbacks" | "mattruocroimatsau" => Ok(Duplex::FrontsThenBacks),
        _ => Err(format!("`{text}` is no way to scan both sides: expected fronts-then-backs (mặt trước rồi mặt sau)")),
    }
}

fn role(text: &str) -> Result<Role, String> {
    match folded(text).as_str() {
        "component" | "0" | "thanhphan" | "thanhphanhoso" => Ok(Role::Component),
        "result" | "1" | "ketqua" | "ketquagiaiquyet" => Ok(Role::Result),
        _ => Err(format!("`{text}` is no role: expected component (thành phần hồ sơ, 0) or result (kết quả, 1)")),
    }
}

fn form(text: &str) -> Result<Form, String> {
    match folded(text).as_str() {
        "original" | "0" | "banchinh" | "bangoc" => Ok(Form::Original),
        "copy" | "1" | "bansao" => Ok(Form::Copy),
        _ => Err(format!("`{text}` is no form: expected original (bản chính, 0) or copy (bản sao, 1)")),
    }
}
