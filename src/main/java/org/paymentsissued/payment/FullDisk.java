package org.paymentsissued.payment;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.FileSystems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A disk without room, wherever a failure comes from: the ledger, a file that is moved, a temporary file. */
public final class FullDisk {

    private static final long NEARLY_NOTHING = 256 * 1024;
    /** What Linux and macOS, and what Windows says of it. */
    private static final List<String> SAYINGS = List.of("No space left on device", "There is not enough space on the disk",
            "Disk quota exceeded");

    private FullDisk() {
    }

    /** One sentence for the operator if a failure comes from a full disk. */
    public static Optional<String> in(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (says(cause.getMessage())) {
                return Optional.of("No space left on " + where() + ". Nothing is lost; free space and run again.");
            }
        }
        return Optional.empty();
    }

    public static boolean says(String text) {
        return text != null && SAYINGS.stream().anyMatch(text::contains);
    }

    private static String where() {
        List<String> full = new ArrayList<>();
        for (FileStore store : FileSystems.getDefault().getFileStores()) {
            try {
                if (!store.isReadOnly() && store.getTotalSpace() > 0 && store.getUsableSpace() < NEARLY_NOTHING) {
                    full.add(store.toString());
                }
            } catch (IOException e) {
                // One that cannot be asked, such as a share that is away, is not the one.
            }
        }
        return full.isEmpty() ? "the disk of the ledger, the inboxes or the temporary files" : String.join(", ", full);
    }
}
