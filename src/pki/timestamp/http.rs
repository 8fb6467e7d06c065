//! An authority over HTTP (RFC 3161, 3.4).

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ring::rand::{SecureRandom, SystemRandom};

use super::super::Error;
use super::super::algorithm::DigestAlgorithm;
use super::{Imprint, Refusal, TimestampAuthority, Token, read_response, request};

/// How long an authority is waited for.
///
/// The defaults fit the government's authority, which takes 2 to 131 seconds for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For one answer.
    pub timeout: Duration,
    /// How often it is asked; at least once.
    pub attempts: u32,
    /// Before the second attempt; doubled before each further one.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { timeout: Duration::from_mins(3), attempts: 3, pause: Duration::from_secs(2) }
    }
}

/// Tokens of most authorities, with their chain, stay below this.
const USUAL_TOKEN_BYTES: usize = 8192;
/// No token is larger; nor could it be embedded in PDF/A.
const LARGEST_ANSWER_BYTES: u64 = 32_767;

/// An authority that is asked by HTTP POST.
pub struct HttpAuthority {
    url: String,
    agent: ureq::Agent,
    patience: Patience,
    digest: DigestAlgorithm,
    /// The largest token seen, from which the next place is estimated.
    largest: AtomicUsize,
}

impl HttpAuthority {
    /// An authority at `url`; plain HTTP, which is what time-stamp authorities speak: a token is signed by itself.
    ///
    /// # Errors
    /// [`Error::Timestamp`] when `url` does not start with `http://`.
    pub fn new(url: &str, patience: Patience) -> Result<Self, Error> {
        if !url.starts_with("http://") {
            let why = "its address does not start with `http://`".to_owned();
            return Err(Error::Timestamp { authority: url.to_owned(), why });
        }
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(patience.timeout))
            .max_redirects(0)
            .http_status_as_error(true)
            .user_agent("sohoa")
            // No call goes anywhere but to the address given, whatever the environment says.
            .proxy(None)
            .build();
        let agent = ureq::Agent::new_with_config(config);
        let digest = DigestAlgorithm::Sha256;
        Ok(Self { url: url.to_owned(), agent, patience, digest, largest: AtomicUsize::new(0) })
    }

    /// The same authority, asked by digests of this algorithm: some take no SHA-256, which is the usual one.
    #[must_use]
    pub fn with_digest(self, digest: DigestAlgorithm) -> Self {
        Self { digest, ..self }
    }

    fn ask(&self, imprint: &Imprint) -> Result<Token, Failure> {
        let mut nonce = [0; 8];
        let random = SystemRandom::new().fill(&mut nonce);
        random.map_err(|_| Failure { why: "this machine gives no random numbers".to_owned(), lasting: true })?;
        let mut response = self
            .agent
            .post(&self.url)
            .content_type("application/timestamp-query")
            .send(&request(imprint, &nonce)[..])
            .map_err(|error| Failure::of_call(&error))?;
        let body = response.body_mut().with_config().limit(LARGEST_ANSWER_BYTES).read_to_vec();
        let body = body.map_err(|error| Failure::of_call(&error))?;
        read_response(&body, imprint, &nonce).map_err(|refusal| Failure::of_answer(&refusal))
    }
}

impl TimestampAuthority for HttpAuthority {
    fn stamp(&self, imprint: &Imprint) -> Result<Token, Error> {
        let mut pause = self.patience.pause;
        let mut attempt = 1;
        loop {
            match self.ask(imprint) {
                Ok(token) => {
                    self.largest.fetch_max(token.der().len(), Ordering::Relaxed);
                    return Ok(token);
                }
                Err(failure) if failure.lasting || attempt >= self.patience.attempts => {
                    return Err(Error::Timestamp { authority: self.url.clone(), why: failure.why });
                }
                Err(_) => {
                    std::thread::sleep(pause);
                    pause *= 2;
                    attempt += 1;
                }
            }
        }
    }

    fn digest(&self) -> DigestAlgorithm {
        self.digest
    }

    fn token_bytes(&self) -> usize {
        match self.largest.load(Ordering::Relaxed) {
            0 => USUAL_TOKEN_BYTES,
            // The same authority may answer with a somewhat longer name or number.
            largest => largest + largest / 8,
        }
    }
}

impl std::fmt::Debug for HttpAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HttpAuthority({})", self.url)
    }
}

/// Why one attempt gave no token, and whether another would not either.
struct Failure {
    why: String,
    lasting: bool,
}

