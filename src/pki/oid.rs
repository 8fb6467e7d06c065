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
    /// md5WithRSAEncryption, 1.2.840.113549.1.1.4: known so that it can be named.
    RSA_MD5 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4];
    /// sha1WithRSAEncryption, 1.2.840.113549.1.1.5: known so that it can be named.
    RSA_SHA1 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5];
    /// sha1WithRSASignature, 1.3.14.3.2.29: the same by an older name.
    RSA_SHA1_OLD = [0x2b, 14, 3, 2, 29];
    /// sha224WithRSAEncryption, 1.2.840.113549.1.1.14.
    RSA_SHA224 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 14];
    /// sha512-256WithRSAEncryption, 1.2.840.113549.1.1.16.
    RSA_SHA512_256 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 16];
    /// id-rsassa-pkcs1-v1-5-with-sha3-256, 2.16.840.1.101.3.4.3.14.
    RSA_SHA3_256 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 14];
    /// id-rsassa-pkcs1-v1-5-with-sha3-384, 2.16.840.1.101.3.4.3.15.
    RSA_SHA3_384 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 15];
    /// id-rsassa-pkcs1-v1-5-with-sha3-512, 2.16.840.1.101.3.4.3.16.
    RSA_SHA3_512 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 16];
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
    /// secp521r1, 1.3.132.0.35.
    P521 = [0x2b, 0x81, 4, 0, 35];
    /// ecdsa-with-SHA1, 1.2.840.10045.4.1: known so that it can be named.
    ECDSA_SHA1 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1];
    /// ecdsa-with-SHA224, 1.2.840.10045.4.3.1.
    ECDSA_SHA224 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 1];
    /// id-ecdsa-with-sha3-256, 2.16.840.1.101.3.4.3.10.
    ECDSA_SHA3_256 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 10];
    /// id-ecdsa-with-sha3-384, 2.16.840.1.101.3.4.3.11.
    ECDSA_SHA3_384 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 11];
    /// id-ecdsa-with-sha3-512, 2.16.840.1.101.3.4.3.12.
    ECDSA_SHA3_512 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 3, 12];
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
    /// id-sha224, 2.16.840.1.101.3.4.2.4.
    SHA224 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 4];
    /// id-sha512-256, 2.16.840.1.101.3.4.2.6.
    SHA512_256 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 6];
    /// id-sha3-256, 2.16.840.1.101.3.4.2.8.
    SHA3_256 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 8];
    /// id-sha3-384, 2.16.840.1.101.3.4.2.9.
    SHA3_384 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 9];
    /// id-sha3-512, 2.16.840.1.101.3.4.2.10.
    SHA3_512 = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 10];
    /// id-sha1, 1.3.14.3.2.26: known so that it can be named when it is refused.
    SHA1 = [0x2b, 14, 3, 2, 26];
    /// id-md5, 1.2.840.113549.2.5: known so that it can be named when it is refused.
    MD5 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5];
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
    /// `id-aa-cmsAlgorithmProtect` (RFC 6211, 2).
    ALGORITHM_PROTECTION = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 0x34];
    /// id-aa-ets-revocationValues, 1.2.840.113549.1.9.16.2.24.
    REVOCATION_VALUES = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 24];
    /// Adobe's archive of revocation, 1.2.840.113583.1.1.8.
    ADOBE_REVOCATION = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x2f, 1, 1, 8];
    /// id-ri-ocsp-response, 1.3.6.1.5.5.7.16.2 (RFC 5940).
    OCSP_IN_CMS = [0x2b, 6, 1, 5, 5, 7, 16, 2];
    /// id-ct-TSTInfo, 1.2.840.113549.1.9.16.1.4.
    TST_INFO = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 4];
    /// id-aa-signingCertificate, 1.2.840.113549.1.9.16.2.12.
    SIGNING_CERTIFICATE = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 12];
    /// id-aa-timeStampToken, 1.2.840.113549.1.9.16.2.14.
    TIMESTAMP_TOKEN = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 14];
    /// id-aa-signingCertificateV2, 1.2.840.113549.1.9.16.2.47.
    SIGNING_CERTIFICATE_V2 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47];
}

