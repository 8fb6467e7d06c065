//! PINs and passwords from where the settings say: a person at the terminal, a file, an environment variable.

use std::fs::OpenOptions;
use std::io::{self, Read, Write};
use std::sync::OnceLock;

use rustix::termios::{self, LocalModes, OptionalActions, SpecialCodeIndex};
use zeroize::Zeroizing;

use crate::config::{SecretOrigin, Settings};
use crate::pki::PinSource;
use crate::pki::pin::Secret;

/// Where the key's PIN or password comes from; one for the whole process, so that it is asked for once, and once
/// refused never given again.
pub(crate) fn pin(settings: &Settings) -> PinSource {
    static PIN: OnceLock<PinSource> = OnceLock::new();
    PIN.get_or_init(|| source(&settings.pin_from)).clone()
}

/// Where one-time passwords come from.
pub(crate) fn otp(settings: &Settings) -> PinSource {
    source(&settings.otp_from)
}

fn source(origin: &SecretOrigin) -> PinSource {
    match origin {
        SecretOrigin::Prompt => PinSource::person(ask),
        SecretOrigin::File(path) => PinSource::file(path),
        SecretOrigin::Variable(name) => {
            let variable = name.clone();
            PinSource::variable(name, move || std::env::var(&variable).ok())
        }
    }
}

/// Asks at the terminal, whatever the program's input and output are connected to; what is typed is not shown.
fn ask(question: &str) -> io::Result<Secret> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let before = termios::tcgetattr(&terminal)?;
    let mut silent = before.clone();
    // Ctrl-C is read as a letter too, so that it cannot leave the terminal silent.
    silent.local_modes.remove(LocalModes::ECHO | LocalModes::ICANON | LocalModes::ISIG);
    silent.special_codes[SpecialCodeIndex::VMIN] = 1;
    silent.special_codes[SpecialCodeIndex::VTIME] = 0;
    write!(terminal, "{question}: ")?;
    termios::tcsetattr(&terminal, OptionalActions::Flush, &silent)?;
    let typed = read_line(&mut terminal);
    termios::tcsetattr(&terminal, OptionalActions::Flush, &before)?;
    writeln!(terminal)?;
    typed
}

/// No PIN is longer; memory for it is taken once, so that no copy stays behind.
const LONGEST: usize = 1024;

fn read_line(terminal: &mut impl Read) -> io::Result<Secret> {
    let mut typed = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut key = Zeroizing::new([0u8]);
    loop {
        if terminal.read(&mut key[..])? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match key[0] {
            b'\r' | b'\n' => break,
            // Ctrl-C and Ctrl-D.
            3 | 4 => return Err(io::ErrorKind::Interrupted.into()),
            // Backspace takes a whole letter, which may have more octets than one.
            8 | 127 => while typed.pop().is_some_and(|octet| octet & 0xc0 == 0x80) {},
            octet if typed.len() < LONGEST => typed.push(octet),
            _ => {}
        }
    }
    let text = std::str::from_utf8(&typed).map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> io::Result<String> {
        read_line(&mut keys.as_bytes()).map(|secret| secret.to_string())
    }

    #[test]
    fn a_line_is_typed_and_corrected() {
        assert_eq!(typed("1234\r").expect("typed"), "1234");
        assert_eq!(typed("12x\u{7f}34\nrest").expect("typed"), "1234");
        assert_eq!(typed("mậ\u{8}ật\r").expect("typed"), "mật");
        assert_eq!(typed("\u{8}\u{8}1\r").expect("typed"), "1");
        assert_eq!(typed(&format!("{}\r", "9".repeat(3000))).expect("typed").len(), LONGEST);
    }

    #[test]
    fn who_gives_up_gives_no_pin() {
        assert_eq!(typed("12\u{3}34\r").expect_err("Ctrl-C").kind(), io::ErrorKind::Interrupted);
        assert_eq!(typed("12").expect_err("the terminal is gone").kind(), io::ErrorKind::UnexpectedEof);
    }
}