impl Failure {
    fn of_call(error: &ureq::Error) -> Self {
        // A server's own trouble and "too many requests" pass; other refusals of a request stay.
        let lasting = match error {
            ureq::Error::StatusCode(code) => *code < 500 && *code != 429,
            ureq::Error::BadUri(_) | ureq::Error::BodyExceedsLimit(_) | ureq::Error::TooManyRedirects => true,
            _ => false,
        };
        Self { why: error.to_string(), lasting }
    }

    fn of_answer(refusal: &Refusal) -> Self {
        Self { why: refusal.to_string(), lasting: !matches!(refusal, Refusal::Status { .. } | Refusal::Malformed) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::sync::Arc;

    use super::*;
    use crate::base::digest::Sha256;
    use crate::pki::testing::{self, Pki};

    /// Serves one answer per connection, in order, and says where.
    fn serve(answers: Vec<(&'static str, Option<Vec<u8>>)>) -> (String, std::thread::JoinHandle<()>) {
        let authority = Arc::new(Pki::new().authority());
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/tsa", listener.local_addr().expect("bound"));
        let server = std::thread::spawn(move || {
            for (status, answer) in answers {
                let (mut stream, _) = listener.accept().expect("a call");
                let body = read_request(&mut stream);
                let answer = answer.unwrap_or_else(|| authority.respond(&body));
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Type: application/timestamp-reply\r\nContent-Length: {}\r\n\
                     Connection: close\r\n\r\n",
                    answer.len()
                );
                stream.write_all(&[head.as_bytes(), &answer].concat()).expect("answered");
            }
        });
        (url, server)
    }

    fn read_request(stream: &mut impl Read) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let read = stream.read(&mut buffer).expect("a request");
            bytes.extend_from_slice(&buffer[..read]);
            let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
            assert!(head.contains("content-type: application/timestamp-query"));
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).expect("a length");
            if bytes.len() - end - 4 == length.parse::<usize>().expect("a number") {
                return bytes.split_off(end + 4);
            }
        }
    }

    fn hasty() -> Patience {
        Patience { timeout: Duration::from_secs(10), attempts: 3, pause: Duration::from_millis(1) }
    }

    #[test]
    fn a_passing_trouble_is_waited_out() {
        let (url, server) =
            serve(vec![("503 Busy", Some(vec![])), ("200 OK", Some(b"<html>".to_vec())), ("200 OK", None)]);
        let authority = HttpAuthority::new(&url, hasty()).expect("plain HTTP");
        let token = authority.stamp(&Sha256::of(b"message").into()).expect("third time");
        assert_eq!(token.verify(&[b"message"]), []);
        assert_eq!(token.at(), testing::now());
        assert!(authority.token_bytes() > token.der().len() && authority.token_bytes() < USUAL_TOKEN_BYTES);
        server.join().expect("all asked");
    }

    #[test]
    fn a_lasting_refusal_is_not_asked_again() {
        let (url, server) = serve(vec![("403 Forbidden", Some(vec![]))]);
        let authority = HttpAuthority::new(&url, hasty()).expect("plain HTTP");
        let refused = authority.stamp(&Sha256::of(b"message").into()).expect_err("refused").to_string();
        assert!(refused.contains("403") && refused.contains(&url), "{refused}");
        server.join().expect("asked once");
    }

    #[test]
    fn a_second_authority_is_asked_where_the_first_fails() {
        let (first, first_server) = serve(vec![("403 Forbidden", Some(vec![]))]);
        let (second, second_server) = serve(vec![("200 OK", None)]);
        let authority = |url: &str| -> Box<dyn TimestampAuthority> {
            Box::new(HttpAuthority::new(url, hasty()).expect("plain HTTP").with_digest(DigestAlgorithm::Sha512))
        };
        let both = super::super::FailOver::new(authority(&first), vec![authority(&second)]);
        assert_eq!(both.digest(), DigestAlgorithm::Sha512);
        assert_eq!(both.token_bytes(), USUAL_TOKEN_BYTES);
        let token = both.stamp(&Imprint::of(both.digest(), &[b"message"])).expect("by the second");
        assert_eq!(token.verify(&[b"message"]), []);
        first_server.join().expect("asked once");
        second_server.join().expect("asked once");
        let refused = both.stamp(&Imprint::of(both.digest(), &[b"message"])).expect_err("both are gone").to_string();
        assert!(refused.contains(&first) && refused.contains(&second), "{refused}");
    }

    #[test]
    fn an_address_is_plain_http() {
        let refused = HttpAuthority::new("https://tsa.example", hasty()).expect_err("no TLS here");
        assert!(refused.hint().is_some());
    }
}