// What a password opens: PKCS #5 (RFC 8018), PKCS #12 (RFC 7292, RFC 9579), and their ciphers.
identifiers! {
    /// id-PBKDF2, 1.2.840.113549.1.5.12.
    PBKDF2 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 12];
    /// id-PBES2, 1.2.840.113549.1.5.13.
    PBES2 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 13];
    /// id-PBMAC1, 1.2.840.113549.1.5.14.
    PBMAC1 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 14];
    /// id-hmacWithSHA1, 1.2.840.113549.2.7.
    HMAC_SHA1 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 7];
    /// id-hmacWithSHA256, 1.2.840.113549.2.9.
    HMAC_SHA256 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 9];
    /// id-hmacWithSHA384, 1.2.840.113549.2.10.
    HMAC_SHA384 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 10];
    /// id-hmacWithSHA512, 1.2.840.113549.2.11.
    HMAC_SHA512 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 11];
    /// des-ede3-cbc, 1.2.840.113549.3.7.
    DES_EDE3_CBC = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 3, 7];
    /// aes128-CBC, 2.16.840.1.101.3.4.1.2.
    AES_128_CBC = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 2];
    /// aes192-CBC, 2.16.840.1.101.3.4.1.22.
    AES_192_CBC = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 22];
    /// aes256-CBC, 2.16.840.1.101.3.4.1.42.
    AES_256_CBC = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 1, 42];
    /// pbeWithSHAAnd3-KeyTripleDES-CBC, 1.2.840.113549.1.12.1.3.
    PKCS12_SHA1_3DES = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1, 3];
    /// pbeWithSHAAnd128BitRC2-CBC, 1.2.840.113549.1.12.1.5.
    PKCS12_SHA1_RC2_128 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1, 5];
    /// pbewithSHAAnd40BitRC2-CBC, 1.2.840.113549.1.12.1.6.
    PKCS12_SHA1_RC2_40 = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 1, 6];
    /// keyBag, 1.2.840.113549.1.12.10.1.1.
    KEY_BAG = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 1];
    /// pkcs8ShroudedKeyBag, 1.2.840.113549.1.12.10.1.2.
    SHROUDED_KEY_BAG = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 2];
    /// certBag, 1.2.840.113549.1.12.10.1.3.
    CERTIFICATE_BAG = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 3];
    /// safeContentsBag, 1.2.840.113549.1.12.10.1.6.
    SAFE_CONTENTS_BAG = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 12, 10, 1, 6];
    /// x509Certificate, 1.2.840.113549.1.9.22.1.
    X509_CERTIFICATE = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 22, 1];
    /// id-encryptedData, 1.2.840.113549.1.7.6.
    ENCRYPTED_DATA = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6];
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
    /// id-ce-subjectAltName, 2.5.29.17.
    SUBJECT_ALT_NAME = [0x55, 29, 17];
    /// id-ce-issuerAltName, 2.5.29.18.
    ISSUER_ALT_NAME = [0x55, 29, 18];
    /// id-ce-cRLNumber, 2.5.29.20.
    CRL_NUMBER = [0x55, 29, 20];
    /// id-ce-cRLReasons, 2.5.29.21.
    CRL_REASON = [0x55, 29, 21];
    /// id-ce-invalidityDate, 2.5.29.24.
    INVALIDITY_DATE = [0x55, 29, 24];
    /// id-ce-deltaCRLIndicator, 2.5.29.27.
    DELTA_CRL = [0x55, 29, 27];
    /// id-ce-issuingDistributionPoint, 2.5.29.28.
    ISSUING_DISTRIBUTION_POINT = [0x55, 29, 28];
    /// id-ce-certificateIssuer, 2.5.29.29.
    CERTIFICATE_ISSUER = [0x55, 29, 29];
    /// id-ce-nameConstraints, 2.5.29.30.
    NAME_CONSTRAINTS = [0x55, 29, 30];
    /// id-ce-cRLDistributionPoints, 2.5.29.31.
    CRL_DISTRIBUTION_POINTS = [0x55, 29, 31];
    /// id-ce-certificatePolicies, 2.5.29.32.
    CERTIFICATE_POLICIES = [0x55, 29, 32];
    /// anyPolicy, 2.5.29.32.0.
    ANY_POLICY = [0x55, 29, 32, 0];
    /// id-ce-policyMappings, 2.5.29.33.
    POLICY_MAPPINGS = [0x55, 29, 33];
    /// id-ce-policyConstraints, 2.5.29.36.
    POLICY_CONSTRAINTS = [0x55, 29, 36];
    /// id-ce-freshestCRL, 2.5.29.46.
    FRESHEST_CRL = [0x55, 29, 46];
    /// id-ce-inhibitAnyPolicy, 2.5.29.54.
    INHIBIT_ANY_POLICY = [0x55, 29, 54];
    /// id-ce-expiredCertsOnCRL, 2.5.29.60 (X.509, 9.5.2.8).
    EXPIRED_ON_CRL = [0x55, 29, 60];
    /// id-pe-authorityInfoAccess, 1.3.6.1.5.5.7.1.1.
    AUTHORITY_INFORMATION = [0x2b, 6, 1, 5, 5, 7, 1, 1];
    /// id-pe-qcStatements, 1.3.6.1.5.5.7.1.3.
    QC_STATEMENTS = [0x2b, 6, 1, 5, 5, 7, 1, 3];
    /// id-ad-ocsp and id-pkix-ocsp, 1.3.6.1.5.5.7.48.1.
    OCSP = [0x2b, 6, 1, 5, 5, 7, 48, 1];
    /// id-pkix-ocsp-basic, 1.3.6.1.5.5.7.48.1.1.
    OCSP_BASIC = [0x2b, 6, 1, 5, 5, 7, 48, 1, 1];
    /// id-pkix-ocsp-nonce, 1.3.6.1.5.5.7.48.1.2.
    OCSP_NONCE = [0x2b, 6, 1, 5, 5, 7, 48, 1, 2];
    /// id-pkix-ocsp-nocheck, 1.3.6.1.5.5.7.48.1.5.
    OCSP_NO_CHECK = [0x2b, 6, 1, 5, 5, 7, 48, 1, 5];
    /// id-pkix-ocsp-archive-cutoff, 1.3.6.1.5.5.7.48.1.6.
    OCSP_ARCHIVE_CUTOFF = [0x2b, 6, 1, 5, 5, 7, 48, 1, 6];
    /// id-ad-caIssuers, 1.3.6.1.5.5.7.48.2.
    CA_ISSUERS = [0x2b, 6, 1, 5, 5, 7, 48, 2];
    /// anyExtendedKeyUsage, 2.5.29.37.0.
    ANY_EXTENDED_USAGE = [0x55, 29, 37, 0];
    /// id-kp-OCSPSigning, 1.3.6.1.5.5.7.3.9.
    OCSP_SIGNING = [0x2b, 6, 1, 5, 5, 7, 3, 9];
    /// id-kp-serverAuth, 1.3.6.1.5.5.7.3.1.
    SERVER_AUTHENTICATION = [0x2b, 6, 1, 5, 5, 7, 3, 1];
    /// id-kp-codeSigning, 1.3.6.1.5.5.7.3.3.
    CODE_SIGNING = [0x2b, 6, 1, 5, 5, 7, 3, 3];
    /// emailAddress in a name, 1.2.840.113549.1.9.1.
    EMAIL_IN_NAME = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 1];
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
