package org.paymentsissued.ledger;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LedgerOnH2Test extends LedgerContract {

    @TempDir
    private Path folder;

    @Override
    LedgerDatabase open() {
        return LedgerDatabase.open("jdbc:h2:file:" + folder.resolve("ledger").toString().replace('\\', '/'), "sa", "", 4);
    }
}
