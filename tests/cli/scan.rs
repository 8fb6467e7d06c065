//! `sohoa scan`: SANE's own test device, and a network scanner that speaks eSCL.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::Place;

#[test]
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn pages_from_a_sane_device_become_a_folder_through_the_gate() {
    if Command::new("scanimage").arg("--version").output().is_err() {
        eprintln!("skipped: scanimage is not installed (apt install sane-utils)");
        return;
    }
    let place = Place::new();
    let scan = ["scan", "hs", "--device", "test", "--resolution", "100", "--pages", "2"];
    let ran = place.sohoa(scan).code(3);
    ran.says(&["page-001.png", "page-002.png", "chỉ 100 dpi, cần ít nhất 200 dpi"]);
    assert!(place.path("hs/page-002.png").is_file() && !place.path(".hs.part").exists());
    place.sohoa(scan).code(4).says(&["hs", "new folder"]);
    place.sohoa(["scan", "x", "--device", "test", "--source", "duplex"]).code(4).says(&["no duplex feeder", "Flatbed"]);
    place.sohoa(["scan", "x", "--device", "none-such"]).code(4).says(&["none-such", "scanimage -L"]);
}

/// A scanner with a feeder of so many pages, on a port of its own; what it was asked for.
fn scanner(pages: Vec<Vec<u8>>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/eSCL", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    std::thread::spawn(move || {
        let (mut pages, mut is_warm) = (pages.into_iter(), false);
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (line, body) = request(&stream);
            heard.lock().unwrap().push(format!("{line}\n{body}"));
            let path = line.split(' ').nth(1).unwrap_or_default();
            match path {
                "/eSCL/ScannerCapabilities" => answer(&mut stream, "200 OK", "", CAPABILITIES.as_bytes()),
                // The host that it knows itself by is none that others reach.
                "/eSCL/ScanJobs" => {
                    answer(&mut stream, "201 Created", "Location: http://scanner.local/eSCL/ScanJobs/7\r\n", b"");
                }
                "/eSCL/ScanJobs/7/NextDocument" if !is_warm => {
                    is_warm = true;
                    answer(&mut stream, "503 Service Unavailable", "", b"");
                }
                "/eSCL/ScanJobs/7/NextDocument" => match pages.next() {
                    Some(page) => answer(&mut stream, "200 OK", "Content-Type: image/jpeg\r\n", &page),
                    None => answer(&mut stream, "404 Not Found", "", b""),
                },
                _ => answer(&mut stream, "400 Bad Request", "", b""),
            }
        }
    });
    (address, asked)
}

const CAPABILITIES: &str = r#"<?xml version="1.0"?>
<scan:ScannerCapabilities xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm">
<pwg:Version>2.63</pwg:Version><pwg:MakeAndModel>Test</pwg:MakeAndModel>
<scan:Adf><scan:AdfSimplexInputCaps><scan:SettingProfiles><scan:SettingProfile><scan:ColorModes>
<scan:ColorMode>Grayscale8</scan:ColorMode><scan:ColorMode>RGB24</scan:ColorMode>
</scan:ColorModes></scan:SettingProfile></scan:SettingProfiles></scan:AdfSimplexInputCaps></scan:Adf>
</scan:ScannerCapabilities>"#;

fn request(stream: &TcpStream) -> (String, String) {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (first.trim().to_owned(), String::from_utf8(body).unwrap())
}

fn answer(stream: &mut TcpStream, status: &str, headers: &str, body: &[u8]) {
    let head = format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
}

#[test]
fn pages_from_a_network_scanner_state_their_resolution() {
    let place = Place::new();
    let jpeg = |seed: u64, blur: f32| {
        let mut faults = papers::Faults::none(papers::Color::Rgb);
        faults.blur = blur;
        let request = papers::PageRequest { words: 200, dpi: 200, faults, ..papers::PageRequest::new(seed) };
        let scan = papers::page(&request).unwrap();
        let quality = papers::faults::Jpeg { quality: 85, full_chroma: true };
        let mut bytes = papers::encode::jpeg(&scan.picture, quality, 200, 0).unwrap();
        // As many scanners do: a header without a resolution.
        assert_eq!(&bytes[6..10], b"JFIF");
        bytes[13..18].copy_from_slice(&[0, 0, 1, 0, 1]);
        bytes
    };
    let (address, asked) = scanner(vec![jpeg(11, 0.0), jpeg(12, 3.0)]);
    let ran = place.sohoa(["scan", "hs", "--device", &address, "--resolution", "200"]).code(3).out();
    let row = |name: &str| ran.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(row("page-001.jpg").contains("200 dpi") && row("page-001.jpg").ends_with("tốt"), "{ran}");
    assert!(row("page-002.jpg").contains("nhòe"), "{ran}");
    let asked = asked.lock().unwrap().join("\n");
    for part in ["<pwg:InputSource>Feeder", "RGB24", "<scan:XResolution>200", "GET /eSCL/ScanJobs/7/NextDocument"] {
        assert!(asked.contains(part), "`{part}` is not in {asked}");
    }
    place.sohoa(["scan", "x", "--device", &address, "--source", "glass"]).code(4).says(&["no glass", "it has feeder"]);
    place.sohoa(["scan", "x", "--device", &address, "--mode", "bilevel"]).code(4).says(&["RGB24"]);
    place.sohoa(["scan", "x", "--device", "http://127.0.0.1:1/eSCL"]).code(4).says(&["ScannerCapabilities"]);
}
