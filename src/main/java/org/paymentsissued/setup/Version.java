package org.paymentsissued.setup;

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
}
