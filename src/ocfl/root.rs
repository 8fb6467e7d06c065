//! The files that make a folder an OCFL 1.1 storage root of our layout (OCFL 1.1, 4).

use std::path::Path;

use super::disk::Disk;
use super::{Error, ROOT_DECLARATION, layout};

/// What the root says to who finds it in fifty years; files of the root are ignored by the standard (4.2).
const README: &str = "\
Đây là kho giấy tờ điện tử của một cá nhân hoặc tổ chức. Mỗi thư mục con là một giấy tờ, lưu theo chuẩn mở
Oxford Common File Layout (OCFL) 1.1, https://ocfl.io/1.1/spec/: phần mềm nào theo chuẩn này cũng đọc được.
Trong mỗi giấy tờ: document.pdf (bản PDF/A đã ký số), record.json (dữ liệu đặc tả), text.json (chữ nhận dạng),
provenance.json (lịch sử xử lý), source/ (bản quét gốc, nếu có). Không sửa tệp nào tại chỗ.

This is the archive of one citizen or organisation. Every folder below it is one document, stored by the open
standard Oxford Common File Layout (OCFL) 1.1: any software for it can read this. The place of an object follows
the extension named in ocfl_layout.json: the first two digits of the SHA-256 of its identifier, then the
identifier itself, percent-encoded. In every object: document.pdf (signed PDF/A), record.json (description),
text.json (recognised text), provenance.json (what was done to it), source/ (the scans, where kept).
Change no file in place.
";

/// Writes a storage root without objects into the new folder `folder`, everything in it durable.
/// The entry of `folder` itself is its caller's.
///
/// # Errors
/// [`Error::File`].
pub(crate) fn write(disk: &Disk, folder: &Path) -> Result<(), Error> {
    let extensions = folder.join("extensions");
    let extension = extensions.join(layout::EXTENSION);
    for path in [folder, &extensions, &extension] {
        disk.make_folder(path)?;
    }
    disk.write_new(&extension.join("config.json"), &config())?;
    let (declaration, content) = ROOT_DECLARATION;
    disk.write_new(&folder.join(declaration), format!("{content}\n").as_bytes())?;
    disk.write_new(&folder.join("ocfl_layout.json"), &layout_json())?;
    disk.write_new(&folder.join("README.txt"), README.as_bytes())?;
    for path in [&extension, &extensions, folder] {
        disk.sync_folder(path)?;
    }
    Ok(())
}

fn config() -> Vec<u8> {
    let (name, size, tuples) = (layout::EXTENSION, layout::TUPLE_SIZE, layout::TUPLES);
    format!(
        "{{\n  \"extensionName\": \"{name}\",\n  \"digestAlgorithm\": \"sha256\",\n  \"tupleSize\": {size},\n  \
         \"numberOfTuples\": {tuples}\n}}\n"
    )
    .into_bytes()
}

fn layout_json() -> Vec<u8> {
    let (name, size) = (layout::EXTENSION, layout::TUPLE_SIZE);
    format!(
        "{{\n  \"extension\": \"{name}\",\n  \"description\": \"SHA-256 of the identifier: one folder of its first \
         {size} digits, then a folder named by the percent-encoded identifier\"\n}}\n"
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_root_says_what_it_is() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let root = folder.path().join("root");
        write(&Disk::default(), &root).expect("written");
        assert_eq!(std::fs::read(root.join("0=ocfl_1.1")).expect("there"), b"ocfl_1.1\n");
        let read = |name: &str| -> serde_json::Value {
            serde_json::from_slice(&std::fs::read(root.join(name)).expect("there")).expect("JSON")
        };
        let layout = read("ocfl_layout.json");
        assert_eq!(layout["extension"], layout::EXTENSION);
        assert_eq!(layout.as_object().expect("an object").len(), 2);
        let config = read("extensions/0003-hash-and-id-n-tuple-storage-layout/config.json");
        assert_eq!((&config["tupleSize"], &config["numberOfTuples"]), (&2.into(), &1.into()));
    }
}
