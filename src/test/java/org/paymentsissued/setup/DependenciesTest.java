package org.paymentsissued.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator.ReplaceUnderscores;
import org.junit.jupiter.api.Test;

/**
 * Every library that is packed or tested with, by its SHA-256: a registry that serves other bytes under the same version is
 * noticed. After changing a dependency: {@code mvn test -Dtest=DependenciesTest -Dupdate-dependencies}, and look at the diff.
 */
@DisplayNameGeneration(ReplaceUnderscores.class)
class DependenciesTest {

    private static final Path LOCK = Path.of("dependencies.sha256");

    @Test
    void every_library_has_the_bytes_that_are_written_down() throws Exception {
        List<String> found = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.endsWith(".jar")).map(Path::of).map(DependenciesTest::line).sorted().toList();
        assertThat(found).hasSizeGreaterThan(100);
        if (System.getProperty("update-dependencies") != null) {
            Files.write(LOCK, found);
        }
        assertThat(found).as("see dependencies.sha256").isEqualTo(Files.readAllLines(LOCK));
    }

    private static String line(Path jar) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(jar), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return jar.getFileName() + " " + HexFormat.of().formatHex(digest.digest());
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
