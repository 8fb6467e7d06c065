//! Object identifiers, by the standard that gives each its meaning.

/// An object identifier: its content octets in DER.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(pub &'static [u8]);

impl Oid {
    /// Whether these content octets are this identifier.
    #[must_use]
    pub fn is(self, content: &[u8]) -> bool {
        self.0 == content
    }
}

impl std::fmt::Debug for Oid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&dotted(self.0))
    }
}

/// The dotted form of content octets: `1.2.840.113549.1.7.2`.
#[must_use]
pub fn dotted(content: &[u8]) -> String {
    let mut arcs: Vec<u128> = Vec::new();
    let mut value = 0u128;
    for &octet in content {
        value = value.wrapping_shl(7) | u128::from(octet & 0x7f);
        if octet & 0x80 == 0 {
            if arcs.is_empty() {
                let first = (value / 40).min(2);
                arcs.push(first);
                value -= first * 40;
            }
            arcs.push(value);
            value = 0;
        }
    }
    arcs.iter().map(u128::to_string).collect::<Vec<_>>().join(".")
}

macro_rules! identifiers {
    ($($(#[$doc:meta])* $name:ident = $octets:expr;)+) => {
        $($(#[$doc])* pub const $name: Oid = Oid(&$octets);)+
    };
}

// PKCS #1 (RFC 8017), PKCS #7 and #9 (RFC 5652), X9.62 (RFC 5758), RFC 8410.
identifiers! {
    /// rsaEncryption, 1.2.840.113549.1.1.1.
    RSA_ENCRYPTION = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
    /// id-mgf1, 1.2.840.113549.1.1.8.
    MGF1 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8];
    /// id-RSASSA-PSS, 1.2.840.113549.1.1.10.
    RSA_PSS = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
    /// sha256WithRSAEncryption, 1.2.840.113549.1.1.11.
    RSA_SHA256 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
    /// sha384WithRSAEncryption, 1.2.840.113549.1.1.12.
    RSA_SHA384 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12];
    /// sha512WithRSAEncryption, 1.2.840.113549.1.1.13.
    RSA_SHA512 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13];
    /// id-ecPublicKey, 1.2.840.10045.2.1.
    EC_PUBLIC_KEY = [0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
    /// secp256r1, 1.2.840.10045.3.1.7.
    P256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
    /// secp384r1, 1.3.132.0.34.
    P384 = [0x2b, 0x81, 4, 0, 34];
    /// ecdsa-with-SHA256, 1.2.840.10045.4.3.2.
    ECDSA_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
    /// ecdsa-with-SHA384, 1.2.840.10045.4.3.3.
    ECDSA_SHA384 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];
    /// ecdsa-with-SHA512, 1.2.840.10045.4.3.4.
    ECDSA_SHA512 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 4];
    /// id-Ed25519, 1.3.101.112.
    ED25519 = [0x2b, 101, 112];
    /// id-sha256, 2.16.840.1.101.3.4.2.1.
    SHA256 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
    /// id-sha384, 2.16.840.1.101.3.4.2.2.
    SHA384 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2];
    /// id-sha512, 2.16.840.1.101.3.4.2.3.
    SHA512 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3];
    /// id-sha1, 1.3.14.3.2.26: known so that it can be named when it is refused.
    SHA1 = [0x2b, 14, 3, 2, 26];
}

// CMS (RFC 5652), ESS (RFC 5035), time-stamps (RFC 3161).
identifiers! {
    /// id-data, 1.2.840.113549.1.7.1.
    DATA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
    /// id-signedData, 1.2.840.113549.1.7.2.
    SIGNED_DATA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
    /// id-contentType, 1.2.840.113549.1.9.3.
    CONTENT_TYPE = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
    /// id-messageDigest, 1.2.840.113549.1.9.4.
    MESSAGE_DIGEST = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
    /// id-signingTime, 1.2.840.113549.1.9.5.
    SIGNING_TIME = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 5];
    /// id-ct-TSTInfo, 1.2.840.113549.1.9.16.1.4.
    TST_INFO = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 4];
    /// id-aa-signingCertificate, 1.2.840.113549.1.9.16.2.12.
    SIGNING_CERTIFICATE = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 12];
    /// id-aa-timeStampToken, 1.2.840.113549.1.9.16.2.14.
    TIMESTAMP_TOKEN = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 14];
    /// id-aa-signingCertificateV2, 1.2.840.113549.1.9.16.2.47.
    SIGNING_CERTIFICATE_V2 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47];
}

// X.520 names and RFC 5280 extensions.
identifiers! {
    /// id-at-commonName, 2.5.4.3.
    COMMON_NAME = [0x55, 4, 3];
    /// id-at-countryName, 2.5.4.6.
    COUNTRY = [0x55, 4, 6];
    /// id-at-organizationName, 2.5.4.10.
    ORGANIZATION = [0x55, 4, 10];
    /// id-at-organizationalUnitName, 2.5.4.11.
    ORGANIZATIONAL_UNIT = [0x55, 4, 11];
    /// id-ce-subjectKeyIdentifier, 2.5.29.14.
    SUBJECT_KEY_IDENTIFIER = [0x55, 29, 14];
    /// id-ce-keyUsage, 2.5.29.15.
    KEY_USAGE = [0x55, 29, 15];
    /// id-ce-basicConstraints, 2.5.29.19.
    BASIC_CONSTRAINTS = [0x55, 29, 19];
    /// id-ce-authorityKeyIdentifier, 2.5.29.35.
    AUTHORITY_KEY_IDENTIFIER = [0x55, 29, 35];
    /// id-ce-extKeyUsage, 2.5.29.37.
    EXTENDED_KEY_USAGE = [0x55, 29, 37];
    /// id-kp-emailProtection, 1.3.6.1.5.5.7.3.4.
    EMAIL_PROTECTION = [0x2b, 6, 1, 5, 5, 7, 3, 4];
    /// id-kp-timeStamping, 1.3.6.1.5.5.7.3.8.
    TIME_STAMPING = [0x2b, 6, 1, 5, 5, 7, 3, 8];
    /// id-kp-documentSigning, 1.3.6.1.5.5.7.3.36 (RFC 9336).
    DOCUMENT_SIGNING = [0x2b, 6, 1, 5, 5, 7, 3, 36];
    /// The policy of the demo authority's time-stamps: 2.25 and the UUID
    /// 6a3c0a4e-6f00-4b5e-9d2a-51a3d0c0de01 (ITU-T X.667), so that it collides with nobody's.
    DEMO_TIMESTAMP_POLICY = [
        0x69, 0x81, 0xd4, 0xbc, 0x85, 0x93, 0xcd, 0xf0, 0x82, 0xad, 0xbd, 0x9d, 0x95, 0x94, 0xb4, 0xbd, 0x86, 0x83,
        0xbc, 0x01,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_shown_dotted() {
        assert_eq!(dotted(SIGNED_DATA.0), "1.2.840.113549.1.7.2");
        assert_eq!(dotted(SHA256.0), "2.16.840.1.101.3.4.2.1");
        assert_eq!(dotted(ED25519.0), "1.3.101.112");
        assert_eq!(dotted(&[]), "");
        assert_eq!(dotted(DEMO_TIMESTAMP_POLICY.0), "2.25.141209914402959076827812364695950646785");
    }
}
