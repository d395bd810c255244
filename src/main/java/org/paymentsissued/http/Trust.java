package org.paymentsissued.http;

import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Which certificates are trusted: those that the JVM trusts, and those of a company's own trust store. */
public final class Trust {

    private final X509ExtendedTrustManager believed;
    private final Optional<Path> store;
    private final int added;

    private Trust(X509ExtendedTrustManager believed, Optional<Path> store, int added) {
        this.believed = believed;
        this.store = store;
        this.added = added;
    }

    /** The JVM's trust store alone, or the one that javax.net.ssl.trustStore names. */
    public static Trust ofTheJvm() {
        try {
            return new Trust(manager(null), Optional.empty(), 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JVM's trust store cannot be used", e);
        }
    }

    /**
     * The JVM's and those of a PKCS12 or JKS file.
     *
     * @throws Unusable when the file cannot be read with this password, or holds no certificate
     */
    public static Trust with(Path file, String password) throws Unusable {
        if (!Files.isRegularFile(file)) {
            throw new Unusable("is not a file");
        }
        try {
            KeyStore own = KeyStore.getInstance(new File(file.toString()), password.isEmpty() ? null : password.toCharArray());
            List<X509Certificate> theirs = List.of(manager(own).getAcceptedIssuers());
            if (theirs.isEmpty()) {
                throw new Unusable("holds no trusted certificate, or only with a password. Import the CA with keytool"
                        + " -importcert, and set procore.truststore-password");
            }
            KeyStore all = KeyStore.getInstance(KeyStore.getDefaultType());
            all.load(null, null);
            int number = 0;
            for (X509Certificate each : Stream.concat(Arrays.stream(manager(null).getAcceptedIssuers()), theirs.stream()).toList()) {
                all.setCertificateEntry("ca-" + number++, each);
            }
            return new Trust(manager(all), Optional.of(file), theirs.size());
        } catch (IOException | GeneralSecurityException e) {
            throw new Unusable("cannot be read as PKCS12 or JKS with procore.truststore-password (" + e.getMessage() + ")");
        }
    }

    /** A trust store that cannot be used; the message is the end of a sentence. */
    public static final class Unusable extends Exception {
        Unusable(String why) {
            super(why);
        }
    }

    /** A certificate that is not trusted. */
    public static final class Untrusted extends CertificateException {
        private final transient List<X509Certificate> chain;

        Untrusted(X509Certificate[] chain, CertificateException cause) {
            super(cause.getMessage(), cause);
            this.chain = List.of(chain);
        }

        /** Whose certificate it is, and who vouches for it. */
        public String words() {
            return chain.isEmpty() ? "none was shown" : "issued to \"" + chain.get(0).getSubjectX500Principal() + "\" by \""
                    + chain.get(chain.size() - 1).getIssuerX500Principal() + "\"";
        }
    }

    /** The trust store that was added, if any. */
    public Optional<Path> store() {
        return store;
    }

    /** How many certificates it adds. */
    public int added() {
        return added;
    }

    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Judge(believed)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS cannot be used", e);
        }
    }

    private static X509ExtendedTrustManager manager(KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return Arrays.stream(factory.getTrustManagers()).filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast).findFirst().orElseThrow();
    }

    /** Decides like the one it wraps, and says which certificate it was. */
    private static final class Judge extends X509ExtendedTrustManager {
        private final X509ExtendedTrustManager judge;

        private Judge(X509ExtendedTrustManager judge) {
            this.judge = judge;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            try {
                judge.checkServerTrusted(chain, type, socket);
            } catch (CertificateException e) {
                throw new Untrusted(chain, e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            try {
                judge.checkServerTrusted(chain, type, engine);
            } catch (CertificateException e) {
                throw new Untrusted(chain, e);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            try {
                judge.checkServerTrusted(chain, type);
            } catch (CertificateException e) {
                throw new Untrusted(chain, e);
            }
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) throws CertificateException {
            judge.checkClientTrusted(chain, type, socket);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) throws CertificateException {
            judge.checkClientTrusted(chain, type, engine);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            judge.checkClientTrusted(chain, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return judge.getAcceptedIssuers();
        }
    }
}
