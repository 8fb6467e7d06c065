import eu.europa.esig.dss.diagnostic.DiagnosticData;
import eu.europa.esig.dss.diagnostic.TimestampWrapper;
import eu.europa.esig.dss.enumerations.DigestAlgorithm;
import eu.europa.esig.dss.enumerations.EncryptionAlgorithm;
import eu.europa.esig.dss.enumerations.SignatureLevel;
import eu.europa.esig.dss.enumerations.TimestampType;
import eu.europa.esig.dss.model.DSSDocument;
import eu.europa.esig.dss.model.FileDocument;
import eu.europa.esig.dss.model.SignatureValue;
import eu.europa.esig.dss.pades.PAdESSignatureParameters;
import eu.europa.esig.dss.pades.signature.PAdESService;
import eu.europa.esig.dss.service.crl.OnlineCRLSource;
import eu.europa.esig.dss.service.http.commons.CommonsDataLoader;
import eu.europa.esig.dss.service.http.commons.OCSPDataLoader;
import eu.europa.esig.dss.service.http.commons.TimestampDataLoader;
import eu.europa.esig.dss.service.ocsp.OnlineOCSPSource;
import eu.europa.esig.dss.service.tsp.OnlineTSPSource;
import eu.europa.esig.dss.simplereport.SimpleReport;
import eu.europa.esig.dss.spi.DSSUtils;
import eu.europa.esig.dss.spi.validation.CommonCertificateVerifier;
import eu.europa.esig.dss.spi.x509.CommonTrustedCertificateSource;
import eu.europa.esig.dss.spi.x509.aia.DefaultAIASource;
import eu.europa.esig.dss.token.DSSPrivateKeyEntry;
import eu.europa.esig.dss.token.Pkcs12SignatureToken;
import eu.europa.esig.dss.validation.SignedDocumentValidator;
import eu.europa.esig.dss.validation.reports.Reports;

import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore.PasswordProtection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * EU DSS, asked line by line; words are separated by tabs, and each answer is one line of JSON.
 *
 * <pre>
 * verify online|offline FILE ROOT...
 *     {"signatures": [{"indication", "sub_indication", "level", "errors"}...], "timestamps": [indication of each document time-stamp...]}
 * sign LEVEL pkcs1|pss PKCS12 TSA INPUT OUTPUT ROOT...    (the password is `test`)
 *     {}
 * </pre>
 *
 * What went wrong is {"error"}. The policy is the one that DSS brings.
 */
public final class Judge {
    public static void main(String[] arguments) throws Exception {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            answers.println(answer(line.split("\t", -1)));
        }
    }

    private static String answer(String[] words) {
        try {
            return words[0].equals("sign") ? sign(words) : verify(words);
        } catch (Throwable fault) {
            return "{\"error\": " + quoted(fault.getClass().getSimpleName() + ": " + fault.getMessage()) + "}";
        }
    }

    /** The words from `first` on are the trusted roots. */
    private static CommonCertificateVerifier verifier(boolean online, String[] words, int first) {
        CommonCertificateVerifier verifier = new CommonCertificateVerifier();
        CommonTrustedCertificateSource roots = new CommonTrustedCertificateSource();
        for (int root = first; root < words.length; root++) {
            roots.addCertificate(DSSUtils.loadCertificate(new File(words[root])));
        }
        verifier.setTrustedCertSources(roots);
        if (online) {
            verifier.setOcspSource(new OnlineOCSPSource(new OCSPDataLoader()));
            verifier.setCrlSource(new OnlineCRLSource(new CommonsDataLoader()));
            verifier.setAIASource(new DefaultAIASource(new CommonsDataLoader()));
        } else {
            verifier.setAIASource(null);
        }
        return verifier;
    }

    private static String verify(String[] words) {
        SignedDocumentValidator validator = SignedDocumentValidator.fromDocument(new FileDocument(words[2]));
        validator.setCertificateVerifier(verifier(words[1].equals("online"), words, 3));
        Reports reports = validator.validateDocument();
        SimpleReport report = reports.getSimpleReport();
        DiagnosticData data = reports.getDiagnosticData();
        List<String> signatures = new ArrayList<>();
        for (String id : report.getSignatureIdList()) {
            List<String> messages = new ArrayList<>();
            report.getAdESValidationErrors(id).forEach(message -> messages.add(message.getValue()));
            signatures.add("{\"indication\": " + quoted(report.getIndication(id)) + ", \"sub_indication\": " + quoted(report.getSubIndication(id))
                    + ", \"level\": " + quoted(report.getSignatureFormat(id)) + ", \"errors\": " + quoted(String.join("; ", messages)) + "}");
        }
        String stamps = data.getTimestampList().stream()
                .filter(stamp -> stamp.getType() == TimestampType.DOCUMENT_TIMESTAMP)
                .map(TimestampWrapper::getId)
                .map(id -> quoted(report.getIndication(id)))
                .collect(Collectors.joining(", "));
        return "{\"signatures\": [" + String.join(", ", signatures) + "], \"timestamps\": [" + stamps + "]}";
    }

    private static String sign(String[] words) throws Exception {
        try (Pkcs12SignatureToken token = new Pkcs12SignatureToken(new File(words[3]), new PasswordProtection("test".toCharArray()))) {
            DSSPrivateKeyEntry key = token.getKeys().get(0);
            PAdESSignatureParameters parameters = new PAdESSignatureParameters();
            parameters.setSignatureLevel(SignatureLevel.valueOf(words[1]));
            parameters.setDigestAlgorithm(DigestAlgorithm.SHA256);
            parameters.setSigningCertificate(key.getCertificate());
            parameters.setCertificateChain(key.getCertificateChain());
            if (words[2].equals("pss")) {
                parameters.setEncryptionAlgorithm(EncryptionAlgorithm.RSASSA_PSS);
            }
            PAdESService service = new PAdESService(verifier(true, words, 7));
            OnlineTSPSource tsa = new OnlineTSPSource(words[4]);
            tsa.setDataLoader(new TimestampDataLoader());
            service.setTspSource(tsa);
            DSSDocument input = new FileDocument(words[5]);
            SignatureValue value = token.sign(service.getDataToSign(input, parameters), parameters.getSignatureAlgorithm(), key);
            service.signDocument(input, parameters, value).save(words[6]);
            return "{}";
        }
    }

    /** A JSON string; null is the empty one. */
    private static String quoted(Object value) {
        StringBuilder text = new StringBuilder("\"");
        for (char one : (value == null ? "" : value.toString()).toCharArray()) {
            if (one == '"' || one == '\\') {
                text.append('\\').append(one);
            } else if (one < ' ') {
                text.append(String.format("\\u%04x", (int) one));
            } else {
                text.append(one);
            }
        }
        return text.append('"').toString();
    }
}
