package org.paymentsissued.rig;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate that nothing vouches for but itself, as an inspecting network's own CA is to a JVM. */
public final class Certificate {

    public static final String PASSWORD = "changeit";

    private final Path keys;
    private final Path trust;

    /** @param folder where the two files come @param name of whom it is issued to @param address a subject alternative name */
    public Certificate(Path folder, String name, String address) {
        keys = folder.resolve("keys.p12");
        trust = folder.resolve("company ca.p12");
        Path exported = folder.resolve("certificate.cer");
        keytool("-genkeypair", "-alias", "server", "-keyalg", "EC", "-dname", name, "-ext", "san=" + address, "-validity", "30",
                "-storetype", "PKCS12", "-keystore", keys.toString());
        keytool("-exportcert", "-alias", "server", "-keystore", keys.toString(), "-file", exported.toString());
        keytool("-importcert", "-noprompt", "-alias", "ca", "-storetype", "PKCS12", "-keystore", trust.toString(), "-file",
                exported.toString());
    }

    /** A trust store with it alone. */
    public Path truststore() {
        return trust;
    }

    /** For a server that shows it. */
    public SSLContext server() {
        try (InputStream in = Files.newInputStream(keys)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static void keytool(String... arguments) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-storepass", PASSWORD));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            if (process.waitFor() != 0) {
                throw new AssertionError(command);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
