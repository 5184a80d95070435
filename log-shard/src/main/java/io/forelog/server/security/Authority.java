package io.forelog.server.security;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A private certificate authority in a directory: its own certificate for ten years, and those of nodes that it signs,
 * good both to serve and to call with. Keys are on the curve P-256; only the user may read them.
 */
public final class Authority {

    public static final String CERTIFICATE = "ca.crt";
    public static final String KEY = "ca.key";

    private static final Duration OWN_VALIDITY = Duration.ofDays(3650);
    private static final Duration CLOCKS_DIFFER = Duration.ofHours(1);
    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int SERIAL_BITS = 120;

    /** Files that were written. */
    public record Issued(Path certificate, Path key) {}

    private final Path directory;
    private final X509Certificate certificate;
    private final PrivateKey key;

    private Authority(Path directory, X509Certificate certificate, PrivateKey key) {
        this.directory = directory;
        this.certificate = certificate;
        this.key = key;
    }

    /** Opens the authority in a directory, or makes one there. */
    public static Authority openOrCreate(Path directory) throws IOException, GeneralSecurityException {
        Files.createDirectories(directory);
        var file = directory.resolve(CERTIFICATE);
        if (!Files.exists(file)) {
            var pair = keyPair();
            var name = new X500Principal("CN=Forelog private authority");
            var builder = builder(name, name, pair, OWN_VALIDITY);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            var own = sign(builder, pair.getPrivate());
            writeSecret(
                    directory.resolve(KEY), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            Files.writeString(file, pem("CERTIFICATE", own.getEncoded()), StandardOpenOption.CREATE_NEW);
        }
        try (var in = Files.newInputStream(file)) {
            var own = (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            return new Authority(directory, own, readKey(directory.resolve(KEY)));
        }
    }

    /**
     * Makes a key and a certificate for it, which speaks for the node {@code name}: {@code NAME.key} and
     * {@code NAME.crt}, which also holds the authority's.
     *
     * @param hosts names and addresses that callers may use
     * @throws FileAlreadyExistsException if there are such files: a node may use them
     */
    public Issued issue(String name, List<String> hosts, int days) throws IOException, GeneralSecurityException {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}") || name.equals("ca")) {
            throw new IllegalArgumentException(
                    "--name is the node's, in letters, digits, dots and dashes, not '" + name + "'");
        }
        var pair = keyPair();
        var builder = builder(
                certificate.getSubjectX500Principal(), new X500Principal("CN=" + name), pair, Duration.ofDays(days));
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
            KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
        }));
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(hosts.stream().map(Authority::generalName).toArray(GeneralName[]::new)));
        var issued = new Issued(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
        if (Files.exists(issued.key()) || Files.exists(issued.certificate())) {
            throw new FileAlreadyExistsException(
                    issued.key() + " or its certificate is there already; take another --name");
        }
        writeSecret(issued.key(), pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
        Files.writeString(
                issued.certificate(),
                pem("CERTIFICATE", sign(builder, key).getEncoded()) + pem("CERTIFICATE", certificate.getEncoded()),
                StandardOpenOption.CREATE_NEW);
        return issued;
    }

    private static GeneralName generalName(String host) {
        boolean isAddress = host.matches("[0-9.]+") || host.contains(":");
        return new GeneralName(isAddress ? GeneralName.iPAddress : GeneralName.dNSName, host);
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, KeyPair pair, Duration validity) {
        var now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(SERIAL_BITS - 1),
                Date.from(now.minus(CLOCKS_DIFFER)),
                Date.from(now.plus(validity)),
                subject,
                pair.getPublic());
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey by)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(by)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException("the certificate could not be signed", e);
        }
    }

    private static KeyPair keyPair() throws GeneralSecurityException {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
        var base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    }

    private static void writeSecret(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text, StandardOpenOption.WRITE);
    }

    private static String pem(String type, byte[] der) {
        var text = new StringWriter();
        text.append("-----BEGIN ").append(type).append("-----\n");
        text.append(Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der));
        return text.append("\n-----END ").append(type).append("-----\n").toString();
    }
}
