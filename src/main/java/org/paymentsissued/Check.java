package org.paymentsissued;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

final class Check {
    Check(Path directory, Map<String, String> environment, Properties system, Path routes, PrintStream out) { }

    int run() {
        return 0;
    }
}
