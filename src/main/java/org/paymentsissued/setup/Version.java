package org.paymentsissued.setup;

import java.io.File;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;

/** The version of the product, from the manifest of its jar. */
public final class Version implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }

    public static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return "payments-issued " + (version == null ? "(unpackaged)" : version);
    }

    /** The jars that this program runs from, by size and time; empty where it runs from folders, whose files change unseen. */
    static Optional<String> jars() {
        List<File> jars = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(File::new).toList();
        return jars.stream().allMatch(File::isFile) ? Optional.of(jars.stream()
                .map(jar -> jar + " " + jar.length() + " " + jar.lastModified()).collect(Collectors.joining("\n"))) : Optional.empty();
    }
}
